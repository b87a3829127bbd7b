/// Where the parts of the screen are.
public struct ScreenLayout: Sendable, Hashable {
  public static let smallestWidth = 60
  public static let smallestHeight = 12

  public let width: Int
  public let height: Int
  public let header: Area
  /// The line that names the views; of no height where the header's first line does it.
  public let tabs: Area
  /// The titles of columns.
  public let titles: Area
  public let rows: Area
  /// The line that explains, and where settings are typed.
  public let explanation: Area
  public let keys: Area

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let isCompact = height < 18
    var rest = Area(row: 0, column: 0, height: height, width: width)
    header = rest.takeTop(isCompact ? 5 : 6)
    tabs = rest.takeTop(isCompact ? 0 : 1)
    keys = rest.takeBottom(1)
    explanation = rest.takeBottom(1)
    titles = rest.takeTop(1)
    rows = rest
  }

  /// Whether there is room for every part.
  public var fits: Bool { width >= Self.smallestWidth && height >= Self.smallestHeight }
  /// Whether there is room only for what matters most.
  public var isCompact: Bool { tabs.height == 0 }
  /// What a view without columns draws into.
  public var body: Area {
    Area(row: titles.row, column: 0, height: titles.height + rows.height, width: width)
  }
}
