/// What is kept of a row beside the bytes of its key and its value.
extension EntryTable {
  struct Record {
    /// The place of the key in `bytes`; the value's first bytes follow it.
    var offset: Int
    var stamp: UInt64
    var hash: UInt32
    /// The row that followed this one in the last pass: nearly always the one that follows it now,
    /// and then it is found without a search.
    var successor: Row
    var valueLength: UInt32
    /// Bit i: the entry was another one i passes before `seen`.
    var changes: UInt32
    /// The last pass that found the key.
    var seen: UInt32
    /// The pass that found it first; 0 for all that the first pass found.
    var added: UInt32
    var keyLength: UInt16
    var prefixLength: UInt8
    var prefixCapacity: UInt8
    /// Stands in `dirty`.
    var isDirty: Bool
    /// Has come or changed since it was last written into a recording.
    var isUnrecorded = true
    /// The operator has marked it.
    var isMarked = false
    /// It is kept on top, also when its key is gone.
    var isPinned = false
  }
}
