import Glibc
import SharedSimple
import TestSupport

struct SoakOptions {
  var duration = Duration.seconds(3600)
  var processCount = 8
  var keyCount = 600
  var valueLimit = 1 << 16
  var seed = UInt64.random(in: .min ... .max)
  /// After so long all rest and everything is compared.
  var round = Duration.seconds(5)
}

/// Processes that work on one store, each in a slot of a journal (see `SoakWorker`), are killed and
/// stopped at random, and must lose nothing.
final class Soak {
  private let options: SoakOptions
  private let say: (String) -> Void
  private let store: TemporaryStore
  private let journal: ScratchFile
  private let auditor: AgentProcess
  private var workers: [AgentProcess] = []
  private var random: SeededGenerator
  private var reader: SegmentReader
  /// The driver's own handle: writes after each kill, as the survivor does.
  private var survivor: SharedStore?
  /// Value, begun and settled increments of each shared counter, when all rested last.
  private var counters: [[Int]]?

  private(set) var figures = SoakFigures()
  private(set) var violations: [String] = []

  init(_ options: SoakOptions, say: @escaping (String) -> Void) throws {
    self.options = options
    self.say = say
    random = SeededGenerator(seed: options.seed)
    store = TemporaryStore("soak")
    reader = SegmentReader(name: store.name)
    journal = ScratchFile()
    auditor = try AgentProcess()
    say("seed of the soak: 0x\(String(options.seed, radix: 16))")
  }

  private func violated(_ what: String) {
    violations.append(what)
    say("VIOLATION (seed 0x\(String(options.seed, radix: 16))): \(what)")
  }

  /// Runs until the time is over or something was found that must never be.
  func run() throws {
    let start = ContinuousClock.now
    var nextReport = start + .seconds(60)
    workers = try (0..<options.processCount).map { _ in try AgentProcess() }
    while violations.isEmpty, ContinuousClock.now - start < options.duration {
      let left = options.duration - (ContinuousClock.now - start)
      try round(for: min(options.round, left))
      if ContinuousClock.now >= nextReport {
        nextReport += .seconds(60)
        say("\((ContinuousClock.now - start).components.seconds) s: \(figures)")
      }
    }
    workers = []
    survivor = nil
    say(
      "\(violations.isEmpty ? "nothing violated" : "VIOLATED"), seed 0x\(String(options.seed, radix: 16)): \(figures)"
    )
  }

  // MARK: A round

  private func round(for length: Duration) throws {
    // Where nothing is emptied, the shared counters can be added up.
    let clears = Bool.random(using: &random)
    let mood = ["mixed", "mixed", "churning", "draining", "reading"].randomElement(using: &random)!
    let end = ContinuousClock.now + length
    for slot in workers.indices { try start(slot, mood: mood, clears: clears) }
    while ContinuousClock.now < end, violations.isEmpty {
      usleep(.random(in: 2_000...60_000, using: &random))
      try disturb(mood: mood, clears: clears)
    }
    for (slot, worker) in workers.enumerated() {
      do {
        let reply = try worker.end()
        if reply.refusal != nil { violated("slot \(slot): \(reply)") }
      } catch {
        violated("slot \(slot): \(error)")
      }
    }
    if violations.isEmpty { try compare(addsUp: !clears) }
  }

  private func words(_ verb: String, _ rest: String...) -> String {
    ([verb] + rest + [
      "journal=\(journal.path)", "slots=\(options.processCount)", "keys=\(options.keyCount)",
    ]).joined(separator: " ")
  }

  private func start(_ slot: Int, mood: String, clears: Bool) throws {
    try workers[slot].send(
      words(
        "soak", store.name, "\(slot)", "seed=\(random.seedOfPart())", "mood=\(mood)",
        "clears=\(clears ? 1 : 0)", "valueLimit=\(options.valueLimit)"))
  }

  private func disturb(mood: String, clears: Bool) throws {
    // Nothing is there before the first worker has opened.
    guard let sample = try? reader.look(&figures) else { return }
    let holder = workers.firstIndex { $0.pid == sample.lock.holder }
    let anybody = Int.random(in: workers.indices, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case ..<22: try kill([anybody], mood: mood, clears: clears)
    case ..<36: try kill([holder ?? anybody], mood: mood, clears: clears)
    case ..<40:
      let victims = workers.indices.shuffled(using: &random).prefix(workers.count / 2)
      try kill(Array(victims), mood: mood, clears: clears)
    case ..<52: try killChild(of: anybody)
    case ..<70: try stop(anybody)
    case ..<88: try stop(holder ?? anybody)
    default: break
    }
  }

  // MARK: Kills

  private func kill(_ slots: [Int], mood: String, clears: Bool) throws {
    for slot in slots { Glibc.kill(workers[slot].pid, SIGKILL) }
    for slot in slots {
      guard workers[slot].kill() == .killed(SIGKILL) else {
        violated("slot \(slot): its worker had ended: \(workers[slot].wait())")
        return
      }
      figures.kills += 1
      let reply = try auditor.ask(words("soak-death", "\(slot)"))
      guard case .done(let fields) = reply, fields.count == 2, let child = pid_t(fields[1]) else {
        violated("soak-death: \(reply)")
        return
      }
      if fields[0] == "within" { figures.killsWithin += 1 }
      // The next worker of the slot must be alone in it.
      if child != 0 {
        Glibc.kill(child, SIGKILL)
        waitForDeath(of: child)
      }
      try auditor.ask(words("soak-bury", "\(slot)"))
    }
    survive()
    for slot in slots {
      workers[slot] = try AgentProcess()
      try start(slot, mood: mood, clears: clears)
    }
  }

  private func killChild(of slot: Int) throws {
    guard let child = try auditor.ask(words("soak-child", "\(slot)")).number, child != 0 else { return }
    if Glibc.kill(pid_t(child), SIGKILL) == 0 { figures.childKills += 1 }
  }

  private func waitForDeath(of pid: pid_t) {
    // A zombie that nobody waits for is as dead as can be.
    while let state = Self.state(of: pid), state != "Z" { usleep(200) }
  }

  /// The state letter of a process; `nil` when it is gone.
  private static func state(of pid: pid_t) -> Character? {
    let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    return text.split(separator: ")").last?.split(separator: " ").first?.first
  }

  /// The next writer goes on, and after it has recovered the store a check finds nothing.
  private func survive() {
    do {
      let findings = try withStore { store in
        try store.put("driver", "\(figures.kills)")
        return try store.check()
      }
      figures.checks += 1
      if !findings.isEmpty { violated("after a kill the check finds \(findings)") }
    } catch {
      violated("after a kill: \(error)")
    }
  }

  /// The driver's handle, opened anew where the segment has been replaced.
  private func withStore<R>(_ body: (SharedStore) throws -> R) throws -> R {
    while true {
      do {
        let store = try survivor ?? self.store.open(.existing) { $0.lockTimeout = .seconds(60) }
        survivor = store
        return try body(store)
      } catch StoreError.replaced {
        survivor = nil
      }
    }
  }

  // MARK: Stops

  private func stop(_ slot: Int) throws {
    let worker = workers[slot]
    worker.stop()
    defer { worker.resume() }
    figures.stops += 1
    let sample = try reader.look(&figures)
    // The holder word is set after the mutex was taken and cleared before it is given back.
    if sample.lock.holder == worker.pid {
      figures.stopsOfHolders += 1
      try lookOnBesideStopped(worker)
    }
    usleep(.random(in: 0...100_000, using: &random))
  }

  /// While the holder is stopped, reads go on, and a writer with a timeout is told who holds the lock.
  private func lookOnBesideStopped(_ holder: AgentProcess) throws {
    do {
      let store = try store.open(.existing) { $0.lockTimeout = .milliseconds(50) }
      defer { store.close() }
      for slot in workers.indices {
        for index in 0..<25 {
          // As `SoakWorker.key`: what is there was looked at by those who know; here it must only end.
          _ = try store.bytes("s\(slot)-\(index * 7)")
        }
      }
      _ = try store.count
      try store.forEach { _, _ in true }
      figures.readsBesideStoppedHolders += workers.count * 25 + 2
      try store.put("driver", "beside a stopped holder")
      violated("a writer went on beside the stopped holder \(holder.pid)")
    } catch StoreError.lockTimeout(_, let pid, let state, _) {
      if pid != holder.pid || state != "T" {
        violated("a lock timeout names \(pid) (\(state)), but \(holder.pid) is stopped")
      }
    } catch StoreError.replaced {
      // An exclusive open goes on without the old segment's lock.
    } catch {
      violated("beside the stopped holder \(holder.pid): \(error)")
    }
  }

  // MARK: All at rest

  /// What a heap of this soak may have claimed at most, whatever the order of events: blocks of a size class
  /// are used again, so there are no more of a class than there were keys that could be in it, and one for
  /// each process that was killed between a block and its slot.
  private var heapBound: Int {
    func classes(upTo byteCount: Int) -> Int {
      // Eight classes a doubling, so their sum is below nine times the largest; small ones step by 16 bytes.
      byteCount <= 512 ? (2...(byteCount / 16 + 1)).reduce(0) { $0 + $1 * 16 } : 9 * byteCount * 9 / 8
    }
    let large = options.processCount * 8 * classes(upTo: options.valueLimit + 64)
    let short = options.processCount * options.keyCount * classes(upTo: 320)
    let long = options.processCount * (options.keyCount / 61 + 1) * classes(upTo: 1200)
    let bound = large + short + long
    // A claim takes an eighth more than needed.
    return bound + bound / 8 + (1 << 20)
  }

  private func compare(addsUp: Bool) throws {
    survive()
    let sample = try reader.look(&figures)
    if sample.memory.heapClaimed > heapBound {
      violated("the heap has claimed \(sample.memory.heapClaimed) bytes, \(heapBound) are enough")
    }
    if let findings = try? SegmentCheck.run(store.name), !findings.isEmpty {
      violated("at rest the check finds \(findings)")
    }
    let reply = try auditor.ask(words("soak-verify", store.name))
    guard case .done(let fields) = reply else {
      if reply.detail("what")?.contains("is lost") == true { figures.entriesLost += 1 }
      violated("at rest: \(reply)")
      return
    }
    let numbers = fields.compactMap { Int($0) }
    figures.comparisons += 1
    figures.entriesCompared += numbers[0]
    figures.operations = numbers[1]
    let now = stride(from: 2, to: numbers.count, by: 3).map { Array(numbers[$0..<$0 + 3]) }
    if addsUp, let before = counters {
      for (counter, (old, new)) in zip(before, now).enumerated() {
        let (value, begun, settled) = (new[0] - old[0], new[1] - old[1], new[2] - old[2])
        if value < settled || value > begun {
          violated("counter \(counter) went up by \(value): \(settled) settled, \(begun) begun")
        }
      }
    }
    counters = now
    // Rows of the dead are kept as evidence; enough of it.
    try withStore { _ = try $0.reap() }
  }
}
