/// The values that entries were seen to have, the last ones of all of them: so that the history of a key is at
/// hand though nobody had asked for it.
struct ChangeLog {
  /// Values kept. Arbitrary: half a megabyte, whatever the store holds.
  private static let limit = 8192

  private struct Note {
    var row: EntryTable.Row
    /// Of the key: a row is given to another key once its own is gone.
    var hash: UInt32
    var stamp: UInt64
    var wall: UInt64
    var length: UInt32
    var prefix: Int
  }

  private var notes: [Note] = []
  /// The first bytes of each value, `EntryTable.valuePrefixLimit` for each note.
  private var bytes: [UInt8] = []
  /// The note that is written over next, once all are used.
  private var oldest = 0

  var footprint: Int { notes.capacity * MemoryLayout<Note>.stride + bytes.capacity }

  /// - Parameter wall: when the value was seen first; 0 for one that was there when shmtop came.
  mutating func append(
    row: EntryTable.Row, hash: UInt32, stamp: UInt64, wall: UInt64, length: UInt32, prefix: [UInt8]
  ) {
    let note = Note(row: row, hash: hash, stamp: stamp, wall: wall, length: length, prefix: prefix.count)
    let place = notes.count < Self.limit ? notes.count : oldest
    if place == notes.count {
      notes.append(note)
      bytes.append(contentsOf: repeatElement(0, count: EntryTable.valuePrefixLimit))
    } else {
      notes[place] = note
      oldest = (oldest + 1) % Self.limit
    }
    let start = place * EntryTable.valuePrefixLimit
    for offset in prefix.indices { bytes[start + offset] = prefix[offset] }
  }

  /// The values of one row, in the order of their writes; each once.
  func values(row: EntryTable.Row, hash: UInt32) -> [SeenValue] {
    var values: [SeenValue] = []
    for offset in notes.indices {
      let place = (oldest + offset) % notes.count
      let note = notes[place]
      guard note.row == row, note.hash == hash, values.last?.stamp != note.stamp else { continue }
      let start = place * EntryTable.valuePrefixLimit
      values.append(
        SeenValue(
          stamp: note.stamp, wall: note.wall, length: Int(note.length),
          prefix: Array(bytes[start..<(start + note.prefix)])))
    }
    return values
  }
}
