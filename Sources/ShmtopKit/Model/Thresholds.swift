/// From when on a number is marked. Each mark is a word and an attribute.
public struct Thresholds: Sendable, Hashable {
  /// Of /dev/shm: a store dies of no room first of all. Arbitrary, as the next ones.
  public var lowFreeShare = 0.10
  public var criticalFreeShare = 0.03
  /// Held so long, the lock is said to be held long.
  public var longHold: UInt64 = 1_000_000_000
  /// So many of the acquisitions that had to wait are said to be many.
  public var highContention = 0.20
  /// So near to the next larger table, growth is announced.
  public var nearGrowth = 0.95

  public init() {}
}
