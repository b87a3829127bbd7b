/// What was seen of an original segment at one moment.
public struct OriginalSample: Sendable, Hashable {
  /// An entry that was in the store with this value at some instant of the sampling.
  public struct Entry: Sendable, Hashable {
    public var key: [UInt8]
    public var value: [UInt8]
    /// Slots that a search for the key looks at, the last one included.
    public var probeLength: Int

    /// Bytes of data that its record takes.
    public var recordByteCount: Int {
      Int.units(ofKey: key.count) * OriginalFormat.unitByteCount + OriginalFormat.valueByteCount
    }
  }

  /// Bytes of the control object, and the longest value: the same in all segments.
  public static let controlByteCount = OriginalFormat.Control.byteCount
  public static let valueLimit = OriginalFormat.valueByteCount
  public static let firstSlotCount = OriginalFormat.Data.firstSlotCount

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

  /// Makes one without the entries.
  init(_ header: OriginalHeader, allocated: Int) {
    entryCount = header.entryCount
    slotCount = header.slotCount
    unitsUsed = header.unitsUsed
    unitCount = header.unitCount
    isInserting = header.isInserting
    self.allocated = allocated
  }

  /// Bytes of the data object before its data: sizes and index.
  public var indexByteCount: Int {
    OriginalFormat.Data.slots + slotCount * OriginalFormat.Data.slotByteCount
  }
  /// Bytes of data there are, and in use.
  public var dataByteCount: Int { unitCount * OriginalFormat.unitByteCount }
  public var dataBytesUsed: Int { unitsUsed * OriginalFormat.unitByteCount }

  /// How often it has grown since it was made: each growth doubles the slots.
  public var growthCount: Int {
    let factor = slotCount / OriginalFormat.Data.firstSlotCount
    return factor > 0 ? Int.bitWidth - 1 - factor.leadingZeroBitCount : 0
  }

  /// Keys whose searches are the longest, and what they have in common: the suffix that makes them collide.
  public struct Collision: Sendable, Hashable {
    /// The longest search, in slots.
    public var longestProbe: Int
    public var keys: [[UInt8]]
    public var suffix: [UInt8]
  }

  /// The longest search for a key that is there.
  public var longestProbe: Int { entries.reduce(0) { max($0, $1.probeLength) } }

  /// Which keys collide, where searches take more than 100 slots.
  ///
  /// The module's hash keeps only the last bytes of a key, so that keys with a common suffix share a home
  /// slot.
  ///
  /// - Complexity: O(*n*) comparisons; nothing is sorted but the eight that are named.
  public var collision: Collision? {
    let longestProbe = longestProbe
    guard longestProbe > 100 else { return nil }
    let worst = entries.filter { $0.probeLength > longestProbe - 8 }
      .sorted { $0.probeLength > $1.probeLength }.prefix(8).map(\.key)
    guard var suffix = worst.first.map({ Array($0.reversed()) }) else { return nil }
    for key in worst {
      suffix = zip(suffix, key.reversed()).prefix { $0.0 == $0.1 }.map(\.0)
    }
    return Collision(longestProbe: longestProbe, keys: worst, suffix: suffix.reversed())
  }
}
