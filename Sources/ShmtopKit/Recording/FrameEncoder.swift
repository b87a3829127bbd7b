public import SharedSimple

/// Turns what is sampled into the bodies of a recording; see ``RecordingFormat``.
///
/// It tells differences, and everything anew once the differences since the last time are as long as that was:
/// so what a reader must go through to come to any frame is bounded, and a recording is at most twice as long
/// as its differences.
public struct FrameEncoder {
  private typealias Format = RecordingFormat

  /// So many frames are told as differences at the most, however few there are.
  private static let frameLimit = 600
  /// Below this, length is no reason to start afresh.
  private static let lengthLimit = 256 << 10
  /// Rows that are looked at for one part.
  private static let rowLimit = 100_000
  private static let none = UInt32.max

  private var identity = SegmentIdentity()
  private var words: [UInt64] = []
  private var lastEvent: UInt64 = 0
  private var lastClock: WriteClockPoint?
  private var remarks = Remarks()
  private var sequence: UInt64 = 0

  /// The place of each row; `none` where it has none.
  private var places: [UInt32] = []
  private var nextPlace: UInt32 = 0
  /// The table's passes when one was last told to its end.
  private var lastPass: UInt32 = 0
  private var pass: Pass?

  private var startsAfresh = true
  /// Whether the next pass must be told as a whole.
  private var isWholeDue = true
  private var wholeLength = 0
  private var differenceLength = 0
  private var frames = 0

  private struct Pass {
    let isWhole: Bool
    let wall: UInt64
    let sequence: UInt64
    var row = 0
    var hasBegun = false
  }

  public init() {}

  /// Whether a pass is being told: the table must be left as it is, and no other pass begin.
  public var isTellingPass: Bool { pass != nil }

  /// Bytes that a pass took when it was told as a whole; 0 before.
  public private(set) var wholePassLength = 0

  // MARK: - Segment and sample

  /// Takes it that another segment is watched from now on.
  public mutating func attached(to identity: SegmentIdentity) {
    self.identity = identity
    startsAfresh = true
    pass = nil
  }

  /// Tells a sample, what the write clock showed then, and what there was to say beside it.
  public mutating func bodies(
    for sample: SegmentSample, clock: [WriteClockPoint], remarks: Remarks = Remarks()
  ) -> [[UInt8]] {
    // What has been begun as differences is told to its end first.
    if pass == nil, frames >= Self.frameLimit || differenceLength > max(wholeLength, Self.lengthLimit) {
      startsAfresh = true
    }
    let isAfresh = startsAfresh
    var bodies: [[UInt8]] = []
    if isAfresh {
      bodies.append(segmentBody)
      (words, lastEvent, lastClock, self.remarks) = ([], 0, nil, Remarks())
      (isWholeDue, wholeLength, differenceLength, frames) = (true, 0, 0, 0)
      startsAfresh = false
    }
    var writer = ByteWriter()
    writer.byte(Format.Kind.sample.rawValue)
    writer.byte(isAfresh ? Format.startsAfresh : 0)
    writer.fixed64(sample.takenWall)
    tell(sample.events, &writer)
    let new = RecordedWords.words(of: sample)
    writer.words(new, after: words)
    words = new
    tell(clock, &writer)
    sequence = sample.sequence
    frames += 1
    count(writer.bytes, isWhole: isAfresh)
    bodies.append(writer.bytes)
    if let body = body(for: remarks) {
      count(body, isWhole: isAfresh)
      bodies.append(body)
    }
    return bodies
  }

  /// - Returns: nil where they are what they were.
  private mutating func body(for remarks: Remarks) -> [UInt8]? {
    guard remarks != self.remarks else { return nil }
    self.remarks = remarks
    var writer = ByteWriter()
    writer.byte(Format.Kind.remarks.rawValue)
    RecordedRemarks.write(remarks, to: &writer)
    return writer.bytes
  }

  private var segmentBody: [UInt8] {
    var writer = ByteWriter()
    writer.byte(Format.Kind.segment.rawValue)
    writer.words(RecordedWords.words(of: identity))
    return writer.bytes
  }

  private mutating func tell(_ events: [SegmentEvent], _ writer: inout ByteWriter) {
    let new = events.filter { $0.number > lastEvent }
    writer.number(UInt64(new.count))
    var before: [UInt64] = []
    for event in new {
      let words = RecordedWords.words(of: event)
      writer.words(words, after: before)
      before = words
      lastEvent = event.number
    }
  }

  private mutating func tell(_ clock: [WriteClockPoint], _ writer: inout ByteWriter) {
    let new = lastClock.map { last in clock.filter { $0.sequence > last.sequence } } ?? clock
    writer.number(UInt64(new.count))
    var before = WriteClockPoint(sequence: 0, wall: 0)
    for point in new {
      writer.number(point.sequence &- before.sequence)
      writer.number(point.wall &- before.wall)
      before = point
    }
    lastClock = new.last ?? lastClock
  }

  private mutating func count(_ body: [UInt8], isWhole: Bool) {
    if isWhole { wholeLength += body.count } else { differenceLength += body.count }
  }

  // MARK: - Entries

  /// Begins to tell a pass that has ended.
  public mutating func beginPass(wall: UInt64) {
    pass = Pass(isWhole: isWholeDue, wall: wall, sequence: sequence)
    isWholeDue = false
  }

  /// Leaves the pass untold; the next one is told as a whole.
  public mutating func abandonPass() {
    pass = nil
    isWholeDue = true
  }

  /// Tells a part of the pass.
  ///
  /// - Returns: nil once it has been told to its end.
  public mutating func nextPart(of table: inout EntryTable) -> [UInt8]? {
    guard var pass else { return nil }
    if pass.isWhole, !pass.hasBegun {
      places = []
      nextPlace = 0
      wholePassLength = 0
    }
    var writer = ByteWriter()
    writer.byte(Format.Kind.entries.rawValue)
    writer.byte(pass.hasBegun ? 0 : pass.isWhole ? Format.beginsWhole : Format.beginsDifference)
    writer.fixed64(pass.wall)
    writer.number(pass.sequence)
    pass.hasBegun = true
    let end = min(table.records.count, pass.row + Self.rowLimit)
    while places.count < end { places.append(Self.none) }
    var before: UInt32 = 0
    while pass.row < end, writer.bytes.count < Format.partLength {
      tell(EntryTable.Row(pass.row), of: &table, pass, &before, &writer)
      pass.row += 1
    }
    count(writer.bytes, isWhole: pass.isWhole)
    if pass.isWhole { wholePassLength += writer.bytes.count }
    if pass.row == table.records.count {
      writer.bytes[1] |= Format.endsPass
      lastPass = table.passes
      self.pass = nil
    } else {
      self.pass = pass
    }
    return writer.bytes
  }

  private mutating func tell(
    _ row: EntryTable.Row, of table: inout EntryTable, _ pass: Pass, _ before: inout UInt32,
    _ writer: inout ByteWriter
  ) {
    let record = table.records[Int(row)]
    let isThere = record.keyLength > 0 && record.seen == table.passes
    let place = places[Int(row)]
    // A row that was released has been given to another key since.
    let isAnother = record.added > lastPass
    if place != Self.none, !isThere || isAnother {
      writer.byte(Format.Change.removed.rawValue)
      writer.signed(UInt64(place) &- UInt64(before))
      before = place
      places[Int(row)] = Self.none
    }
    guard isThere else { return }
    if places[Int(row)] == Self.none {
      places[Int(row)] = nextPlace
      nextPlace += 1
      writer.byte(Format.Change.added.rawValue)
      writer.number(UInt64(record.keyLength))
      writer.bytes += table.keyBytes(row)
    } else if record.isUnrecorded {
      writer.byte(Format.Change.changed.rawValue)
      writer.signed(UInt64(place) &- UInt64(before))
      before = place
    } else {
      return
    }
    writer.signed(pass.sequence &- record.stamp)
    writer.number(UInt64(record.valueLength))
    writer.bytes += table.prefixBytes(row)
    table.noteRecorded(row)
  }
}
