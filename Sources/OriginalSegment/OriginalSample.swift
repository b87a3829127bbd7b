/// What was seen of an original segment at one moment.
public struct OriginalSample: Sendable, Hashable {
  /// An entry that was in the store with this value at some instant of the sampling.
  public struct Entry: Sendable, Hashable {
    public var key: [UInt8]
    public var value: [UInt8]
    /// Slots that a search for the key looks at, the last one included.
    public var probeLength: Int
  }

  /// Entries in the order of the index.
  public var entries: [Entry] = []
  /// Entries that the store counts.
  public var entryCount = 0
  /// Slots of the index; an insert into a table without a free one makes it grow.
  public var slotCount = 0
  /// Units of 4 bytes in use, and there are.
  public var unitsUsed = 0
  public var unitCount = 0
  /// Whether each slot is in use, in order.
  public var isUsed: [Bool] = []
  /// Bytes of memory that both objects take.
  public var allocated = 0
  /// Slots that are set, but whose record makes no sense.
  public var damagedSlots = 0
  /// Entries that were written too fast for two reads to agree; their last value is not shown.
  public var restlessEntries = 0
  /// An insert was under way.
  public var isInserting = false
  /// Nobody let go of the mutex while the sample was taken, so that one value may be half written.
  public var isHeldThroughout = false
  /// The mutex at the end of the sampling.
  public var mutex = OriginalMutex(bytes: [UInt8](repeating: 0, count: OriginalMutex.byteCount))

  /// Makes an empty sample.
  public init() {}

  /// The longest search for a key that is there.
  public var longestProbe: Int { entries.map(\.probeLength).max() ?? 0 }

  /// Keys whose searches are the longest, and what they have in common: the suffix that makes them collide.
  ///
  /// The module's hash keeps only the last bytes of a key, so that keys with a common suffix share a home
  /// slot.
  public var collision: (keys: [[UInt8]], suffix: [UInt8])? {
    guard longestProbe > 100 else { return nil }
    let worst = entries.sorted { $0.probeLength > $1.probeLength }.prefix(8).map(\.key)
    guard var suffix = worst.first.map({ Array($0.reversed()) }) else { return nil }
    for key in worst {
      suffix = zip(suffix, key.reversed()).prefix { $0.0 == $0.1 }.map(\.0)
    }
    return (worst, suffix.reversed())
  }
}
