internal import Synchronization

/// One row of the participant table, by its index.
struct ParticipantRow: Equatable, Sendable {
  private typealias F = SegmentFormat

  /// Offsets within a row; see "PARTICIPANT" in SegmentFormat.
  enum Field {
    static let state = 0
    static let startTime = 8
    static let namespaces = 16
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

  /// The state word of a process: its pid, and so much of its namespaces that two processes of equal pids are
  /// told apart.
  static func state(of identity: ProcessIdentity) -> UInt64 {
    takenBit | namespaceTag(identity.namespaces) | UInt64(UInt32(bitPattern: identity.pid))
  }
  static func namespaceTag(_ namespaces: UInt64) -> UInt64 { (namespaces & 0x1FFF_FFFF) << 32 }
  static let namespaceTagMask: UInt64 = 0x1FFF_FFFF << 32

  /// The start time's word: 63..40 the program's number, 39..0 clock ticks, which are enough for 348 years.
  private static let ticksMask: UInt64 = (1 << 40) - 1
  private static func start(of identity: ProcessIdentity) -> UInt64 {
    identity.program << 40 | identity.startTime & ticksMask
  }

  let index: Int

  var offset: Int { F.participants + index * F.participantByteCount }

  /// How many have been claimed so far, by whomever.
  private static func count(of segment: Segment) -> Int {
    segment.believe(.participants) / F.participantByteCount
  }

  /// Those that have been claimed so far.
  static func all(of segment: Segment) -> some Sequence<ParticipantRow> {
    (0..<count(of: segment)).lazy.map { ParticipantRow(index: $0) }
  }

  /// A row that a word of the segment names; `nil` where it has not been claimed.
  init?(index: Int, of segment: Segment) {
    guard index < Self.count(of: segment) else { return nil }
    self.init(index: index)
  }

  init(index: Int) { self.index = index }

  /// Reads the row; `nil` where it is free or being filled in.
  func read(_ words: SharedWords, seenFrom own: UInt64) -> ParticipantSample? {
    let state = words.loadAcquiring(offset)
    guard state & Self.takenBit != 0, state & Self.fillingBit == 0 else { return nil }
    func word(_ field: Int) -> UInt64 { words.load(offset + field) }
    var row = ParticipantSample()
    row.slot = index
    row.pid = Int32(truncatingIfNeeded: state)
    row.isInspector = state & Self.inspectorBit != 0
    row.startTime = word(Field.startTime) & Self.ticksMask
    let namespaces = word(Field.namespaces)
    row.pidNamespace = namespaces & 0xFFFF_FFFF
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
      pid: row.pid, startTime: row.startTime, namespaces: namespaces, seenFrom: own)
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
    let state = Self.state(of: identity) | (isInspector ? Self.inspectorBit : 0)
    guard words.compareExchange(expected: expected, desired: state | Self.fillingBit, at: offset) else {
      return false
    }
    if expected & Self.takenBit != 0 { fold(words) }
    words.store(Self.start(of: identity), at: offset + Field.startTime)
    words.store(identity.namespaces, at: offset + Field.namespaces)
    words.store(wall, at: offset + Field.attachedWall)
    for word in 0..<2 {
      let bytes = name.dropFirst(word * 8).prefix(8)
      words.store(
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, at: offset + Field.name + 8 * word)
    }
    for field in stride(from: Field.waitsCaused, to: F.participantByteCount, by: 8) {
      words.store(0, at: offset + field)
    }
    // Release: who sees the row taken and filled sees all of it. Nobody takes it from a living process.
    words.storeReleasing(state, at: offset)
    return true
  }

  /// Gives the row back if this process left it behind when it executed the program that runs now: it bears
  /// the pid and the start time, but another program's number.
  func releaseIfLeft(_ words: SharedWords, byExecOf identity: ProcessIdentity) {
    let state = words.loadAcquiring(offset)
    guard identity.startTime != 0, identity.namespaces != 0,
      state & ~Self.inspectorBit == Self.state(of: identity)
    else { return }
    let start = words.load(offset + Field.startTime)
    guard start & Self.ticksMask == identity.startTime & Self.ticksMask, start != Self.start(of: identity),
      words.load(offset + Field.namespaces) == identity.namespaces
    else { return }
    release(words, expected: state)
  }

  /// Gives the row back if its state word is still `expected`; its counts go to the departed.
  @discardableResult
  func release(_ words: SharedWords, expected: UInt64) -> Bool {
    // Killed while it was filled in: it has no counts yet, and another may take it at this very moment, so it must
    // be free in one step.
    if expected & Self.fillingBit != 0 {
      return words.compareExchange(expected: expected, desired: 0, at: offset)
    }
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
