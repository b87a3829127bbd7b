import CNcurses
import Glibc
import ShmtopKit

/// The operator's terminal. The only part of the program that knows ncurses.
///
/// From `init` to `close` the terminal belongs to the screen; on every way out it is given back as it was.
final class Terminal {
  private let handle: OpaquePointer
  private let looks: TerminalLooks
  private let modes: termios
  private let understandsPaste: Bool
  /// Whether clicks come here; else the terminal has them for itself.
  private var hasMouse = false
  private var shown: Screen?
  private var isOpen = true
  /// What has been pasted so far, between the two marks around it.
  var pasted: String?
  /// When the last of it came.
  var pastedAt: UInt64 = 0
  /// What was read ahead and is another key's.
  var readAhead: Stroke?
  /// Who started the program.
  private let parent = getppid()
  /// Whether reading has failed as it does where the terminal is not ours any more.
  var isCutOff = false

  /// Milliseconds: enough for the rest of a function key over ssh, little enough for Esc to answer at once.
  static let escapeDelay: Int32 = 50

  /// Takes the terminal over; nil where ncurses does not know it.
  init?(theme: String, noColor: Bool, mouse: Bool) {
    setlocale(LC_ALL, "")
    var modes = termios()
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return nil }
    self.modes = modes
    guard let handle = shim_new_terminal() else { return nil }
    self.handle = handle
    cbreak()
    noecho()
    nonl()
    shim_know_function_keys()
    shim_read_without_waiting()
    set_escdelay(Self.escapeDelay)
    looks = TerminalLooks(theme, hasColors: has_colors() && !noColor)
    understandsPaste = Self.capability("BE") != nil || Self.isLikeXterm
    if understandsPaste {
      define_key("\u{1b}[200~", KeyCodes.pasteBegins)
      define_key("\u{1b}[201~", KeyCodes.pasteEnds)
    }
    // The description's own meaning of a sequence comes first.
    for (sequence, code) in KeyCodes.alternates where key_defined(sequence) == 0 {
      define_key(sequence, code)
    }
    FatalSignals.standBy(modes: modes, ending: endingBytes)
    reportPastes(true)
    takeMouse(mouse)
  }

  var width: Int { Int(shim_columns()) }
  var height: Int { Int(shim_rows()) }

  // MARK: - Drawing

  /// Shows a screen. ncurses sends only what differs from what the terminal shows.
  func show(_ screen: Screen) {
    let before = shown.flatMap { $0.width == screen.width && $0.height == screen.height ? $0 : nil }
    for row in 0..<min(screen.height, height) {
      let cells = screen.cells[(row * screen.width)..<((row + 1) * screen.width)]
      if let before, before.cells[(row * screen.width)..<((row + 1) * screen.width)] == cells { continue }
      write(cells, row: row)
    }
    curs_set(screen.showsCursor ? 1 : 0)
    let cursor = screen.cursor ?? Screen.Position(row: max(0, screen.height - 1), column: 0)
    shim_move(Int32(cursor.row), Int32(cursor.column))
    shim_refresh()
    shown = screen
  }

  /// Writes a row, a run of cells of one meaning at a time.
  private func write(_ cells: ArraySlice<Screen.Cell>, row: Int) {
    var start = cells.startIndex
    while start < cells.endIndex {
      var end = start
      var text: [wchar_t] = []
      while end < cells.endIndex, cells[end].role == cells[start].role {
        // Views escape what comes from a segment; should one forget, nothing gets through here.
        for scalar in cells[end].glyph?.unicodeScalars ?? "".unicodeScalars {
          text.append(wchar_t(scalar.isControl ? 0x3F : scalar.value))
        }
        end += 1
      }
      // ncurses looks for an end before it looks whether all have been written.
      text.append(0)
      let look = looks.look(cells[start].role)
      shim_write(
        Int32(row), Int32(start - cells.startIndex), look.attributes, look.pair, text, Int32(text.count - 1))
      start = end
    }
  }

  /// Has every cell sent again with the next screen.
  func redraw() {
    shown = nil
    shim_redraw()
  }

  /// Takes the terminal's size as it is now.
  func resize() -> Input {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 {
      resizeterm(Int32(size.ws_row), Int32(size.ws_col))
    }
    shown = nil
    shim_erase()
    return .resize(width: width, height: height)
  }

  // MARK: - Giving back

  /// Whether who started the program is gone and another job has the terminal: nobody will ever bring this one
  /// back to the front.
  var isTakenAway: Bool { getppid() != parent && tcgetpgrp(STDIN_FILENO) != getpgrp() }

  /// Gives the terminal back for a while.
  func leave() {
    // Before the terminal's own modes come back: a click would else be echoed.
    shim_take_mouse(0)
    reportPastes(false)
    curs_set(1)
    if Self.capability("rmcup") == nil { clearLastLine() }
    endwin()
    FatalSignals.standDown()
  }

  /// Where the shell goes on at the bottom of what was drawn: its prompt must not stand amid the key bar.
  private func clearLastLine() {
    let row = Int32(height - 1)
    shim_write(row, 0, 0, 0, Array(repeating: 0x20, count: width - 1) + [0], Int32(width - 1))
    shim_move(row, 0)
    shim_refresh()
  }

  /// Takes it over again.
  func comeBack() {
    FatalSignals.standBy(modes: modes, ending: endingBytes)
    reset_prog_mode()
    redraw()
    shim_refresh()
    reportPastes(true)
    takeMouse(hasMouse)
  }

  /// Gives the terminal back for good. Does nothing the second time.
  func close() {
    guard isOpen else { return }
    isOpen = false
    // Its modes are another job's by now.
    if isTakenAway { return Self.send(endingBytes) }
    leave()
    delscreen(handle)
    // endwin goes by what it saw at the start; this does by what we saw.
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
  }

  // MARK: - Mouse and clipboard

  /// Has clicks and the wheel come here, or leaves them to the terminal.
  func takeMouse(_ on: Bool) {
    hasMouse = on
    shim_take_mouse(on ? 1 : 0)
  }

  /// Sends a text to the clipboard of the terminal (OSC 52). It does not say whether it takes it.
  func copy(_ text: String) {
    Self.send(Array("\u{1b}]52;c;\(Base64.text(Array(text.utf8)))\u{7}".utf8))
  }

  private func reportPastes(_ on: Bool) {
    guard understandsPaste else { return }
    Self.send(Array("\u{1b}[?2004\(on ? "h" : "l")".utf8))
  }

  private static func send(_ bytes: [UInt8]) {
    shim_flush()
    _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
  }

  /// What makes the terminal usable again after a crash: no attributes, a cursor, the shell's screen.
  private var endingBytes: [UInt8] {
    (Self.capability("kmous") != nil ? Array("\u{1b}[?1000l\u{1b}[?1006l".utf8) : [])
      + (understandsPaste ? Array("\u{1b}[?2004l".utf8) : [])
      + ["sgr0", "cnorm", "rmkx", "rmcup"].flatMap { Self.capability($0) ?? [] }
  }

  /// A string of the terminal's description, without the pauses that old terminals needed.
  private static func capability(_ name: String) -> [UInt8]? {
    guard let string = tigetstr(name), Int(bitPattern: string) != -1 else { return nil }
    var bytes: [UInt8] = []
    var isPause = false
    for byte in String(cString: string).utf8 {
      if byte == UInt8(ascii: "$") { isPause = true }
      if !isPause { bytes.append(byte) }
      if byte == UInt8(ascii: ">") { isPause = false }
    }
    return bytes
  }

  private static var isLikeXterm: Bool {
    guard let name = getenv("TERM").map({ String(cString: $0) }) else { return false }
    return ["xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty"].contains { name.hasPrefix($0) }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}
