internal import CLinux
internal import Glibc
internal import Synchronization

/// Taking and giving back the store's mutex, with what is noted about it.
struct StoreLock: Sendable {
  let segment: Segment
  let participant: Participant

  init(_ segment: Segment, _ participant: Participant) {
    self.segment = segment
    self.participant = participant
  }

  private static var currentThread: UInt {
    @inline(__always) get { shim_thread() }
  }

  /// Whether the calling thread holds the mutex.
  var isHeldByThisThread: Bool { segment.ownerThread == Self.currentThread }

  /// Takes the mutex, waiting at most for `timeout`; repairs what a dead holder left.
  ///
  /// Returns with the mutex held and the segment not retired, or throws without it.
  @inline(__always)
  func acquire(timeout: Duration?) throws(StoreError) {
    try requireLockable()
    try acquire(after: segment.header.mutex.tryLock(), timeout: timeout)
  }

  /// The same, once the mutex has been tried.
  @inline(__always)
  func acquire(after outcome: RobustMutex.Outcome, timeout: Duration?) throws(StoreError) {
    if case .taken = outcome { enter() } else { try acquireSlowly(outcome, timeout) }
    try requireLive()
  }

  /// The first step of `acquire` by itself, which throws nothing: tries the mutex; `nil` where it must not be tried.
  /// `enter` comes next where it is taken; anything else goes to `acquire(after:timeout:)`.
  @inline(__always)
  func tryDirectly() -> RobustMutex.Outcome? { isLockable ? segment.header.mutex.tryLock() : nil }

  /// The end of an acquisition: a segment that is retired is given up, and the mutex back. A direct put, which finds that out
  /// by itself, asks only where it cannot go on.
  @inline(__always)
  func requireLive() throws(StoreError) {
    if segment.header.table.isRetired {
      release()
      throw .replaced(name: segment.name)
    }
    participant.settleAttachEvent()
  }

  /// Nobody should wait for the mutex of a segment that can be written no more.
  func requireUsable() throws(StoreError) {
    try requireLockable()
    if segment.header.table.isRetired { throw .replaced(name: segment.name) }
  }

  /// A mutex that is unrecoverable must not even be tried: glibc's `pthread_mutex_trylock` then leaves it locked
  /// by the caller (seen in 2.36), so that the next one would wait for ever.
  @inline(__always)
  private func requireLockable() throws(StoreError) {
    if isLockable { return }
    guard segment.header.mutex.isOfKind(segment.mutexKind) else {
      throw .corrupted(name: segment.name, detail: "its mutex is not of the kind it was made")
    }
    throw .unrecoverable(name: segment.name)
  }

  @inline(__always)
  private var isLockable: Bool {
    segment.header.mutex.isOfKind(segment.mutexKind) && !segment.header.holder.isUnrecoverable
  }

  /// What every acquisition does first: from here on the holder is visible.
  @inline(__always)
  func enter() {
    let header = segment.header
    header.holder = participant.holder
    header.acquisitions = header.acquisitions &+ 1
    segment.ownerThread = Self.currentThread
    if participant.samplesThisHold() { header.heldSince = SystemClock.monotonic }
  }

  @inline(never)
  private func acquireSlowly(_ first: RobustMutex.Outcome, _ timeout: Duration?) throws(StoreError) {
    var outcome = first
    var wait: (start: UInt64, holder: Holder)?
    if case .busy = first {
      // Only this thread stores its own number, so no order is needed.
      if isHeldByThisThread { throw .lockReentered(name: segment.name) }
      let start = SystemClock.monotonic
      let holder = segment.header.holder
      wait = (start, holder)
      participant.beginWait(for: holder, at: start)
      defer { participant.endWait() }
      outcome = try waitForMutex(since: start, until: timeout.map { start &+ $0.clampedNanoseconds } ?? .max)
    }
    switch outcome {
    case .taken:
      enter()
    case .takenFromDead:
      let dead = segment.header.holder
      enter()
      try recover(dead)
    case .busy:
      let (holder, state) = currentHolder()
      throw .lockTimeout(
        name: segment.name, holder: holder, holderState: state,
        milliseconds: Int(clamping: (timeout ?? .zero).clampedNanoseconds / 1_000_000))
    case .unrecoverable:
      segment.header.holder = segment.header.holder.unrecoverable
      throw .unrecoverable(name: segment.name)
    case .failed(let code):
      throw .system(name: segment.name, call: "pthread_mutex_lock", errno: code)
    }
    if let wait { note(wait.start, wait.holder) }
  }

  /// Who has the mutex, and in which state; 0 and `?` where that cannot be known from here.
  ///
  /// The holder word is set after the mutex is taken, and cleared before it is given back: of a process stopped in
  /// between, it still names the one before, which may be dead. Then the mutex itself tells, which holds the
  /// owner's thread id.
  private func currentHolder() -> (pid: Int32, state: String) {
    let holder = segment.header.holder
    let thread = segment.header.mutexOwner
    // Thread ids of another pid namespace mean nothing here.
    let isElsewhere = liveness(of: holder) == .unknown
    if thread == 0 || holder.isHeld && isElsewhere { return (holder.pid, stateLetter(of: holder)) }
    let own = ProcessIdentity.ownNamespaces()
    let attached = ParticipantRow.all(of: segment).compactMap { $0.read(segment.words, seenFrom: own) }
      .filter { $0.liveness != .unknown }.map(\.pid)
    // The holder may have no row, or none any more.
    let candidates = (isElsewhere ? [] : [holder.pid]) + attached
    if let pid = candidates.first(where: { ProcessStatus.isThread(thread, of: $0) }) {
      return (pid, ProcessStatus.letter(pid: pid))
    }
    return holder.isHeld ? (holder.pid, stateLetter(of: holder)) : (0, "?")
  }

  /// The state letter of a holder, `?` where it lives in another pid namespace or is not known any more.
  private func stateLetter(of holder: Holder) -> String {
    liveness(of: holder) == .unknown ? "?" : ProcessStatus.letter(pid: holder.pid)
  }

  /// What has become of a holder. One without a row is taken for a process of our own namespace.
  private func liveness(of holder: Holder) -> ProcessLiveness {
    let own = ProcessIdentity.ownNamespaces()
    if let index = holder.row,
      let row = ParticipantRow(index: index, of: segment)?.read(segment.words, seenFrom: own),
      row.pid == holder.pid
    {
      return row.liveness
    }
    return .judge(pid: holder.pid, startTime: 0, namespaces: own, seenFrom: own)
  }

  /// Notes a wait that is over, and that this hold is one of the timed ones.
  private func note(_ start: UInt64, _ culprit: Holder) {
    let now = SystemClock.monotonic
    segment.header.heldSince = now
    LockStatistics(segment).addWait(now &- start)
    participant.countWait(now &- start, causedBy: culprit)
    WriteClock(segment).note(wall: SystemClock.coarseWall)
  }

  private func recover(_ dead: Holder) throws(StoreError) {
    // Who has the header alone is here to retire the segment, after which nobody looks at what a repair would mend.
    if segment.isHeaderAlone {
      segment.header.heldSince = 0
      return segment.header.mutex.makeConsistent()
    }
    // Killed between the mutex and the holder word, on either side, the word names the one before: to be
    // believed only if that one is gone too.
    let isKnown = dead.isHeld || liveness(of: dead) == .dead
    do throws(StoreError) {
      try Recovery(segment).run(dead: isKnown ? dead.pid : 0)
      segment.header.mutex.makeConsistent()
    } catch {
      // Unlocked without having been made consistent, the mutex stays unrecoverable for everybody.
      segment.ownerThread = 0
      segment.header.holder = segment.header.holder.unrecoverable
      segment.header.mutex.unlock()
      throw error
    }
  }

  /// Gives the mutex back.
  @inline(__always)
  func release() {
    let header = segment.header
    let since = header.heldSince
    if since != 0 { noteHold(since) }
    segment.ownerThread = 0
    // Cleared before the mutex is free: a waiter that sees it clear finds the mutex free soon. The pid
    // stays, so that a kill between the two lines still has a name.
    header.holder = header.holder.released
    header.mutex.unlock()
  }

  @inline(never)
  private func noteHold(_ since: UInt64) {
    LockStatistics(segment).addSampledHold(SystemClock.monotonic &- since)
    segment.header.heldSince = 0
  }
}

extension ProcessStatus {
  /// The state letter of a process, `?` where it cannot be known.
  static func letter(pid: Int32) -> String {
    guard let status = read(pid: pid) else { return "?" }
    return String(UnicodeScalar(status.state))
  }
}
