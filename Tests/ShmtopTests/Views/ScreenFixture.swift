import Glibc
import Testing

@testable import ShmtopKit

/// An expected screen, as a text file: the characters, a line of equals signs, the meanings.
///
/// `SHMTOP_WRITE_SCREENS=1 swift test --filter 'ScreenTests|ScriptTests'` writes all of them anew; the difference shows
/// what has changed on the screen.
struct ScreenFixture {
  let name: String

  private var path: String {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(folder)/Screens/\(name).screen"
  }

  static func text(_ screen: Screen) -> String {
    let rule = String(repeating: "=", count: screen.width)
    return (screen.glyphLines + [rule] + screen.roleLines).joined(separator: "\n") + "\n"
  }

  /// The same with the attributes of a theme in the place of the meanings.
  static func text(_ screen: Screen, _ theme: Theme) -> String {
    let rule = String(repeating: "=", count: screen.width)
    let looks = (0..<screen.height).map { row in
      let line = (0..<screen.width).map { letter(theme.look(screen[row, $0].role)) }
      return String(line[..<(line.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    }
    return (screen.glyphLines + [rule] + looks).joined(separator: "\n") + "\n"
  }

  /// The same with the colours of a theme as a third grid: their first letters.
  static func colorText(_ screen: Screen, _ theme: Theme) -> String {
    let rule = String(repeating: "=", count: screen.width)
    let colors = (0..<screen.height).map { row in
      let line = (0..<screen.width).map { column -> Character in
        theme.look(screen[row, column].role).color.map { "\($0)".first! } ?? " "
      }
      return String(line[..<(line.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0)])
    }
    return text(screen, theme) + ([rule] + colors).joined(separator: "\n") + "\n"
  }

  /// A letter for each look without colours: b bold, d dim, r reverse, R both bold and reverse, u underlined,
  /// U all but dim.
  private static func letter(_ look: Look) -> Character {
    switch look.attributes {
    case []: " "
    case .bold: "b"
    case .dim: "d"
    case .reverse: "r"
    case [.bold, .reverse]: "R"
    case .underline: "u"
    case [.bold, .reverse, .underline]: "U"
    default: "?"
    }
  }

  /// Compares a screen with the file.
  ///
  /// - Parameters:
  ///   - theme: whose attributes are compared; the meanings where there is none.
  ///   - colors: whether its colours are compared as well.
  func expect(
    _ screen: Screen, theme: Theme? = nil, colors: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text =
      theme.map { colors ? Self.colorText(screen, $0) : Self.text(screen, $0) } ?? Self.text(screen)
    if getenv("SHMTOP_WRITE_SCREENS") != nil { return write(text) }
    let expected = read()
    #expect(
      text == expected, "\(name) differs; SHMTOP_WRITE_SCREENS=1 writes it anew:\n\(text)",
      sourceLocation: sourceLocation)
  }

  private func read() -> String { Self.text(ofFile: path) }

  static func text(ofFile path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(_ text: String) {
    guard let file = fopen(path, "w") else {
      Issue.record("\(path) cannot be written.")
      return
    }
    fputs(text, file)
    fclose(file)
  }
}
