import CNcurses
import Glibc
import ShmtopKit

/// Reads keys, clicks and pasted text.
extension Terminal {
  /// One thing that ncurses read.
  enum Stroke {
    case character(UInt32)
    /// A number that ncurses has for a key.
    case code(Int32)
  }

  /// So long without input ends pasted text whose end mark was lost; otherwise no key would ever act again.
  private static let pasteSilence: UInt64 = 1_000_000_000

  /// Pasted text is cut here: more was hardly meant for one line.
  private static let pasteLimit = 64 << 10

  /// Whether pasted text is still coming: its silence is to be looked at though nothing has come.
  var isPasting: Bool { pasted != nil }

  /// Reads what has come, without waiting; `nil`: nothing more for now.
  func read() -> Input? {
    while let stroke = next() {
      switch stroke {
      case .code(KeyCodes.pasteBegins):
        pasted = ""
        pastedAt = Clock.monotonic
      case .code(KeyCodes.pasteEnds):
        if let input = endOfPaste() { return input }
      case _ where isPasting:
        append(stroke)
      case .character(27):
        if isEscapeAlone() { return .key(.escape) }
      case .code(KEY_MOUSE):
        if let event = mouseEvent() { return .mouse(event) }
      case .code(let code):
        if let key = KeyCodes.key(code: code) { return .key(key) }
      case .character(let character):
        if let key = KeyCodes.key(character: character) { return .key(key) }
      }
    }
    // Only now that nothing is left: what lay unread while the program was stopped is still pasted.
    if isPasting, Clock.monotonic - pastedAt >= Self.pasteSilence, let input = endOfPaste() {
      return input
    }
    return nil
  }

  private func mouseEvent() -> MouseEvent? {
    var (row, column): (Int32, Int32) = (0, 0)
    let kind: MouseEvent.Kind
    switch shim_read_mouse(&row, &column) {
    case 1: kind = .click
    case 4: kind = .wheelUp
    case 5: kind = .wheelDown
    default: return nil
    }
    return MouseEvent(kind, row: Int(row), column: Int(column))
  }

  private func append(_ stroke: Stroke) {
    pastedAt = Clock.monotonic
    guard case .character(let character) = stroke, let scalar = Unicode.Scalar(character),
      pasted!.utf8.count < Self.pasteLimit
    else { return }
    pasted!.unicodeScalars.append(scalar)
  }

  private func endOfPaste() -> Input? {
    defer { pasted = nil }
    return pasted.map { .paste($0) }
  }

  private func next() -> Stroke? {
    if let stroke = readAhead {
      readAhead = nil
      return stroke
    }
    var character: wint_t = 0
    errno = 0
    switch shim_read_key(&character) {
    case ERR:
      if errno == EIO { isCutOff = true }
      return nil
    case KEY_CODE_YES: return .code(Int32(character))
    default: return .character(character)
    }
  }

  /// Takes the rest of what an escape character began, as far as it has come.
  ///
  /// What follows at once belongs to a key that ncurses does not know, or that was pressed with Alt. It is
  /// dropped as a whole: as single characters it would be commands.
  ///
  /// - Returns: Whether nothing followed: the key Esc.
  private func isEscapeAlone() -> Bool {
    switch next() {
    case nil: return true
    // Esc twice, or Alt with a key that begins so itself.
    case .character(27): return isEscapeAlone()
    case .character(UInt32(UInt8(ascii: "["))): skipSequence(isFunctionKey: false)
    case .character(UInt32(UInt8(ascii: "O"))): skipSequence(isFunctionKey: true)
    case .code(let code) where code == KeyCodes.pasteBegins || code == KeyCodes.pasteEnds:
      readAhead = .code(code)
      return true
    default: break
    }
    return false
  }

  /// Skips a control sequence after its first two characters: parameters, and the character that ends it.
  private func skipSequence(isFunctionKey: Bool) {
    var isFirst = true
    while let stroke = nextOfSequence() {
      guard case .character(let character) = stroke, (0x20...0x7E).contains(character) else {
        readAhead = stroke
        return
      }
      // The Linux console's function keys have a second bracket.
      let isSecondBracket = isFirst && !isFunctionKey && character == 0x5B
      if character >= 0x40, !isSecondBracket { return }
      isFirst = false
    }
  }

  /// The next of a sequence; over ssh it may come in two parts.
  private func nextOfSequence() -> Stroke? {
    if let stroke = next() { return stroke }
    var terminal = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&terminal, 1, Self.escapeDelay) > 0 ? next() : nil
  }

  /// Whether the line has dropped: there is something to read, and it is nothing.
  var isHungUp: Bool {
    if isCutOff { return true }
    var terminal = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&terminal, 1, 0) > 0 else { return false }
    if terminal.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { return true }
    var count: Int32 = 0
    return ioctl(STDIN_FILENO, UInt(FIONREAD), &count) != 0 || count == 0
  }
}
