import SharedSimple

/// The numbers of the last minutes, for the small charts.
public struct Trail: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    /// Where these are not counted: changes that were seen.
    public var operationsPerSecond: Double
    /// nil where the mutex was not taken at all.
    public var contention: Double?
    /// The part of the slots that is used, removed ones included.
    public var load: Double
    /// Of the table.
    public var generation: UInt64
  }

  /// Ten minutes at a sample a second, a chart's width and more.
  private static let limit = 600

  /// Oldest first.
  public private(set) var points: [Point] = []

  mutating func append(_ difference: SampleDifference, _ table: TableSample, _ knowledge: Knowledge) {
    if points.count == Self.limit { points.removeFirst() }
    points.append(
      Point(
        operationsPerSecond: knowledge.contains(.counters)
          ? difference.operationsPerSecond : difference.changesPerSecond,
        contention: difference.contentionShare,
        load: Double(table.entryCount + table.removedSlotCount) / Double(max(1, table.slotCount)),
        generation: table.generation))
  }
}
