public import SharedSimple

/// The events of a segment, also those that have left its ring since shmtop came.
public struct EventsModel {
  /// Events kept: sixteen rings full.
  private static let limit = 4096

  /// All that are known, oldest first.
  private var known: [SegmentEvent] = []
  /// Those that are shown, in order.
  public private(set) var rows: [SegmentEvent] = []
  public private(set) var isNewestFirst = true
  public private(set) var filter: RowFilter?
  public var cursor = RowCursor<UInt64>()

  public init() {}

  /// How many are known, shown or not.
  public var knownCount: Int { known.count }

  mutating func take(_ events: [SegmentEvent]) {
    let last = known.last?.number ?? 0
    known.append(contentsOf: events.filter { $0.number > last })
    if known.count > Self.limit { known.removeFirst(known.count - Self.limit) }
  }

  /// Shows what is known by now.
  mutating func settle(height: Int) {
    let shown = known.filter { filter == nil || filter!.matches($0.searchText) }
    rows = isNewestFirst ? shown.reversed() : shown
    cursor.settle(in: rows.map(\.number), height: height)
  }

  /// What another model knows, as the operator chose to see it here.
  func choices(over seen: EventsModel) -> EventsModel {
    var model = seen
    (model.filter, model.isNewestFirst, model.cursor) = (filter, isNewestFirst, cursor)
    return model
  }

  mutating func show(_ filter: RowFilter?) { self.filter = filter }
  mutating func invert() { isNewestFirst.toggle() }
}

extension SegmentEvent {
  /// Process and sentence, to filter and search by.
  var searchText: String { "\(pid) \(sentence())" }
}
