import OriginalSegment
import SharedSimple

/// The processes of an original segment: those that map it, found by looking at all there are, and the owner of its
/// mutex.
struct OriginalPeople {
  private var found: OriginalProcesses?
  private var lookedAt: UInt64 = 0
  /// Since when each one was seen to wait in a futex.
  private var waitingSince: [Int32: UInt64] = [:]
  /// Names of those that were seen now and before, so that an owner that has died between two looks has one.
  private var names: [Int32: [UInt8]] = [:]
  private var lastNames: [Int32: [UInt8]] = [:]

  /// A look through /proc costs some milliseconds: every two seconds, that is under 1 % of a core.
  private static let interval: UInt64 = 2_000_000_000

  var hasStrangers: Bool { found?.hasStrangers ?? false }
  var hidden: Int { found?.unreadable ?? 0 }

  /// Looks for them, if that was long ago.
  mutating func look(at identity: OriginalIdentity, now: UInt64) {
    guard found == nil || now >= lookedAt + Self.interval else { return }
    let found = OriginalProcesses(mapping: identity)
    self.found = found
    lookedAt = now
    var waiting: [Int32: UInt64] = [:]
    for process in found.processes where process.waitsInFutex {
      waiting[process.pid] = waitingSince[process.pid] ?? now
    }
    waitingSince = waiting
    lastNames = names
    names = [:]
    for process in found.processes { names[process.pid] = process.name }
  }

  /// Puts holder and processes into a sample.
  func list(in sample: inout SegmentSample, mutex: OriginalMutex?, run: LockWatch.Run) {
    var owner: OriginalThread?
    if let mutex, mutex.isKnown, mutex.isHeld, mutex.owner > 0 {
      let thread = OriginalThread(mutex.owner)
      owner = thread
      sample.lock.holder = thread.process
      if run.owner == mutex.owner { sample.lock.heldSinceMonotonic = run.first }
    }
    for process in found?.processes ?? [] {
      var row = ParticipantSample()
      row.pid = process.pid
      row.name = process.name
      row.liveness = process.state.liveness
      // What it waits for is seen no closer: another futex may be its own.
      if let owner, mutex?.hasWaiters ?? false, process.pid != owner.process,
        let since = waitingSince[process.pid]
      {
        row.waitingFor = owner.process
        row.waitingSinceMonotonic = since
      }
      sample.participants.append(row)
    }
    if let owner, !sample.participants.contains(where: { $0.pid == owner.process }) {
      var row = ParticipantSample()
      row.pid = owner.process
      row.name = names[owner.process] ?? lastNames[owner.process] ?? owner.name
      row.liveness = owner.state == .gone && hasStrangers ? .unknown : owner.state.liveness
      sample.participants.append(row)
    }
    for slot in sample.participants.indices {
      sample.participants[slot].slot = slot
      if sample.participants[slot].pid == sample.lock.holder { sample.lock.holderParticipant = slot }
    }
  }
}

extension OriginalThread.State {
  fileprivate var liveness: ProcessLiveness {
    switch self {
    case .running, .sleeping: .running
    case .stopped: .stopped
    case .blocked: .blocked
    case .gone: .dead
    case .unknown: .unknown
    }
  }
}
