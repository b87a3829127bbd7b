/// The lines of a TOML file, to change a value in place.
///
/// Knows as much of TOML as lines tell: headers of tables, and bare keys. Who uses it checks the result with a
/// parser.
struct SettingsLines {
  private var lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  mutating func set(_ key: String, in section: String?, to value: String) {
    guard let range = lines(of: section) else {
      if lines.last.map({ !$0.isBlank }) ?? false { lines.append("") }
      lines += ["[\(section ?? "")]", "\(key) = \(value)"]
      return
    }
    if let index = range.first(where: { lines[$0].keyAtStart == key }) {
      lines[index] = lines[index].replacingValue(by: value)
    } else {
      lines.insert("\(key) = \(value)", at: placeForNewLine(in: range, isTop: section == nil))
    }
  }

  /// The lines after the header of a section, up to the next one.
  private func lines(of section: String?) -> Range<Int>? {
    let start: Int
    if let section {
      guard let header = lines.firstIndex(where: { $0.header == section }) else { return nil }
      start = header + 1
    } else {
      start = 0
    }
    return start..<(lines[start...].firstIndex { $0.header != nil } ?? lines.count)
  }

  /// Behind the last line that says anything. Where there is none: in a section behind its header, at the top
  /// behind the comment that the file begins with.
  private func placeForNewLine(in range: Range<Int>, isTop: Bool) -> Int {
    if let last = range.last(where: { !lines[$0].isBlank && !lines[$0].isComment }) { return last + 1 }
    guard isTop else { return range.lowerBound }
    let comment = lines[range].prefix(while: \.isComment)
    // A comment without an empty line behind it belongs to the section that follows.
    return comment.endIndex == range.upperBound && range.upperBound < lines.count
      ? range.lowerBound : comment.endIndex
  }
}

extension String {
  fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }

  fileprivate var isComment: Bool { first { !$0.isWhitespace } == "#" }

  /// The table that the line begins.
  fileprivate var header: String? {
    let trimmed = self.drop(while: \.isWhitespace)
    guard trimmed.first == "[" else { return nil }
    return trimmed.dropFirst().prefix { $0 != "]" }.filter { !$0.isWhitespace }
  }

  /// The bare key that the line gives a value.
  fileprivate var keyAtStart: String? {
    guard let equals = firstIndex(of: "=") else { return nil }
    let key = self[..<equals].filter { !$0.isWhitespace }
    return !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
      ? key : nil
  }

  /// The line with another value behind its `=`; the comment at its end stays.
  fileprivate func replacingValue(by value: String) -> String {
    guard let equals = firstIndex(of: "=") else { return self }
    let start = self[index(after: equals)...].firstIndex { !$0.isWhitespace } ?? endIndex
    var quote: Character?
    var isEscaped = false
    var end = start
    while end < endIndex {
      let character = self[end]
      if let open = quote {
        if character == open, !isEscaped { quote = nil }
        isEscaped = character == "\\" && open == "\"" && !isEscaped
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#" {
        break
      }
      end = index(after: end)
    }
    var last = end
    while last > start, self[index(before: last)].isWhitespace { last = index(before: last) }
    return self[..<start] + value + self[last...]
  }
}
