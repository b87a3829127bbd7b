/// A rectangle of cells.
public struct Area: Sendable, Hashable {
  public var row: Int
  public var column: Int
  public var height: Int
  public var width: Int

  public init(row: Int, column: Int, height: Int, width: Int) {
    self.row = row
    self.column = column
    self.height = max(0, height)
    self.width = max(0, width)
  }

  public var rows: Range<Int> { row..<(row + height) }
  public var columns: Range<Int> { column..<(column + width) }

  /// Cuts rows off the top and gives them back.
  mutating func takeTop(_ count: Int) -> Area {
    let count = min(count, height)
    let top = Area(row: row, column: column, height: count, width: width)
    self = Area(row: row + count, column: column, height: height - count, width: width)
    return top
  }

  /// Cuts rows off the bottom and gives them back.
  mutating func takeBottom(_ count: Int) -> Area {
    let count = min(count, height)
    height -= count
    return Area(row: row + height, column: column, height: count, width: width)
  }

  /// A rectangle of this size in the middle, as far as it fits.
  func centered(height: Int, width: Int) -> Area {
    let height = min(height, self.height)
    let width = min(width, self.width)
    return Area(
      row: row + (self.height - height) / 2, column: column + (self.width - width) / 2, height: height,
      width: width)
  }
}
