import CNcurses
import ShmtopKit

/// What ncurses' numbers for keys stand for.
enum KeyCodes {
  /// Numbers of our own for the marks around pasted text; far above those of ncurses.
  static let pasteBegins: Int32 = 3000
  static let pasteEnds: Int32 = 3001

  /// The key of a function-key number; nil for one that shmtop has no use for.
  static func key(code: Int32) -> Key? {
    switch code {
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
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
