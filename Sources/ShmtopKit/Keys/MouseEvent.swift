/// What the operator did with the mouse.
public struct MouseEvent: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The left button.
    case click
    case wheelUp, wheelDown
  }

  public let kind: Kind
  /// The cell it was done on.
  public let row: Int
  public let column: Int

  public init(_ kind: Kind, row: Int, column: Int) {
    self.kind = kind
    self.row = row
    self.column = column
  }
}
