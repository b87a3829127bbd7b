import CNcurses
import ShmtopKit

/// What ncurses' numbers for keys stand for.
enum KeyCodes {
  /// Numbers of our own for the marks around pasted text; far above those of ncurses.
  static let pasteBegins: Int32 = 3000
  static let pasteEnds: Int32 = 3001

  /// What terminals send whatever their description says: many are described as one that they only resemble,
  /// and keys change with the keypad's mode.
  static let alternates: [(String, Int32)] = {
    let arrows = [("A", KEY_UP), ("B", KEY_DOWN), ("C", KEY_RIGHT), ("D", KEY_LEFT)]
    let ends = [("H", KEY_HOME), ("F", KEY_END)]
    let numbered =
      [(1, KEY_HOME), (3, KEY_DC), (4, KEY_END), (5, KEY_PPAGE), (6, KEY_NPAGE), (7, KEY_HOME), (8, KEY_END)]
      // The numbers have gaps, as the rows of function keys on the VT220 had.
      + zip([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24], Int32(1)...12)
      .map { ($0, shim_function_key($1)) }
    let lettered = zip(["P", "Q", "R", "S"], Int32(1)...4).map { ("\u{1b}O\($0)", shim_function_key($1)) }
    let shifted = [("1;2A", KEY_SR), ("1;2B", KEY_SF), ("a", KEY_SR), ("b", KEY_SF)]
    return (arrows + ends).flatMap { [("\u{1b}[\($0)", $1), ("\u{1b}O\($0)", $1)] }
      + numbered.map { ("\u{1b}[\($0)~", $1) } + lettered
      + shifted.map { ("\u{1b}[\($0)", $1) } + [("\u{1b}[Z", KEY_BTAB)]
  }()

  /// The key of a function-key number; nil for one that shmtop has no use for.
  static func key(code: Int32) -> Key? {
    switch code {
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_SR: .shiftUp
    case KEY_SF: .shiftDown
    case KEY_RIGHT: .right
    case KEY_PPAGE: .pageUp
    case KEY_NPAGE: .pageDown
    case KEY_HOME, KEY_FIND: .home
    case KEY_END, KEY_SELECT: .end
    case KEY_ENTER: .enter
    case KEY_BACKSPACE: .backspace
    case KEY_DC: .delete
    case KEY_BTAB: .backTab
    case shim_function_key(1)...shim_function_key(12): .function(Int(code - shim_function_key(0)))
    default: nil
    }
  }

  /// The key of a character; nil for one that is none.
  static func key(character: UInt32) -> Key? {
    switch character {
    case 9: .tab
    case 10, 13: .enter
    case 27: .escape
    case 127: .backspace
    case 1...26: .control(Character(Unicode.Scalar(UInt8(character + 0x60))))
    case 0..<32: nil
    default: Unicode.Scalar(character).map { .character(Character($0)) }
    }
  }
}
