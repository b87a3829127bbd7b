/// The entries whose keys begin alike.
public struct KeyGroup: Sendable, Hashable {
  /// What they begin with, the sign that ends it included; nil for keys without one.
  public let prefix: [UInt8]?
  public var count = 0
  /// Bytes of keys and values.
  public var byteCount = 0
  /// In the last 32 passes, of all entries together.
  public var changes = 0

  init(prefix: [UInt8]?) { self.prefix = prefix }

  /// Signs that end a prefix, and those that do where a key has none of the first.
  private static let (signs, weakSigns): (Set<UInt8>, Set<UInt8>) = (
    Set(":/.|".utf8), Set("_-#".utf8)
  )
  /// Bytes of a key in which a sign is looked for. Arbitrary.
  private static let searchLimit = 256

  /// How many bytes of a key are its prefix, of which `given` are known to be alike; nil where there is none.
  static func prefixLength(of key: ArraySlice<UInt8>, after given: Int) -> Int? {
    let rest = key.dropFirst(given).prefix(searchLimit)
    let end = rest.firstIndex(where: signs.contains) ?? rest.firstIndex(where: weakSigns.contains)
    return end.map { $0 - key.startIndex + 1 }
  }
}

/// What groups can be sorted by.
public enum GroupColumn: String, Sendable, Hashable, CaseIterable {
  case prefix, count, bytes, changes

  var startsDescending: Bool { self != .prefix }

  func compare(_ a: KeyGroup, _ b: KeyGroup) -> Int {
    switch self {
    case .prefix: 0
    case .count: a.count - b.count
    case .bytes: a.byteCount - b.byteCount
    case .changes: a.changes - b.changes
    }
  }
}
