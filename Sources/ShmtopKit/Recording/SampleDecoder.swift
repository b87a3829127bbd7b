import SharedSimple

/// What the bodies of a recording say of a segment, but for its entries.
///
/// The bodies may be anything: what is not as ``RecordingFormat`` tells is thrown. What is kept is in proportion to
/// what the bodies hold.
struct SampleDecoder {
  private typealias Format = RecordingFormat

  private static let eventLimit = 256
  /// More than a segment keeps.
  private static let clockLimit = 4096

  private(set) var identity: SegmentIdentity?
  /// The last one; nil before the first one of the segment.
  private(set) var sample: SegmentSample?
  private(set) var clock: [WriteClockPoint] = []
  /// What there is to say beside the last sample.
  private(set) var remarks = Remarks()
  private var words: [UInt64] = []
  private var events: [SegmentEvent] = []

  /// Takes what follows a body's kind, which is not that of entries.
  mutating func take(_ kind: RecordingFormat.Kind?, _ reader: inout ByteReader) throws(RecordingDamage) {
    switch kind {
    case .segment:
      let identity = try RecordedWords.identity(from: try reader.words())
      guard identity != self.identity else { break }
      self = SampleDecoder()
      self.identity = identity
    case .sample: try takeSample(&reader)
    case .remarks: remarks = try RecordedRemarks.read(&reader)
    case .entries, nil: throw RecordingDamage("a record of an unknown kind")
    }
  }

  private mutating func takeSample(_ reader: inout ByteReader) throws(RecordingDamage) {
    if try reader.byte() & Format.startsAfresh != 0 {
      (words, events, clock) = ([], [], [])
      remarks = Remarks()
    }
    _ = try reader.fixed64()
    var before: [UInt64] = []
    for _ in 0..<(try reader.count(atMost: reader.left)) {
      before = try reader.words(after: before)
      events.append(try RecordedWords.event(from: before))
    }
    if events.count > Self.eventLimit { events.removeFirst(events.count - Self.eventLimit) }
    words = try reader.words(after: words)
    var sample = try RecordedWords.sample(from: words)
    sample.events = events
    var point = WriteClockPoint(sequence: 0, wall: 0)
    for _ in 0..<(try reader.count(atMost: reader.left)) {
      point.sequence &+= try reader.number()
      point.wall &+= try reader.number()
      clock.append(point)
    }
    if clock.count > Self.clockLimit { clock.removeFirst(clock.count - Self.clockLimit) }
    self.sample = sample
  }
}
