/// A key as the operator pressed it.
public enum Key: Sendable, Hashable {
  case character(Character)
  /// A letter with Ctrl, in lower case.
  case control(Character)
  case function(Int)
  case up, down, left, right
  /// With Shift, where the terminal tells.
  case shiftUp, shiftDown
  case pageUp, pageDown, home, end
  case enter, escape, tab, backTab
  case backspace, delete

  /// How the key is called on the screen, short enough for the bar.
  public var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .function(let number): "F\(number)"
    case .up: "Up"
    case .down: "Down"
    case .shiftUp: "S-Up"
    case .shiftDown: "S-Down"
    case .left: "Left"
    case .right: "Right"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .backspace: "BkSp"
    case .delete: "Del"
    }
  }
}
