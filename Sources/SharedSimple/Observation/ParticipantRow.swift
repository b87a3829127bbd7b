internal import Synchronization

/// One row of the participant table, by its index.
struct ParticipantRow: Equatable, Sendable {
  private typealias F = SegmentFormat

  /// Offsets within a row; see "PARTICIPANT" in SegmentFormat.
  enum Field {
    static let state = 0
    static let startTime = 8
    static let pidNamespace = 16
    static let attachedWall = 24
    static let name = 32
    static let waitsCaused = 48
    static let waitNanosecondsCaused = 56
    static let hits = 64
    static let misses = 72
    static let puts = 80
    static let removes = 88
    static let waits = 96
    static let waitNanoseconds = 104
    static let waitingSince = 112
    static let waitingFor = 120
  }

  static let takenBit: UInt64 = 1 << 63
  static let inspectorBit: UInt64 = 1 << 62
  /// Claimed, but its words still belong to the one before: not shown.
  static let fillingBit: UInt64 = 1 << 61
  static let nameByteCount = 16

  let index: Int

  var offset: Int { F.participants + index * F.participantByteCount }

  static var all: some Sequence<ParticipantRow> {
    (0..<F.participantCapacity).lazy.map { ParticipantRow(index: $0) }
  }

  /// Reads the row; `nil` where it is free or being filled in.
  func read(_ words: SharedWords, seenFrom ownNamespace: UInt64) -> ParticipantSample? {
    let state = words.loadAcquiring(offset)
    guard state & Self.takenBit != 0, state & Self.fillingBit == 0 else { return nil }
    func word(_ field: Int) -> UInt64 { words.load(offset + field) }
    var row = ParticipantSample()
    row.slot = index
    row.pid = Int32(truncatingIfNeeded: state)
    row.isInspector = state & Self.inspectorBit != 0
    row.startTime = word(Field.startTime)
    row.pidNamespace = word(Field.pidNamespace)
    row.attachedWall = word(Field.attachedWall)
    row.name = [word(Field.name), word(Field.name + 8)].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    if let end = row.name.firstIndex(of: 0) { row.name.removeSubrange(end...) }
    row.waitsCaused = word(Field.waitsCaused)
    row.waitNanosecondsCaused = word(Field.waitNanosecondsCaused)
    row.counters = counters(words)
    let waitingSince = word(Field.waitingSince)
    let waitingFor = word(Field.waitingFor)
    // The row was not given to somebody else meanwhile.
    atomicMemoryFence(ordering: .acquiring)
    guard words.load(offset) == state, word(Field.attachedWall) == row.attachedWall else { return nil }
    row.liveness = .judge(
      pid: row.pid, startTime: row.startTime, pidNamespace: row.pidNamespace, seenFrom: ownNamespace)
    if waitingSince != 0, row.liveness != .dead {
      row.waitingSinceMonotonic = waitingSince
      row.waitingFor = Int32(truncatingIfNeeded: waitingFor)
    }
    return row
  }

  func counters(_ words: SharedWords) -> OperationCounters {
    func word(_ field: Int) -> UInt64 { words.load(offset + field) }
    var counters = OperationCounters()
    counters.hits = word(Field.hits)
    counters.misses = word(Field.misses)
    counters.puts = word(Field.puts)
    counters.removes = word(Field.removes)
    counters.waits = word(Field.waits)
    counters.waitNanoseconds = word(Field.waitNanoseconds)
    return counters
  }

  /// Takes the row if its state word is still `expected`, and fills it in.
  func claim(
    _ words: SharedWords, expected: UInt64, identity: ProcessIdentity, name: [UInt8], isInspector: Bool,
    wall: UInt64
  ) -> Bool {
    let pid = UInt64(UInt32(bitPattern: identity.pid))
    let state = Self.takenBit | (isInspector ? Self.inspectorBit : 0) | pid
    guard words.compareExchange(expected: expected, desired: state | Self.fillingBit, at: offset) else {
      return false
    }
    if expected & Self.takenBit != 0 { fold(words) }
    words.store(identity.startTime, at: offset + Field.startTime)
    words.store(identity.pidNamespace, at: offset + Field.pidNamespace)
    words.store(wall, at: offset + Field.attachedWall)
    for word in 0..<2 {
      let bytes = name.dropFirst(word * 8).prefix(8)
      words.store(
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, at: offset + Field.name + 8 * word)
    }
    for field in stride(from: Field.waitsCaused, to: F.participantByteCount, by: 8) {
      words.store(0, at: offset + field)
    }
    // Release: who sees the row taken and filled sees all of it. Not ours any more if somebody, who could not
    // see this process from his pid namespace, took it for dead.
    return words.compareExchange(expected: state | Self.fillingBit, desired: state, at: offset)
  }

  /// Gives the row back if its state word is still `expected`; its counts go to the departed.
  @discardableResult
  func release(_ words: SharedWords, expected: UInt64) -> Bool {
    guard words.compareExchange(expected: expected, desired: expected | Self.fillingBit, at: offset) else {
      return false
    }
    fold(words)
    words.storeReleasing(0, at: offset)
    return true
  }

  /// Adds the row's counts to the departed ones. By locked adds: several may depart at once. A kill
  /// between these and the row's release counts it twice; counts are statistics, not state.
  private func fold(_ words: SharedWords) {
    let counters = counters(words)
    let sums = [
      counters.hits, counters.misses, counters.puts, counters.removes, counters.waits,
      counters.waitNanoseconds,
    ]
    for (index, sum) in sums.enumerated() { words.add(sum, at: F.departed + 8 * index) }
  }

  /// The sums over rows given back.
  static func departed(_ words: SharedWords) -> OperationCounters {
    func word(_ index: Int) -> UInt64 { words.load(F.departed + 8 * index) }
    var counters = OperationCounters()
    counters.hits = word(0)
    counters.misses = word(1)
    counters.puts = word(2)
    counters.removes = word(3)
    counters.waits = word(4)
    counters.waitNanoseconds = word(5)
    return counters
  }
}
