/// One entry looked at closely: its whole value, and what it has been.
public struct DetailModel: Sendable, Hashable {
  /// What of it is shown.
  public enum Page: String, Sendable, Hashable, CaseIterable {
    case text, hex, numbers, history, key

    var title: String {
      switch self {
      case .text: "Text"
      case .hex: "Hex"
      case .numbers: "Numbers"
      case .history: "History"
      case .key: "Key"
      }
    }
  }

  /// Values kept of the one key. Arbitrary: at ten looks a second, some minutes of a key that always changes.
  private static let historyLimit = 2000
  /// Of each value in the history.
  private static let historyPrefix = 256

  public let key: [UInt8]
  /// The value as it was seen last, also once the key is gone.
  public private(set) var value: [UInt8]
  /// Bytes of the whole value; more than `value` has where a recording keeps only its beginning.
  public private(set) var length: Int
  public private(set) var stamp: UInt64
  /// When the key was seen to be gone; nil while it is there.
  public private(set) var goneWall: UInt64?
  /// In the order of their writes.
  public private(set) var history: [SeenValue]
  public internal(set) var page = Page.text
  public internal(set) var scroll = 0

  init(key: [UInt8], value: [UInt8], length: Int, stamp: UInt64, history: [SeenValue], wall: UInt64) {
    self.key = key
    self.value = value
    self.length = length
    self.stamp = stamp
    self.history = history
    note(SeenValue(stamp: stamp, wall: history.isEmpty ? 0 : wall, length: length, prefix: prefix))
  }

  private var prefix: [UInt8] { Array(value.prefix(Self.historyPrefix)) }

  /// Takes what the entry is now.
  ///
  /// - Returns: Whether it is another one than before.
  mutating func take(value: [UInt8], length: Int, stamp: UInt64, wall: UInt64) -> Bool {
    let isMoreOfIt = stamp == self.stamp && value.count > self.value.count
    guard stamp != self.stamp || goneWall != nil || isMoreOfIt else { return false }
    (self.value, self.length, self.stamp, goneWall) = (value, length, stamp, nil)
    note(SeenValue(stamp: stamp, wall: wall, length: length, prefix: prefix))
    return true
  }

  /// Takes it that the key is not there any more.
  ///
  /// - Returns: Whether it was until now.
  mutating func takeGone(wall: UInt64) -> Bool {
    guard goneWall == nil else { return false }
    goneWall = wall
    note(.gone(wall: wall))
    return true
  }

  private mutating func note(_ seen: SeenValue) {
    guard history.last?.stamp != seen.stamp else { return }
    if history.count >= Self.historyLimit { history.removeFirst(Self.historyLimit / 4) }
    history.append(seen)
  }

  /// How often it was seen to be written, since the first value that is known.
  public var changeCount: Int { history.count - 1 }
}
