/// A regular expression over bytes, matched in time proportional to pattern and text: the texts come from
/// others, and a backtracking matcher can be made to run for ever by one of them.
///
/// Knows `.`, `[a-z]`, `[^a-z]`, `^`, `$`, `*`, `+`, `?`, `|`, `(…)`, and `\` before any sign or d, w, s.
struct BytePattern: Sendable {
  /// What there is to say of a pattern that is not understood.
  struct Problem: Error { let description: String }

  private enum Step {
    case byte(Set<UInt8>)
    /// Goes on at both.
    case fork(Int, Int)
    case start, end, match
  }

  /// Bytes of a text that are looked at; what stands behind them is not found. Arbitrary.
  static let textLimit = 4096
  /// Arbitrary; also bounds how deep groups can be nested.
  private static let patternLimit = 200

  private var steps: [Step] = []

  init(_ pattern: String) throws(Problem) {
    guard pattern.utf8.count <= Self.patternLimit else {
      throw Problem(description: "A pattern has at most \(Self.patternLimit) bytes.")
    }
    var rest = Array(pattern.utf8)[...]
    steps = try Self.alternatives(&rest)
    guard rest.isEmpty else { throw Problem(description: "The pattern has a ) without its (.") }
    steps.append(.match)
  }

  // MARK: - Understanding. Forks hold distances, so that pieces can be put together.

  private static func alternatives(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> [Step] {
    var sequence: [Step] = []
    while let next = rest.first, next != UInt8(ascii: ")") {
      if next == UInt8(ascii: "|") {
        rest.removeFirst()
        let other = try alternatives(&rest)
        // Past the first alternative, a fork of which both ways lead behind the second.
        let skip = Step.fork(other.count + 1, other.count + 1)
        return [.fork(1, sequence.count + 2)] + sequence + [skip] + other
      }
      var piece = try atom(&rest)
      while let sign = rest.first,
        sign == UInt8(ascii: "*") || sign == UInt8(ascii: "+") || sign == UInt8(ascii: "?")
      {
        rest.removeFirst()
        if sign != UInt8(ascii: "?") { piece.append(.fork(-piece.count, 1)) }
        if sign != UInt8(ascii: "+") { piece.insert(.fork(1, piece.count + 1), at: 0) }
      }
      sequence += piece
    }
    return sequence
  }

  private static func atom(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> [Step] {
    let first = rest.removeFirst()
    switch first {
    case UInt8(ascii: "("):
      guard rest.first != UInt8(ascii: "?") else { throw Problem(description: "(? is not supported.") }
      let group = try alternatives(&rest)
      guard rest.popFirst() == UInt8(ascii: ")") else {
        throw Problem(description: "The pattern has a ( without its ).")
      }
      return group
    case UInt8(ascii: "."): return [.byte(Set(0...255))]
    case UInt8(ascii: "^"): return [.start]
    case UInt8(ascii: "$"): return [.end]
    case UInt8(ascii: "["): return [.byte(try set(&rest))]
    case UInt8(ascii: "\\"): return [.byte(try escaped(&rest))]
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
      throw Problem(description: "There is nothing before \(Character(Unicode.Scalar(first))) to repeat.")
    case UInt8(ascii: "{"): throw Problem(description: #"Counts in {} are not supported; \{ is the sign."#)
    default: return [.byte([first])]
    }
  }

  private static func escaped(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> Set<UInt8> {
    guard let sign = rest.popFirst() else { throw Problem(description: "The pattern ends in a \\.") }
    switch sign {
    case UInt8(ascii: "d"): return Set(0x30...0x39)
    case UInt8(ascii: "w"): return Set(0x30...0x39).union(0x41...0x5A).union(0x61...0x7A).union([0x5F])
    case UInt8(ascii: "s"): return Set([0x20]).union(0x09...0x0D)
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
      throw Problem(description: "\\\(Character(Unicode.Scalar(sign))) is not supported.")
    default: return [sign]
    }
  }

  private static func set(_ rest: inout ArraySlice<UInt8>) throws(Problem) -> Set<UInt8> {
    let isNegated = rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    var members: Set<UInt8> = []
    var isFirst = true
    while let next = rest.popFirst() {
      if next == UInt8(ascii: "]"), !isFirst {
        return isNegated ? Set(0...255).subtracting(members) : members
      }
      isFirst = false
      if next == UInt8(ascii: "\\") {
        members.formUnion(try escaped(&rest))
      } else if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
        guard next <= end else { throw Problem(description: "A range in [] ends before it starts.") }
        members.formUnion(next...end)
        rest.removeFirst(2)
      } else {
        members.insert(next)
      }
    }
    throw Problem(description: "The pattern has a [ without its ].")
  }

  // MARK: - Matching

  /// Whether the pattern occurs in the text.
  ///
  /// - Complexity: O(pattern × text). Each step is taken at most once a byte.
  func matches(_ text: ArraySlice<UInt8>) -> Bool {
    let text = text.prefix(Self.textLimit)
    var active: [Int] = []
    var seen = [Int](repeating: -1, count: steps.count)
    for position in 0...text.count {
      let start = position == 0
      let end = position == text.count
      var waiting = active + [0]
      active = []
      while let place = waiting.popLast() {
        guard seen[place] != position else { continue }
        seen[place] = position
        switch steps[place] {
        case .match: return true
        case .start: if start { waiting.append(place + 1) }
        case .end: if end { waiting.append(place + 1) }
        case .fork(let one, let other): waiting += [place + one, place + other]
        case .byte(let members):
          if !end, members.contains(text[text.startIndex + position]) { active.append(place + 1) }
        }
      }
    }
    return false
  }
}
