internal import Glibc
internal import Synchronization

/// A writable handle's presence in the segment: its row, its counters, and which process it speaks for.
///
/// A forked child must not count on its parent's row: `token` remembers the process the row was claimed
/// for, and `SharedStore` compares it with the `ForkWatch` before each operation.
///
/// A plain pointer, as `Segment` is and for the same reason; the handle makes and destroys it.
@safe struct Participant: @unchecked Sendable {
  private typealias Field = ParticipantRow.Field
  /// What a closed handle's token is; no process has it.
  static let closedToken = UInt64.max

  fileprivate struct State: ~Copyable {
    let name: [UInt8]?
    let isInspector: Bool
    let token = Atomic<UInt64>(0)
    /// Offset of the row in the segment, or −1 for an unlisted handle.
    let rowOffset = Atomic<Int>(-1)
    /// The row again, to count in.
    let counters = CountingPlace(byteCount: SegmentFormat.participantByteCount)
    let rowState = Atomic<UInt64>(0)
    let attachedMonotonic = Atomic<UInt64>(0)
    /// This handle's holder word while it holds the mutex.
    let holder = Atomic<UInt64>(0)
    /// Acquisitions and writes of this handle, to look at the clock now and then. Written under the mutex.
    let acquisitions = Atomic<UInt64>(0)
    let writes = Atomic<UInt64>(0)
    /// The attached event has still to be written: the mutex was taken when the handle was opened, or this is a
    /// forked child's.
    let owesAttachEvent = Atomic<Bool>(false)
  }

  /// First, so that what tells a handle without a participant is the pointer that counting needs anyway.
  private let state: UnsafeMutablePointer<State>
  let segment: Segment

  /// Balanced by `destroy`.
  static func make(_ segment: Segment, name: String?, isInspector: Bool) -> Participant {
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    let bytes = name.map(Self.cut)
    unsafe state.initialize(to: State(name: bytes, isInspector: isInspector))
    return unsafe Participant(state: state, segment: segment)
  }

  /// As many whole characters of a name as fit its field.
  private static func cut(_ name: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in name.unicodeScalars {
      let encoded = Array(String(scalar).utf8)
      if bytes.count + encoded.count > ParticipantRow.nameByteCount { break }
      bytes += encoded
    }
    return bytes
  }

  func destroy() {
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// For taking the mutex once, without a row and without being counted anywhere.
  static func unregistered(_ segment: Segment) -> Participant {
    let participant = make(segment, name: nil, isInspector: false)
    participant.holder = Holder(pid: getpid(), row: -1)
    return participant
  }

  // Each is a relaxed load or store of a word of this process; the pointer is good until `destroy`.
  /// The process the row was claimed for.
  private(set) var token: UInt64 {
    get { unsafe state.pointee.token.load(ordering: .relaxed) }
    nonmutating set { unsafe state.pointee.token.store(newValue, ordering: .relaxed) }
  }
  private var rowOffset: Int {
    get { unsafe state.pointee.rowOffset.load(ordering: .relaxed) }
    nonmutating set {
      unsafe state.pointee.rowOffset.store(newValue, ordering: .relaxed)
      if newValue >= 0 {
        unsafe state.pointee.counters.move(to: segment.words, at: newValue)
      } else {
        unsafe state.pointee.counters.moveAway()
      }
    }
  }
  private var rowState: UInt64 {
    get { unsafe state.pointee.rowState.load(ordering: .relaxed) }
    nonmutating set { unsafe state.pointee.rowState.store(newValue, ordering: .relaxed) }
  }
  private var attachedMonotonic: UInt64 {
    get { unsafe state.pointee.attachedMonotonic.load(ordering: .relaxed) }
    nonmutating set { unsafe state.pointee.attachedMonotonic.store(newValue, ordering: .relaxed) }
  }
  /// This handle's holder word while it holds the mutex.
  private(set) var holder: Holder {
    @inline(__always) get { Holder(rawValue: unsafe state.pointee.holder.load(ordering: .relaxed)) }
    nonmutating set { unsafe state.pointee.holder.store(newValue.rawValue, ordering: .relaxed) }
  }
  private var acquisitions: UInt64 {
    @inline(__always) get { unsafe state.pointee.acquisitions.load(ordering: .relaxed) }
    @inline(__always) nonmutating set {
      unsafe state.pointee.acquisitions.store(newValue, ordering: .relaxed)
    }
  }
  private var writes: UInt64 {
    @inline(__always) get { unsafe state.pointee.writes.load(ordering: .relaxed) }
    @inline(__always) nonmutating set { unsafe state.pointee.writes.store(newValue, ordering: .relaxed) }
  }
  private var owesAttachEvent: Bool {
    @inline(__always) get { unsafe state.pointee.owesAttachEvent.load(ordering: .relaxed) }
    nonmutating set { unsafe state.pointee.owesAttachEvent.store(newValue, ordering: .relaxed) }
  }

  /// Index of the row in the table, or −1 for an unlisted handle.
  var row: Int {
    rowOffset < 0 ? -1 : (rowOffset - SegmentFormat.participants) / SegmentFormat.participantByteCount
  }

  // MARK: Coming and going

  /// Claims a row for the calling process; without one the handle works unlisted.
  func register(as identity: ProcessIdentity) {
    let words = segment.words
    let row = claimRow(identity)
    rowOffset = row?.offset ?? -1
    if let row {
      rowState = words.load(row.offset)
    } else {
      words.add(1, at: SegmentFormat.unlisted)
    }
    holder = Holder(pid: identity.pid, row: row?.index ?? -1)
    attachedMonotonic = SystemClock.monotonic
    owesAttachEvent = true
    writes = 0
    token = ForkWatch.shared.renew()
  }

  /// A free row; else the oldest of a dead process (evidence is kept as long as the
  /// table has room, and /dev/shm for its next page).
  private func claimRow(_ identity: ProcessIdentity) -> ParticipantRow? {
    let words = segment.words
    let wall = SystemClock.wall
    let chosenName = unsafe state.pointee.name
    let isInspector = unsafe state.pointee.isInspector
    func claim(_ row: ParticipantRow, _ expected: UInt64) -> Bool {
      row.claim(
        words, expected: expected, identity: identity, name: chosenName ?? identity.name,
        isInspector: isInspector,
        wall: wall)
    }
    for row in ParticipantRow.all(of: segment) { row.releaseIfLeft(words, byExecOf: identity) }
    repeat {
      for row in ParticipantRow.all(of: segment) where words.load(row.offset) == 0 && claim(row, 0) {
        return row
      }
    } while segment.addParticipantPage()
    for row in Self.deadRows(segment, seenFrom: identity.namespaces) where claim(row.row, row.state) {
      return row.row
    }
    return nil
  }

  /// Rows of dead processes, the longest attached first.
  static func deadRows(
    _ segment: Segment, seenFrom own: UInt64
  ) -> [(row: ParticipantRow, state: UInt64, attached: UInt64)] {
    let words = segment.words
    var dead: [(row: ParticipantRow, state: UInt64, attached: UInt64)] = []
    for row in ParticipantRow.all(of: segment) {
      let state = words.loadAcquiring(row.offset)
      guard state & ParticipantRow.takenBit != 0 else { continue }
      if state & ParticipantRow.fillingBit != 0 {
        // Killed while it filled the row in: its identity is not there, only its pid, and whose pid that is.
        let pid = Int32(truncatingIfNeeded: state)
        let isOurs = own != 0 && state & ParticipantRow.namespaceTagMask == ParticipantRow.namespaceTag(own)
        if isOurs, pid > 0, kill(pid, 0) == -1, errno == ESRCH { dead.append((row, state, 0)) }
      } else if let sample = row.read(words, seenFrom: own), sample.liveness == .dead {
        dead.append((row, state, sample.attachedWall))
      }
    }
    return dead.sorted { $0.attached < $1.attached }
  }

  /// Gives the row back and returns how long it was attached; `nil` where another thread has done so.
  func unregister() -> (row: Int, nanoseconds: UInt64)? {
    let old = unsafe state.pointee.token.exchange(Self.closedToken, ordering: .relaxed)
    guard old != Self.closedToken else { return nil }
    let result = (row, SystemClock.monotonic &- attachedMonotonic)
    if row >= 0 {
      ParticipantRow(index: row).release(segment.words, expected: rowState)
      rowOffset = -1
    } else {
      segment.words.add(.max, at: SegmentFormat.unlisted)
    }
    return result
  }

  // MARK: Counting

  /// Adds to a counter of the own row. By a load and a store, without a locked instruction: exact under the
  /// mutex and for a handle that one thread uses, else some counts may be lost.
  @inline(__always)
  private func count(_ field: Int, _ amount: UInt64 = 1) {
    unsafe state.pointee.counters.add(amount, at: field)
  }

  @inline(__always) func countHit() { count(Field.hits) }
  @inline(__always) func countMiss() { count(Field.misses) }
  @inline(__always) func countRemove() { count(Field.removes) }

  /// Counts a value written; at the first and every 16th after it does what need not be done at each. Under the mutex.
  @inline(__always)
  func countPut() {
    count(Field.puts)
    let number = writes &+ 1
    writes = number
    if number & 15 == 1 { catchUp() }
  }

  /// Looks at the wall clock, for the write clock; and writes the attached event, which direct puts leave.
  @inline(never)
  private func catchUp() {
    WriteClock(segment).note(wall: SystemClock.coarseWall)
    settleAttachEvent()
  }

  /// Whether this acquisition of the mutex is one of those whose hold is timed: every 64th.
  @inline(__always)
  func samplesThisHold() -> Bool {
    let number = acquisitions &+ 1
    acquisitions = number
    return number & 63 == 0
  }

  func beginWait(for holder: Holder, at monotonic: UInt64) {
    let row = rowOffset
    guard row >= 0 else { return }
    segment.words.store(UInt64(UInt32(bitPattern: holder.pid)), at: row + Field.waitingFor)
    segment.words.storeReleasing(monotonic, at: row + Field.waitingSince)
  }

  func endWait() {
    let row = rowOffset
    if row >= 0 { segment.words.store(0, at: row + Field.waitingSince) }
  }

  /// A wait that ended with the mutex taken: counted here, and charged to whom we waited for. Under the
  /// mutex.
  func countWait(_ nanoseconds: UInt64, causedBy culprit: Holder) {
    count(Field.waits)
    count(Field.waitNanoseconds, nanoseconds)
    guard let index = culprit.row, let row = ParticipantRow(index: index, of: segment) else { return }
    let words = segment.words
    guard Int32(truncatingIfNeeded: words.load(row.offset)) == culprit.pid else { return }
    words.addAlone(1, at: row.offset + Field.waitsCaused)
    words.addAlone(nanoseconds, at: row.offset + Field.waitNanosecondsCaused)
  }

  /// Writes the attached event, if it has not been; under the mutex.
  @inline(__always)
  func settleAttachEvent() {
    if owesAttachEvent { writeAttachEvent() }
  }

  @inline(never)
  private func writeAttachEvent() {
    owesAttachEvent = false
    EventRing(segment).append(.attached, UInt64(bitPattern: Int64(row)))
  }
}
