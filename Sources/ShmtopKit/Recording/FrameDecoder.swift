import SharedSimple

/// Shows an ``Inspector`` the bodies of a recording, as if it saw the segment itself.
///
/// The bodies may be anything: what is not as ``RecordingFormat`` tells is thrown, and leaves nothing worse than
/// an odd screen. What is kept is in proportion to what the bodies hold.
struct FrameDecoder {
  private typealias Format = RecordingFormat

  private var samples = SampleDecoder()
  private var rows: [EntryTable.Row] = []
  private var isWholeSeen = false

  /// Shows a body.
  mutating func show(_ body: [UInt8], to inspector: inout Inspector) throws(RecordingDamage) {
    var reader = ByteReader(body[...])
    switch Format.Kind(rawValue: try reader.byte()) {
    case .entries: try showEntries(&reader, to: &inspector)
    case let kind:
      let before = samples.identity
      try samples.take(kind, &reader)
      switch kind {
      case .segment:
        guard let identity = samples.identity, identity != before || inspector.identity == nil else { break }
        (rows, isWholeSeen) = ([], false)
        inspector.replays(identity)
      case .sample:
        inspector.take(samples.remarks)
        if let sample = samples.sample { inspector.replays(sample, clock: samples.clock) }
      default: inspector.take(samples.remarks)
      }
    }
    guard reader.isAtEnd else { throw RecordingDamage("a record goes on behind its end") }
  }

  // MARK: - Entries

  private mutating func showEntries(
    _ reader: inout ByteReader, to inspector: inout Inspector
  ) throws(RecordingDamage) {
    let flags = try reader.byte()
    let wall = try reader.fixed64()
    let sequence = try reader.number()
    let isWhole = flags & Format.beginsWhole != 0
    // Differences from what is not known tell nothing: they wait for the next whole pass.
    guard isWhole || isWholeSeen else {
      _ = try reader.take(reader.left)
      return
    }
    isWholeSeen = true
    var rows: [EntryTable.Row] = []
    swap(&rows, &self.rows)
    defer { swap(&rows, &self.rows) }
    if isWhole { rows = [] }
    if isWhole || flags & Format.beginsDifference != 0 {
      inspector.entries.beginPass(wall: wall)
      if !isWhole { inspector.entries.withTable { $0.carryOver() } }
    }
    try inspector.entries.withTable { table throws(RecordingDamage) in
      var place: UInt64 = 0
      while !reader.isAtEnd { try Self.take(&reader, &table, &rows, &place, sequence) }
    }
    if flags & Format.endsPass != 0 {
      // Stamps that are not the store's own count changes that were seen, not writes.
      if inspector.knowledge.contains(.writeTimes) { inspector.entries.withTable { $0.noteWrites() } }
      inspector.entries.endPass(wall: wall, removedShare: inspector.removedShare)
    }
  }

  private static func take(
    _ reader: inout ByteReader, _ table: inout EntryTable, _ rows: inout [EntryTable.Row],
    _ place: inout UInt64, _ sequence: UInt64
  ) throws(RecordingDamage) {
    let change = Format.Change(rawValue: try reader.byte())
    var key: ArraySlice<UInt8> = []
    var row = EntryTable.none
    switch change {
    case .added:
      key = try reader.take(try reader.count(atMost: Format.keyLimit))
      guard !key.isEmpty else { throw RecordingDamage("a key is empty") }
    case .changed, .removed:
      place &+= try reader.signed()
      guard place < UInt64(rows.count), rows[Int(place)] != EntryTable.none else {
        throw RecordingDamage("it speaks of an entry that is not there")
      }
      row = rows[Int(place)]
    case nil: throw RecordingDamage("a change of an unknown kind")
    }
    if change == .removed {
      table.remove(row)
      rows[Int(place)] = EntryTable.none
      return
    }
    let stamp = sequence &- (try reader.signed())
    let length = try reader.count(atMost: Int(UInt32.max))
    let value = try reader.take(min(length, EntryTable.valuePrefixLimit))
    // Bytes have no padding to see.
    if change == .added {
      unsafe rows.append(
        table.note(key: key.span.bytes, value: value.span.bytes, length: length, stamp: stamp))
    } else {
      unsafe table.change(row, value: value.span.bytes, length: length, stamp: stamp)
    }
  }
}
