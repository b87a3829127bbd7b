import Glibc
import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// Processes killed with SIGKILL at random moments of their work.
struct KillTests {
  let segment = TemporaryStore("kill")

  /// As long as a survivor may take for its first write before the test calls it hung.
  private static let hangLimit = Duration.seconds(30)

  @Test(arguments: Workload.Profile.allCases)
  func `50 kills of each kind of work lose no settled key, and the next writer goes on`(
    profile: Workload.Profile
  ) throws {
    var random = SeededGenerator(printedFor: "50 kills of \(profile.rawValue) work")
    var model: [[UInt8]: [UInt8]] = [:]
    var done: UInt64 = 0
    var within = 0
    for kill in 0..<Effort.times(50) {
      if kill % 10 == 0 {
        // Small again, so that tables grow again.
        _ = try segment.open(.exclusive) {
          $0.initialSlots = 8
          $0.valueLimit = 100
        }
        model = [:]
      }
      let seed = random.seedOfPart()
      let progress = ScratchFile()
      let victim = try AgentProcess()
      #expect(try victim.ask("open", "h", segment.name) == .done([]))
      try victim.send(
        "work", "h", "profile=\(profile.rawValue)", "seed=\(seed)", "first=\(done)",
        "progress=\(progress.path)")
      try waitWhile { progress.word(0) == 0 }
      usleep(.random(in: 0...12_000, using: &random))
      #expect(victim.kill() == .killed(SIGKILL))

      let (begun, settled) = (progress.word(0), progress.word(1))
      #expect(begun - settled <= 1)
      var workload = Workload(seed: seed, profile: profile, valueLimit: 100, first: done)
      for _ in 0..<settled { workload.next()?.apply(to: &model) }
      var after = model
      if begun > settled {
        workload.next()?.apply(to: &after)
        within += 1
      }
      done += begun

      expectSound(segment, "kill \(kill), before anybody has recovered", isRecovered: false)
      let survivor = try segment.open(.existing) { $0.lockTimeout = Self.hangLimit }
      try survivor.put("survivor", "\(kill)")
      var found = try survivor.contents
      #expect(found.removeValue(forKey: Array("survivor".utf8)) == Array("\(kill)".utf8))
      try survivor.remove("survivor")
      guard found == model || found == after else {
        Issue.record(
          """
          kill \(kill) (seed \(seed)), \(settled) settled of \(begun) begun: \(found.count) entries, \
          \(Self.differences(found, model)) keys differ from before and \(Self.differences(found, after)) from after
          """)
        return
      }
      model = found
      #expect(try survivor.count == found.count)
      for (key, value) in found { #expect(try survivor.bytes(key) == value) }
      expectSound(segment, "kill \(kill), after the recovery")
    }
    print("kills within an operation of \(profile.rawValue) work: \(within)")
    let observer = try SegmentObserver(segment.name)
    let dropped = try observer.sample().events.filter { $0.kind == .recovered }.map(\.second)
    #expect(dropped.allSatisfy { $0 == 0 })
  }

  private static func differences(_ one: [[UInt8]: [UInt8]], _ other: [[UInt8]: [UInt8]]) -> Int {
    Set(one.keys).union(other.keys).count { one[$0] != other[$0] }
  }

  @Test func `Workers killed beside living ones: the living and the settled lose nothing`() throws {
    var random = SeededGenerator(printedFor: "workers killed beside living ones")
    let store = try segment.open { $0.initialSlots = 8 }
    let reader = try AgentProcess()
    #expect(try reader.ask("open", "h", segment.name, "mode=readOnly") == .done([]))
    try reader.send("read", "h", "prefixes=steady-,killed-", "seed=\(random.seedOfPart())")

    let steadySeed = random.seedOfPart()
    let steadyProgress = ScratchFile()
    let steady = try AgentProcess()
    #expect(try steady.ask("open", "h", segment.name) == .done([]))
    try steady.send("work", "h", "prefix=steady-", "seed=\(steadySeed)", "progress=\(steadyProgress.path)")

    var model: [[UInt8]: [UInt8]] = [:]
    var done: UInt64 = 0
    for kill in 0..<Effort.times(20) {
      let seed = random.seedOfPart()
      let progress = ScratchFile()
      let victim = try AgentProcess()
      #expect(try victim.ask("open", "h", segment.name) == .done([]))
      try victim.send(
        "work", "h", "prefix=killed-", "seed=\(seed)", "first=\(done)", "progress=\(progress.path)")
      try waitWhile { progress.word(0) == 0 }
      usleep(.random(in: 0...10_000, using: &random))
      victim.kill()
      let (begun, settled) = (progress.word(0), progress.word(1))
      var workload = Workload(seed: seed, profile: .mixed, prefix: "killed-", first: done)
      for _ in 0..<settled { workload.next()?.apply(to: &model) }
      var after = model
      if begun > settled { workload.next()?.apply(to: &after) }
      done += begun
      let found = try store.contents.filter { $0.key.starts(with: "killed-".utf8) }
      #expect(found == model || found == after, "kill \(kill)")
      model = found
    }
    let steadyCount = try #require(try steady.end().number)
    #expect(try reader.end().refusal == nil)
    var expected = model
    var workload = Workload(seed: steadySeed, profile: .mixed, prefix: "steady-")
    for _ in 0..<steadyCount { workload.next()?.apply(to: &expected) }
    #expect(try store.contents == expected)
    expectSound(segment)
  }
}
