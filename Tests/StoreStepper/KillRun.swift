import Glibc
import SharedSimple

/// One operation, killed after every instruction.
///
/// By copies: the child makes all its instructions one by one; each time that changes what its death would
/// leave (see `World`), that is laid down as a copy, with the mutex as the kernel would leave it, and examined.
/// Instructions that change nothing others can see leave what the one before left. And really: the child is
/// killed after so many instructions, what it leaves is compared, byte by byte, with the copy taken right before,
/// and examined itself.
struct KillRun {
  let operation: SteppedOperation
  let segment: String
  let report: Report
  let effort: Effort

  struct Effort {
    /// Of the changed states, each of this distance is examined, from a random start.
    var stride = 1
    var realKills = 3
    /// Recoveries killed one after the other.
    var chain = 5
  }

  private var copy: String { segment + "-copy" }

  func run() throws {
    defer {
      World.remove(segment)
      World.remove(copy)
    }
    let pass = try passByCopies(try operation.prepare(segment))
    for _ in 0..<effort.realKills {
      try killReally(at: Chance.below(pass.stepCount) + 1, try operation.prepare(segment))
      // And right where something changed: steps are not quite the same from run to run, but nearly.
      try killReally(
        at: pass.changes[Chance.below(pass.changes.count)], try operation.prepare(segment), withWaiter: true)
    }
    var chained = 0
    if operation.startsOrphaned { chained = try killAgainAndAgain(within: pass.stepCount) }
    report.say(
      "\(operation.name): \(pass.stepCount) instructions, \(pass.changes.count) changed what a death leaves, "
        + "\(pass.examined) of them examined; \(2 * effort.realKills) killed really"
        + (chained > 0 ? ", \(chained) more one after the other" : ""))
  }

  private struct Pass {
    var stepCount = 0
    /// The steps that changed what a death would leave.
    var changes: [Int] = []
    var examined = 0
  }

  private func passByCopies(_ outcomes: Outcomes) throws -> Pass {
    var pass = Pass()
    let child = try SteppedProcess([operation.name, segment])
    let world = World(name: segment)
    let start = Chance.below(effort.stride)
    func examine() throws {
      pass.changes.append(child.stepCount)
      guard pass.changes.count % effort.stride == start else { return }
      pass.examined += 1
      let moment = "\(operation.name), step \(child.stepCount)"
      try HangWatch.watch(moment) {
        let isOrphaned = try world.copyAsAfterDeath(child, to: copy)
        let survivor = Survivor(name: copy, outcomes: outcomes, isOrphaned: isOrphaned)
        try report.note(survivor.findings(), at: moment)
      }
    }
    _ = world.hasChanged(by: child, afterSystemCall: true)
    try examine()
    var isSystemCall = child.isAtSystemCall
    while try child.step() {
      if world.hasChanged(by: child, afterSystemCall: isSystemCall) { try examine() }
      isSystemCall = child.isAtSystemCall
    }
    pass.stepCount = child.stepCount
    guard child.state == .done else {
      try report.note(["the child has \(child.state)"], at: "\(operation.name), step \(child.stepCount)")
      return pass
    }
    // Done: nothing of `before` is allowed any more.
    _ = world.hasChanged(by: child, afterSystemCall: true)
    try HangWatch.watch(operation.name) {
      let isOrphaned = try world.copyAsAfterDeath(child, to: copy)
      let settled = Outcomes(before: outcomes.after, after: outcomes.after)
      var findings = Survivor(name: copy, outcomes: settled, isOrphaned: isOrphaned).findings()
      if isOrphaned { findings.append("the mutex is still held") }
      try report.note(findings, at: "\(operation.name), done")
    }
    try child.goOn()
    if child.state != .exited(0) { try report.note(["the child has \(child.state)"], at: operation.name) }
    return pass
  }

  /// A kill, and both ways of looking at it; with another process, if wanted, that sleeps for the mutex when it
  /// comes.
  private func killReally(at step: Int, _ outcomes: Outcomes, withWaiter: Bool = false) throws {
    let child = try SteppedProcess([operation.name, segment])
    try child.step(times: step)
    let moment = "\(operation.name), killed at step \(child.stepCount)"
    try HangWatch.watch(moment) {
      let world = World(name: segment)
      let isHeld = !world.marksOfDeath(child).isEmpty
      let waiter = withWaiter && isHeld ? try SteppedProcess([SteppedOperation.waiter.name, segment]) : nil
      waiter?.letRun()
      // Long enough to fall asleep, mostly; where not, it takes the mutex another way.
      if waiter != nil { usleep(30_000) }
      _ = world.hasChanged(by: child, afterSystemCall: true)
      let isOrphaned = try world.copyAsAfterDeath(child, to: copy)
      child.kill()
      if let waiter {
        // It goes on at once, so there is no moment to compare with the copy.
        try waiter.comeToMark()
        if waiter.state == .done { try waiter.goOn() }
        if waiter.state != .exited(0) { try report.note(["the waiter has \(waiter.state)"], at: moment) }
      } else {
        try report.note(world.differences(to: copy), at: moment)
      }
      let survivor = Survivor(name: segment, outcomes: outcomes, isOrphaned: isOrphaned)
      try report.note(survivor.findings(), at: moment)
    }
  }

  /// Kills one recovery after the other, and looks at last, when somebody at all comes through.
  private func killAgainAndAgain(within stepCount: Int) throws -> Int {
    let outcomes = try operation.prepare(segment)
    var steps: [Int] = []
    for _ in 0..<effort.chain {
      let child = try SteppedProcess([operation.name, segment])
      try child.step(times: Chance.below(stepCount) + 1)
      child.kill()
      steps.append(child.stepCount)
    }
    let moment = "recoveries killed at steps \(steps)"
    try HangWatch.watch(moment) {
      let survivor = Survivor(name: segment, outcomes: outcomes, isOrphaned: true)
      try report.note(survivor.findings(), at: moment)
    }
    return steps.count
  }
}

/// Leaves a segment whose holder died within an operation, at a random moment of its hold.
struct KillInHold {
  let operation: SteppedOperation
  let segment: String

  init(_ operation: SteppedOperation, _ segment: String) {
    (self.operation, self.segment) = (operation, segment)
  }

  func run() throws {
    while true {
      let child = try SteppedProcess([operation.name, segment])
      let world = World(name: segment)
      while try child.step() {
        guard world.hasChanged(by: child, afterSystemCall: false), isChosen(world),
          !world.marksOfDeath(child).isEmpty
        else { continue }
        child.kill()
        return
      }
      _ = try operation.prepare(segment)
    }
  }

  /// Of a transaction, one of the moments when it is decided, and not yet done: recovery then has the most to do.
  private func isChosen(_ world: World) -> Bool {
    if operation.isTransaction { return world.batchWord != 0 && Chance.below(4) == 0 }
    return Chance.below(40) == 0
  }
}
