public import SharedSimple

/// When a table grows next whose data cannot grow by itself: with every slot in use, or with its data full.
public struct GrowthOutlook: Sendable, Hashable {
  public enum Limit: Sendable, Hashable { case slots, data }

  public let slotsLeft: Int
  public let dataBytesLeft: Int
  /// What an entry takes of the data, in the mean of those there are; nil where there is none.
  public let meanByteCount: Int?
  /// The part of slots and of data that is in use, 0 to 1.
  public let slotShare: Double
  public let dataShare: Double

  /// - Returns: nil of a table whose data grows by itself.
  public init?(_ sample: SegmentSample, _ knowledge: Knowledge) {
    let (table, memory) = (sample.table, sample.memory)
    guard !knowledge.contains(.growingHeap), table.slotCount > 0, memory.heapClaimed > 0 else { return nil }
    slotsLeft = max(0, table.slotCount - table.entryCount)
    dataBytesLeft = max(0, memory.heapClaimed - memory.heapLive)
    meanByteCount = table.entryCount > 0 ? max(1, memory.heapLive / table.entryCount) : nil
    slotShare = Double(table.entryCount) / Double(table.slotCount)
    dataShare = Double(memory.heapLive) / Double(memory.heapClaimed)
  }

  /// Entries of the mean size for which there is room in the data; nil where there is no mean.
  private var dataEntriesLeft: Int? { meanByteCount.map { dataBytesLeft / $0 } }

  /// So many more entries of the mean size fit; the next one makes it grow.
  public var entriesLeft: Int { min(slotsLeft, dataEntriesLeft ?? slotsLeft) }

  /// What is used up first.
  public var first: Limit { (dataEntriesLeft ?? .max) < slotsLeft ? .data : .slots }

  /// The part of what is used up first that is in use.
  public var share: Double { first == .data ? dataShare : slotShare }
}
