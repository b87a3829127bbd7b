import Glibc
import Testing

@testable import ShmtopKit

/// An expected screen, as a text file: the characters, a line of equals signs, the meanings.
///
/// `SHMTOP_WRITE_SCREENS=1 swift test --filter ScreenTests` writes all of them anew; the difference shows
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

  /// Compares a screen with the file.
  func expect(_ screen: Screen, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = Self.text(screen)
    if getenv("SHMTOP_WRITE_SCREENS") != nil { return write(text) }
    let expected = read()
    #expect(
      text == expected, "\(name) differs; SHMTOP_WRITE_SCREENS=1 writes it anew:\n\(text)",
      sourceLocation: sourceLocation)
  }

  private func read() -> String {
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
