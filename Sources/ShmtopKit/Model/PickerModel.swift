/// The live segments of this machine, to pick one from.
public struct PickerModel {
  public private(set) var rows: [SourceListing] = []
  public var cursor = RowCursor<String>()

  public init() {}

  mutating func take(_ listings: [SourceListing], height: Int) {
    rows = listings.sorted { $0.name < $1.name }
    cursor.settle(in: rows.map(\.name), height: height)
    if cursor.selected == nil { cursor.select(place: 0, in: rows.map(\.name), height: height) }
  }

  /// The listing that Enter attaches to.
  public var selected: SourceListing? { rows.first { $0.name == cursor.selected } }
}
