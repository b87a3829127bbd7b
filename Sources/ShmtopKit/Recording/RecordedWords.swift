import SharedSimple

/// The numbers of a sample as words, in the order of the format. One walk over them writes and reads: what it
/// visits is appended to the words, or set from them.
///
/// A missing number is a word 0; one that is there is a word 1 and itself. Bytes are a word that counts them,
/// and eight of them a word, the first lowest, the last word filled with 0.
struct RecordedWords {
  private(set) var words: [UInt64]
  private var position = 0
  private let isReading: Bool

  /// Longer names there are not.
  private static let nameLimit = 256

  private init(reading words: [UInt64]?) {
    self.words = words ?? []
    isReading = words != nil
  }

  // MARK: - Both directions

  static func words(of identity: SegmentIdentity) -> [UInt64] {
    var identity = identity
    var walk = RecordedWords(reading: nil)
    // Only reading throws.
    try? walk.visit(&identity)
    return walk.words
  }

  static func words(of sample: SegmentSample) -> [UInt64] {
    var sample = sample
    var walk = RecordedWords(reading: nil)
    try? walk.visit(&sample)
    return walk.words
  }

  static func words(of event: SegmentEvent) -> [UInt64] {
    var event = event
    var walk = RecordedWords(reading: nil)
    try? walk.visit(&event)
    return walk.words
  }

  static func identity(from words: [UInt64]) throws(RecordingDamage) -> SegmentIdentity {
    var identity = SegmentIdentity()
    var walk = RecordedWords(reading: words)
    try walk.visit(&identity)
    return identity
  }

  /// Without the events.
  static func sample(from words: [UInt64]) throws(RecordingDamage) -> SegmentSample {
    var sample = SegmentSample()
    var walk = RecordedWords(reading: words)
    try walk.visit(&sample)
    return sample
  }

  static func event(from words: [UInt64]) throws(RecordingDamage) -> SegmentEvent {
    var event = SegmentEvent()
    var walk = RecordedWords(reading: words)
    try walk.visit(&event)
    return event
  }

  // MARK: - The order

  private mutating func visit(_ identity: inout SegmentIdentity) throws(RecordingDamage) {
    var name = Array(identity.name.utf8)
    try bytes(&name)
    identity.name = String(decoding: name, as: UTF8.self)
    try word(&identity.device)
    try word(&identity.inode)
    try integer(&identity.owner)
    try integer(&identity.formatVersion)
    try word(&identity.createdWall)
    try integer(&identity.creator)
    try integer(&identity.valueLimit)
    try integer(&identity.reservation)
    try integer(&identity.initialSlots)
    try integer(&identity.windowByteCount)
    try integer(&identity.heapByteCount)
  }

  private mutating func visit(_ sample: inout SegmentSample) throws(RecordingDamage) {
    try word(&sample.takenWall)
    try word(&sample.takenMonotonic)
    try choice(&sample.binding, among: [.bound, .replaced, .unlinked])

    try word(&sample.table.generation)
    try integer(&sample.table.window)
    try integer(&sample.table.slotCount)
    try integer(&sample.table.entryCount)
    try integer(&sample.table.removedSlotCount)
    try integer(&sample.table.growthThreshold)
    try choice(&sample.table.isRetired, among: [false, true])

    try integer(&sample.memory.headerByteCount)
    for window in 0..<2 { try integer(&sample.memory.windowClaimed[window]) }
    try integer(&sample.memory.heapClaimed)
    try integer(&sample.memory.heapLive)
    try integer(&sample.memory.heapFree)
    try integer(&sample.memory.allocated)
    try integer(&sample.memory.systemFree)
    try integer(&sample.memory.systemTotal)

    try word(&sample.sequence)
    try optional(&sample.lock.holder)
    try optional(&sample.lock.holderParticipant)
    try optional(&sample.lock.heldSinceMonotonic)
    try word(&sample.lock.acquisitions)
    try word(&sample.lock.contended)
    try word(&sample.lock.waitNanoseconds)
    try word(&sample.lock.longestWait)
    for bucket in 0..<64 { try word(&sample.lock.waits.counts[bucket]) }
    for bucket in 0..<64 { try word(&sample.lock.sampledHolds.counts[bucket]) }
    try word(&sample.lock.recoveries)
    try word(&sample.transactions.committed)
    try word(&sample.transactions.keys)
    try word(&sample.transactions.rolledBack)

    try integer(&sample.participantCapacity)
    try word(&sample.unlistedCount)
    try visit(&sample.departed)
    var count = sample.participants.count
    try integer(&count)
    if isReading {
      // Each takes a good many words: no more are made than there are words for.
      guard (0...(words.count - position)).contains(count) else {
        throw RecordingDamage("too many participants")
      }
      sample.participants = []
      for _ in 0..<count {
        var participant = ParticipantSample()
        try visit(&participant)
        sample.participants.append(participant)
      }
    } else {
      for row in 0..<count { try visit(&sample.participants[row]) }
    }
  }

  private mutating func visit(_ counters: inout OperationCounters) throws(RecordingDamage) {
    try word(&counters.hits)
    try word(&counters.misses)
    try word(&counters.puts)
    try word(&counters.removes)
    try word(&counters.waits)
    try word(&counters.waitNanoseconds)
  }

  private mutating func visit(_ participant: inout ParticipantSample) throws(RecordingDamage) {
    try integer(&participant.slot)
    try integer(&participant.pid)
    try word(&participant.startTime)
    try word(&participant.pidNamespace)
    try bytes(&participant.name)
    try choice(&participant.isInspector, among: [false, true])
    try word(&participant.attachedWall)
    try visit(&participant.counters)
    try word(&participant.waitsCaused)
    try word(&participant.waitNanosecondsCaused)
    try optional(&participant.waitingSinceMonotonic)
    try optional(&participant.waitingFor)
    try choice(&participant.liveness, among: [.running, .stopped, .blocked, .dead, .unknown])
  }

  private mutating func visit(_ event: inout SegmentEvent) throws(RecordingDamage) {
    try word(&event.number)
    var kind = UInt64(event.kind.rawValue)
    try word(&kind)
    guard let known = SegmentEvent.Kind(rawValue: UInt8(truncatingIfNeeded: kind)) else {
      throw RecordingDamage("an event of an unknown kind")
    }
    event.kind = known
    try word(&event.wall)
    try integer(&event.pid)
    try word(&event.duration)
    try word(&event.first)
    try word(&event.second)
  }

  // MARK: - The parts

  private mutating func word(_ value: inout UInt64) throws(RecordingDamage) {
    guard isReading else { return words.append(value) }
    guard position < words.count else { throw RecordingDamage("a sample has too few numbers") }
    value = words[position]
    position += 1
  }

  /// An integer as the bits of its 64 bit value. Those that are added and multiplied to be shown are kept
  /// within what can be, whatever a segment or a file says.
  private mutating func integer<I: FixedWidthInteger>(_ value: inout I) throws(RecordingDamage) {
    var bits = UInt64(bitPattern: Int64(truncatingIfNeeded: value))
    try word(&bits)
    guard isReading else { return }
    let number = Int64(bitPattern: bits)
    value = I.bitWidth < 64 ? I(truncatingIfNeeded: number) : I(min(max(0, number), 1 << 56))
  }

  private mutating func optional<I: FixedWidthInteger>(_ value: inout I?) throws(RecordingDamage) {
    var isThere: UInt64 = value == nil ? 0 : 1
    try word(&isThere)
    guard isThere != 0 else { return value = nil }
    var bits = UInt64(bitPattern: Int64(truncatingIfNeeded: value ?? 0))
    try word(&bits)
    value = I(truncatingIfNeeded: bits)
  }

  /// Which of these it is, by its place among them.
  private mutating func choice<T: Equatable>(_ value: inout T, among all: [T]) throws(RecordingDamage) {
    var place = UInt64(all.firstIndex(of: value) ?? 0)
    try word(&place)
    guard place < UInt64(all.count) else { throw RecordingDamage("a number is out of its range") }
    value = all[Int(place)]
  }

  private mutating func bytes(_ value: inout [UInt8]) throws(RecordingDamage) {
    var count = value.count
    try integer(&count)
    guard count <= Self.nameLimit else { throw RecordingDamage("a name of \(count) bytes") }
    var read: [UInt8] = []
    for start in stride(from: 0, to: count, by: 8) {
      var packed: UInt64 = 0
      if !isReading {
        for (shift, byte) in value[start..<min(count, start + 8)].enumerated() {
          packed |= UInt64(byte) << UInt64(8 * shift)
        }
      }
      try word(&packed)
      for shift in 0..<min(8, count - start) {
        read.append(UInt8(truncatingIfNeeded: packed >> UInt64(8 * shift)))
      }
    }
    value = read
  }
}
