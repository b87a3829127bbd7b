import ShmtopKit
import Testing

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("plain text, with spaces", "plain text, with spaces"),
    ("a\nb\tc\rd", #"a\nb\tc\rd"#),
    ("\u{1b}[2J", #"\x1b[2J"#),
    ("\u{0}\u{7f}", #"\x00\x7f"#),
    ("back\\slash", #"back\\slash"#),
    ("caf\u{e9} Grüße 日本 🙂", "caf\u{e9} Grüße 日本 🙂"),
    ("\u{85}\u{9b}31m", #"\u{85}\u{9b}31m"#),
    ("\u{202e}gnp.exe", #"\u{202e}gnp.exe"#),
    ("\u{2066}a\u{2069}", #"\u{2066}a\u{2069}"#),
    ("a\u{200b}b\u{200d}c\u{feff}", #"a\u{200b}b\u{200d}c\u{feff}"#),
    ("a\u{a0}b\u{3000}c", #"a\u{a0}b\u{3000}c"#),
    ("\u{ad}\u{34f}\u{115f}", #"\u{ad}\u{34f}\u{115f}"#),
    ("e\u{301}", "e\u{301}"),
    ("\u{301}e", #"\u{301}e"#),
    ("\n\u{301}", #"\n\u{301}"#),
    ("\u{e0041}", #"\u{e0041}"#),
    ("\u{2028}", #"\u{2028}"#),
    ("\u{378}", #"\u{378}"#),
    ("👍\u{1f3fd}", #"👍\u{1f3fd}"#),
  ])
  func `shows harmless text and escapes the rest`(bytes: String, shown: String) {
    #expect(SafeText(bytes).text.unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test(
    arguments: [
      ([0xff], #"\xff"#),
      ([0xc0, 0x80], #"\xc0\x80"#),
      ([0xed, 0xa0, 0x80], #"\xed\xa0\x80"#),
      ([0xe2, 0x82], #"\xe2\x82"#),
      ([0xe2, 0x82, 0x41], #"\xe2\x82A"#),
      ([0xf4, 0x90, 0x80, 0x80], #"\xf4\x90\x80\x80"#),
      ([0x41, 0x9b, 0x42], #"A\x9bB"#),
    ] as [([UInt8], String)])
  func `shows bytes that are not UTF-8 one by one`(bytes: [UInt8], shown: String) {
    #expect(SafeText(bytes).text == shown)
  }

  @Test func `a letter carries four marks and no more`() {
    let text = SafeText("o" + String(repeating: "\u{308}", count: 6))
    #expect(text.text == "o" + String(repeating: "\u{308}", count: 4) + #"\u{308}\u{308}"#)
    #expect(text.columns == 15)
  }

  @Test func `ASCII repertoire escapes everything else`() {
    #expect(SafeText("é日", repertoire: .ascii).text == #"\u{e9}\u{65e5}"#)
    #expect(SafeText("abcdef", limit: 3, repertoire: .ascii).text == "ab~")
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("", 0, ""),
    ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
    ("ab\n", 4, #"ab\n"#), ("ab\n", 3, "ab…"), ("abe\u{301}", 3, "abe\u{301}"), ("abe\u{301}f", 3, "ab…"),
  ])
  func `a limit cuts between units`(bytes: String, limit: Int, shown: String) {
    let text = SafeText(bytes, limit: limit)
    #expect(text.text == shown)
    #expect(text.columns == DisplayWidth.of(text.text))
    #expect(text.columns <= limit)
    #expect(text.isTruncated == (text.text != SafeText(bytes).text))
  }

  @Test func `any bytes come back from their escapes, and nothing harmful is in them`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<5000 {
      let bytes = random.nastyBytes()
      for repertoire in [SafeText.Repertoire.unicode, .ascii] {
        let shown = SafeText(bytes, repertoire: repertoire)
        try #require(try SafeText.bytes(fromTyped: shown.text) == bytes, "seed \(seed), \(bytes)")
        try #require(shown.text.unicodeScalars.allSatisfy(isHarmless), "seed \(seed), \(bytes)")
        try #require(shown.columns == DisplayWidth.of(shown.text), "seed \(seed), \(bytes)")
        let limit = Int(random.next() % 20)
        let cut = SafeText(bytes, limit: limit, repertoire: repertoire)
        try #require(cut.columns == DisplayWidth.of(cut.text), "seed \(seed), \(bytes)")
        try #require(cut.columns <= limit, "seed \(seed), \(bytes)")
      }
    }
  }

  @Test func `every scalar is shown or escaped, and comes back`() throws {
    for scalar in everyKindOfScalar {
      let text = SafeText("a" + String(scalar)).text
      try #require(text.unicodeScalars.allSatisfy(isHarmless), "U+\(String(scalar.value, radix: 16))")
      try #require(try SafeText.bytes(fromTyped: text) == Array(("a" + String(scalar)).utf8))
    }
  }

  private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    default: !scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}

@Suite struct TypedEscapesTests {
  @Test(
    arguments: [
      (#"\0\e\x41\u{20AC}"#, [0x00, 0x1b, 0x41, 0xe2, 0x82, 0xac]), ("", []), ("é", [0xc3, 0xa9]),
      (#"\\n"#, [0x5c, 0x6e]),
    ] as [(String, [UInt8])])
  func `understands what people type`(typed: String, bytes: [UInt8]) throws {
    #expect(try SafeText.bytes(fromTyped: typed) == bytes)
  }

  @Test(arguments: [
    (#"ab\"#, 2, TypedEscapeError.Problem.nothing), (#"\q"#, 0, .unknown("q")),
    (#"é\x1"#, 1, .hexadecimalByte),
    (#"\xg1"#, 0, .hexadecimalByte), (#"\x+1"#, 0, .hexadecimalByte), (#"\u41"#, 0, .scalar),
    (#"\u{}"#, 0, .scalar), (#"\u{d800}"#, 0, .scalar), (#"\u{110000}"#, 0, .scalar), (#"\u{41"#, 0, .scalar),
    (#"\u{123456789}"#, 0, .scalar),
  ])
  func `names what is no escape`(typed: String, start: Int, problem: TypedEscapeError.Problem) {
    let error = #expect(throws: TypedEscapeError.self) { try SafeText.bytes(fromTyped: typed) }
    #expect(error?.start == start)
    #expect(error?.problem == problem)
    #expect(error?.description.isEmpty == false)
  }
}

/// All scalars of the planes that have characters, and some of the empty ones.
var everyKindOfScalar: some Sequence<Unicode.Scalar> {
  [stride(from: UInt32(0), to: 0x40000, by: 1), stride(from: 0x40000, to: 0x110000, by: 211)]
    .joined().lazy.compactMap(Unicode.Scalar.init)
}

/// SplitMix64: small, and the same on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Random bytes, ASCII, whole scalars, and halves of scalars, mixed.
  mutating func nastyBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<(next() % 12) {
      switch next() % 6 {
      case 0: bytes.append(UInt8(truncatingIfNeeded: next()))
      case 1: bytes.append(UInt8(0x20 + next() % 0x5F))
      case 2: bytes.append(UInt8(next() % 0x20))
      case 3: bytes.append(0x5C)
      default:
        let reach: UInt64 = [0x500, 0x3000, 0x10000, 0x110000][Int(next() % 4)]
        guard let scalar = Unicode.Scalar(UInt32(next() % reach)) else { continue }
        let encoded = Array(String(scalar).utf8)
        bytes += encoded.prefix(next() % 4 == 0 ? 1 : encoded.count)
      }
    }
    return bytes
  }
}
