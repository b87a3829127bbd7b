import Glibc
import SharedSimple
import TestSupport

/// Processes that open one name in all modes, replace it and take it away, some killed at random.
final class Storm {
  private let say: (String) -> Void
  private let store = TemporaryStore("storm")
  private let seed: UInt64
  private var random: SeededGenerator

  private(set) var violations: [String] = []

  init(seed: UInt64, say: @escaping (String) -> Void) {
    self.say = say
    self.seed = seed
    random = SeededGenerator(seed: seed)
    say("seed of the storm: 0x\(String(seed, radix: 16))")
  }

  private func violated(_ what: String) {
    violations.append(what)
    say("VIOLATION (seed 0x\(String(seed, radix: 16))): \(what)")
  }

  /// Runs so long; half of the processes live through it, the others are killed and replaced.
  func run(processCount: Int, for length: Duration) throws {
    let end = ContinuousClock.now + length
    var agents = try (0..<processCount).map { _ in try started() }
    var kills = 0
    while ContinuousClock.now < end {
      usleep(.random(in: 1_000...100_000, using: &random))
      let victim = Int.random(in: 0..<max(processCount / 2, 1), using: &random)
      guard agents[victim].kill() == .killed(SIGKILL) else {
        violated("an agent had ended before it was killed")
        break
      }
      kills += 1
      agents[victim] = try started()
    }
    var totals = [0, 0, 0, 0]
    for agent in agents {
      // Those that began late are still at their first rounds, beside fewer and fewer others.
      let reply = try agent.end()
      guard case .done(let fields) = reply, fields.count == 10 else {
        violated("\(reply)")
        continue
      }
      let numbers = fields.compactMap { Int($0) }
      for index in totals.indices { totals[index] += numbers[index] }
      lookForLeaks(Array(numbers[4...]), rounds: numbers[0])
    }
    say(
      "\(totals[0]) rounds, \(totals[1]) handles worked, \(totals[2]) were told that they were replaced, "
        + "\(totals[3]) times no such name, \(kills) kills")
    try clearUp()
  }

  private func started() throws -> AgentProcess {
    let agent = try AgentProcess()
    try agent.send("rage", store.name, "seed=\(random.seedOfPart())")
    return agent
  }

  /// Descriptors exactly; mappings and memory but for what the C library's allocator keeps.
  private func lookForLeaks(_ holdings: [Int], rounds: Int) {
    let (descriptors, mappings, kilobytes) = (
      holdings[3] - holdings[0], holdings[4] - holdings[1], holdings[5] - holdings[2]
    )
    say(
      "after \(rounds) rounds: descriptors \(holdings[0]) → \(holdings[3]), mappings \(holdings[1]) → "
        + "\(holdings[4]), resident \(holdings[2]) → \(holdings[5]) KiB")
    if descriptors > 0 { violated("\(descriptors) descriptors leaked in \(rounds) rounds") }
    if mappings > 16 { violated("\(mappings) mappings leaked in \(rounds) rounds") }
    if kilobytes > 8192 { violated("\(kilobytes) KiB leaked in \(rounds) rounds") }
  }

  /// The name works, and nothing is left behind: no stray name once an exclusive open has been.
  private func clearUp() throws {
    let fresh = try store.open(.exclusive) { $0.lockTimeout = .seconds(60) }
    if try fresh.count != 0 { violated("an exclusive open gave a store that was not empty") }
    try fresh.put("after", "the storm")
    let findings = try SegmentCheck.run(store.name)
    if !findings.isEmpty { violated("\(findings)") }
    if store.objects != [store.name] { violated("left in /dev/shm: \(store.objects)") }
    fresh.close()
    try SharedStore.unlink(store.name)
    if !store.objects.isEmpty { violated("left in /dev/shm after unlink: \(store.objects)") }
  }
}
