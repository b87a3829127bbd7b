/// What entries can be sorted by.
public enum EntryColumn: String, Sendable, Hashable, CaseIterable {
  case key, value, length, written, writes, changes, stamp, keyLength

  /// Whether the first click sorts from large to small.
  var startsDescending: Bool { self != .key && self != .value }
}
