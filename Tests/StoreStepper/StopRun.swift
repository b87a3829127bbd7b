import SharedSimple

/// One operation, stopped after its instructions: nobody who reads may wait, and who writes must be told for whom.
///
/// Stopped by ptrace between two instructions (state `t`), and, at some steps, as SIGSTOP stops any process (`T`).
struct StopRun {
  let operation: SteppedOperation
  let segment: String
  let report: Report
  let effort: Effort

  struct Effort {
    /// Of the changed states, each of this distance is looked at, from a random start.
    var stride = 1
    var realStops = 2
  }

  private static let patience = Duration.milliseconds(5)

  func run() throws {
    defer { World.remove(segment) }
    let outcomes = try operation.prepare(segment)
    let child = try SteppedProcess([operation.name, segment])
    let world = World(name: segment)
    let onlooker = try Onlooker(segment, outcomes)
    let start = Chance.below(effort.stride)
    var (changes, looks, held) = (0, 0, 0)
    while try child.step() {
      guard world.hasChanged(by: child, afterSystemCall: false) else { continue }
      changes += 1
      guard changes % effort.stride == start else { continue }
      let isHeld = !world.marksOfDeath(child).isEmpty
      looks += 1
      held += isHeld ? 1 : 0
      try look(onlooker, at: child, isHeld: isHeld, state: "t")
      // What the onlooker has changed is no change of the child's.
      _ = world.hasChanged(by: child, afterSystemCall: true)
    }
    try child.goOn()
    try finish(child, outcomes)
    for _ in 0..<effort.realStops { try stopReally(at: 1 + Chance.below(child.stepCount)) }
    report.say(
      "\(operation.name): stopped at \(looks) of its \(child.stepCount) instructions, at \(held) with the mutex, "
        + "\(effort.realStops) more with SIGSTOP")
  }

  private func stopReally(at step: Int) throws {
    let outcomes = try operation.prepare(segment)
    let child = try SteppedProcess([operation.name, segment])
    try child.step(times: step)
    guard child.state == .stopped else { return }
    let isHeld = !World(name: segment).marksOfDeath(child).isEmpty
    try child.becomeStopped()
    try look(try Onlooker(segment, outcomes), at: child, isHeld: isHeld, state: "T")
    try child.resumeToEnd()
    try finish(child, outcomes)
  }

  private func look(_ onlooker: Onlooker, at child: SteppedProcess, isHeld: Bool, state: String) throws {
    let moment = "\(operation.name), stopped at step \(child.stepCount)"
    try HangWatch.watch(moment) {
      var findings = try onlooker.read()
      // Whoever writes to a segment whose holder is dead recovers it; this run wants the child to.
      if isHeld || !operation.startsOrphaned {
        findings += onlooker.write(heldBy: isHeld ? child.pid : nil, state: state)
      }
      try report.note(findings, at: moment)
    }
  }

  /// Continued, the operation comes to its end as if nothing had been.
  private func finish(_ child: SteppedProcess, _ outcomes: Outcomes) throws {
    try HangWatch.watch(operation.name) {
      if child.state != .exited(0) {
        try report.note(["the child has \(child.state)"], at: operation.name)
      }
      let settled = Outcomes(before: outcomes.after, after: outcomes.after)
      let survivor = Survivor(name: segment, outcomes: settled, isOrphaned: false)
      try report.note(survivor.findings(), at: "\(operation.name), continued")
    }
  }

  /// Another process, with its handles open all the while.
  private final class Onlooker {
    let outcomes: Outcomes
    let name: String
    let reader: SharedStore
    /// Opened with the first write: opening takes the mutex if it can, and would do the recovery that the child is to.
    private var writer: SharedStore?
    let observer: SegmentObserver

    init(_ name: String, _ outcomes: Outcomes) throws {
      self.name = name
      self.outcomes = outcomes
      reader = try SharedStore(name, mode: .readOnly)
      observer = try SegmentObserver(name)
    }

    /// Everything that takes no lock.
    func read() throws -> [String] {
      var findings: [String] = []
      for store in [reader, writer].compactMap(\.self) {
        for key in outcomes.keys {
          let value = try store.bytes(key)
          if !outcomes.allows(value, of: key) {
            findings.append("\(key.text) is \(value?.text ?? "missing")")
          }
        }
        let visited = try store.visited.withoutBystander
        if !outcomes.allowsEach(visited) { findings.append("a pass visits \(visited.text)") }
      }
      _ = try observer.sample()
      var scanned: Contents = [:]
      var cursor = TableCursor()
      while try observer.scan(&cursor, slotLimit: 8, { key, value, _ in scanned[key.bytes] = value.bytes }) {}
      if !outcomes.allowsEach(scanned.withoutBystander) { findings.append("a scan finds \(scanned.text)") }
      return findings
    }

    /// A write that changes nothing, so that the operation finds the table it wants: done, or refused with
    /// the holder's name.
    func write(heldBy holder: Int32?, state: String) -> [String] {
      do {
        var options = StoreOptions()
        options.lockTimeout = StopRun.patience
        let store = try writer ?? SharedStore(name, mode: .existing, options: options)
        writer = store
        try store.remove(Bystander.key)
        return holder == nil ? [] : ["a write was done while the stopped process holds the mutex"]
      } catch StoreError.lockTimeout(_, let pid, let letter, _) {
        guard let holder else { return ["a write waits for \(pid), and nobody holds the mutex"] }
        return pid == holder && letter == state
          ? [] : ["a write waits for \(pid) in state \(letter), the holder is \(holder) in state \(state)"]
      } catch { return ["a write was refused: \(error)"] }
    }
  }
}
