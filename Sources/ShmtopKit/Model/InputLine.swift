/// A line of text being typed.
public struct InputLine: Sendable, Hashable {
  public private(set) var characters: [Character]
  /// Where the next character goes.
  public private(set) var position: Int

  public init(_ text: String = "") {
    characters = Array(text)
    position = characters.count
  }

  public var text: String { String(characters) }

  mutating func insert(_ character: Character) {
    characters.insert(character, at: position)
    position += 1
  }

  /// Takes pasted text. Control characters in it come in as escapes.
  mutating func paste(_ text: String) {
    for scalar in text.unicodeScalars {
      // What stands there was typed elsewhere: a backslash in it is meant as it is typed here.
      let shown = scalar == "\\" ? "\\" : SafeText(String(scalar)).text
      for character in shown { insert(character) }
    }
  }

  /// Does what a command asks of the line.
  ///
  /// - Returns: false where it asks nothing of a line.
  mutating func perform(_ command: Command) -> Bool {
    switch command {
    case .moveLeft: position = max(0, position - 1)
    case .moveRight: position = min(characters.count, position + 1)
    case .moveHome: position = 0
    case .moveEnd: position = characters.count
    case .deleteBackward:
      guard position > 0 else { return true }
      position -= 1
      characters.remove(at: position)
    case .deleteForward:
      if position < characters.count { characters.remove(at: position) }
    case .deleteToStart:
      characters.removeFirst(position)
      position = 0
    case .deleteToEnd: characters.removeLast(characters.count - position)
    case .deleteWord:
      while position > 0, characters[position - 1] == " " { _ = perform(.deleteBackward) }
      while position > 0, characters[position - 1] != " " { _ = perform(.deleteBackward) }
    case .stepUp: step(by: 1)
    case .stepDown: step(by: -1)
    default: return false
    }
    return true
  }

  /// Counts a decimal number up or down; any other text stays as it is.
  private mutating func step(by difference: Int64) {
    guard let number = Int64(text) else { return }
    let (sum, overflows) = number.addingReportingOverflow(difference)
    if !overflows { self = InputLine(String(sum)) }
  }
}
