import Foundation
import Testing

/// The program on a terminal that keeps every byte it is sent; see the script `typed` beside this.
enum TypedSession {
  /// What is typed at once, and what must come in answer before the next is typed.
  struct Keys: Encodable, ExpressibleByStringLiteral {
    let text: String
    let answer: String?

    init(_ text: String, answeredBy answer: String?) {
      (self.text, self.answer) = (text, answer)
    }

    init(stringLiteral text: String) { self.init(text, answeredBy: nil) }

    func encode(to encoder: any Encoder) throws {
      var pair = encoder.unkeyedContainer()
      try pair.encode(text)
      try pair.encode(answer)
    }
  }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - text: what it must have sent before the first key is pressed.
  ///   - keys: what is typed, in order.
  static func run(
    _ arguments: [String], terminal: String = "xterm-256color", locale: String = "C.UTF-8", rows: Int = 24,
    columns: Int = 80, waitingFor text: String = "live", keys: [Keys]
  ) async throws -> ShmtopProgram.Outcome {
    let script = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/typed"
    let list = String(decoding: try JSONEncoder().encode(keys), as: UTF8.self)
    let words = ["\(rows)", "\(columns)", text, list, ShmtopProgram.path] + arguments
    let quoted = words.map { "'" + $0.replacing("'", with: #"'\''"#) + "'" }.joined(separator: " ")
    return try await ShmtopProgram.shell("TERM=\(terminal) LC_ALL=\(locale) python3 \(script) \(quoted)")
  }

  /// Whether ncurses knows a kind of terminal here: some come with packages of their own.
  static func isKnown(_ terminal: String) -> Bool {
    ["/usr/share/terminfo", "/lib/terminfo", "/etc/terminfo"].contains {
      access("\($0)/\(terminal.prefix(1))/\(terminal)", R_OK) == 0
    }
  }
}
