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
  /// Kinds that are not shown.
  public private(set) var hiddenKinds: Set<SegmentEvent.Kind> = []
  /// Whether inspectors that come and go are left out.
  public private(set) var hidesInspectors = false
  /// Processes that were seen to be inspectors: the events do not say so.
  private var inspectors: Set<Int32> = []
  public var cursor = RowCursor<UInt64>()

  public init() {}

  /// The last time that the table was made anew, shown or not.
  var lastGrowth: SegmentEvent? { known.last(where: \.isGrowth) }

  /// How many are known, shown or not.
  public var knownCount: Int { known.count }

  mutating func take(_ events: [SegmentEvent], participants: [ParticipantSample]) {
    let last = known.last?.number ?? 0
    known.append(contentsOf: events.filter { $0.number > last })
    if known.count > Self.limit { known.removeFirst(known.count - Self.limit) }
    for participant in participants where participant.isInspector { inspectors.insert(participant.pid) }
  }

  /// Shows what is known by now.
  mutating func settle(height: Int) {
    let shown = known.filter(isShown)
    rows = isNewestFirst ? shown.reversed() : shown
    cursor.settle(in: rows.map(\.number), height: height)
  }

  private func isShown(_ event: SegmentEvent) -> Bool {
    guard !hiddenKinds.contains(event.kind) else { return false }
    if hidesInspectors, isOfInspector(event) { return false }
    return filter == nil || filter!.matches(event.searchText)
  }

  /// Whether an inspector came or went: one that shmtop has seen itself, as it is one.
  func isOfInspector(_ event: SegmentEvent) -> Bool {
    (event.kind == .attached || event.kind == .detached) && inspectors.contains(event.pid)
  }

  /// What another model knows, as the operator chose to see it here.
  func choices(over seen: EventsModel) -> EventsModel {
    var model = seen
    (model.filter, model.isNewestFirst, model.cursor) = (filter, isNewestFirst, cursor)
    model.showKinds(of: self)
    return model
  }

  mutating func show(_ filter: RowFilter?) { self.filter = filter }
  mutating func invert() { isNewestFirst.toggle() }

  // MARK: - Kinds

  /// Whether something is left out that the filter does not say.
  public var hidesKinds: Bool { hidesInspectors || !hiddenKinds.isEmpty }

  mutating func showKinds(of other: EventsModel) {
    (hiddenKinds, hidesInspectors) = (other.hiddenKinds, other.hidesInspectors)
  }

  /// The lines of the dialog that chooses kinds: inspectors, then each kind, with how many are known.
  var kindChoices: [(title: String, isShown: Bool)] {
    let ofInspectors = known.count(where: isOfInspector)
    return [("inspectors that came and went (\(ofInspectors))", !hidesInspectors)]
      + SegmentEvent.Kind.allCases.map { kind in
        ("\(kind.title) (\(known.count { $0.kind == kind }))", !hiddenKinds.contains(kind))
      }
  }

  /// What stands for inspectors where kinds are named.
  private static let inspectorsTitle = "inspectors"

  /// What can be left out, as the settings file names it.
  static let kindTitles = [inspectorsTitle] + SegmentEvent.Kind.allCases.map(\.title)

  /// What is left out.
  var hiddenTitles: [String] {
    (hidesInspectors ? [Self.inspectorsTitle] : [])
      + SegmentEvent.Kind.allCases.filter(hiddenKinds.contains).map(\.title)
  }

  /// Leaves these out, and nothing else.
  mutating func hide(_ titles: [String]) {
    hidesInspectors = titles.contains(Self.inspectorsTitle)
    hiddenKinds = Set(SegmentEvent.Kind.allCases.filter { titles.contains($0.title) })
  }

  mutating func toggleKind(_ line: Int) {
    guard line > 0 else { return hidesInspectors.toggle() }
    let kind = SegmentEvent.Kind.allCases[line - 1]
    if hiddenKinds.remove(kind) == nil { hiddenKinds.insert(kind) }
  }
}

extension SegmentEvent {
  /// Process and sentence, to filter and search by.
  var searchText: String { "\(pid) \(sentence())" }

  /// Whether the table was made anew: larger, or without its removed slots.
  var isGrowth: Bool { kind == .resized || kind == .rehashed }
}

extension SegmentEvent.Kind {
  /// What happened, in a word or two.
  var title: String {
    switch self {
    case .created: "created"
    case .resized: "grown"
    case .rehashed: "rehashed"
    case .recovered: "recovered"
    case .cleared: "cleared"
    case .replaced: "replaced"
    case .attached: "attached"
    case .detached: "detached"
    case .reaped: "reaped"
    case .heapGrown: "heap grown"
    case .committed: "transactions"
    case .completed: "transactions completed"
    }
  }
}

extension Inspector {
  /// Goes to the next growth of the table, down or up; round the end.
  mutating func goToGrowth(by step: Int) {
    let rows = events.rows
    guard !rows.isEmpty else { return }
    let start = events.cursor.selected == nil && step > 0 ? -1 : events.cursor.place
    let places = (1...rows.count).lazy.map { ((start + $0 * step) % rows.count + rows.count) % rows.count }
    guard let found = places.first(where: { rows[$0].isGrowth }) else { return }
    holdOrder()
    events.cursor.select(place: found, in: rows.map(\.number), height: pageHeight)
  }
}
