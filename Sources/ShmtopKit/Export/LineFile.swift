/// The lines of a file of JSON, all read before any of them is acted on.
public struct LineFile<Line: Decodable> {
  /// Each line with its number, counted from 1. Empty lines are passed over.
  public let lines: [(number: Int, line: Line)]

  /// Reads all lines.
  ///
  /// - Throws: ``BadLine``, for the first that is no line of this kind.
  public init(_ bytes: [UInt8]) throws(BadLine) {
    let json = JSONLines()
    var lines: [(number: Int, line: Line)] = []
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let text = rest[..<end]
      rest = rest[min(end + 1, rest.endIndex)...]
      number += 1
      if text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      do throws(JSONLineError) { lines.append((number, try json.flatValue(Line.self, of: text))) } catch {
        throw BadLine(number: number, reason: error.description)
      }
    }
    self.lines = lines
  }
}

/// A line that cannot be taken.
public struct BadLine: Error, Hashable, Sendable {
  public let number: Int
  /// What is wrong with it, as a sentence.
  public let reason: String

  public init(number: Int, reason: String) {
    self.number = number
    self.reason = reason
  }
}
