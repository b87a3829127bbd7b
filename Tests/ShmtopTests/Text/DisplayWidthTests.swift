import Glibc
import ShmtopKit
import Testing

@Suite struct DisplayWidthTests {
  /// ncurses places characters by this function; if ours says otherwise, columns go askew.
  @Test func `agrees with the C library wherever SafeText shows a character`() throws {
    // glibc declares it for _XOPEN_SOURCE only, which Swift's module does not define.
    typealias WidthFunction = @convention(c) (wchar_t) -> Int32
    let symbol = try #require(dlsym(nil, "wcwidth"))
    let wcwidth = unsafeBitCast(symbol, to: WidthFunction.self)
    let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil), "no C.UTF-8 locale")
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    var differences: [String] = []
    for scalar in everyKindOfScalar {
      let isShown = SafeText("a" + String(scalar)).text.unicodeScalars.count == 2
      let expected = wcwidth(wchar_t(scalar.value))
      // −1: newer than the library's tables.
      if isShown, expected >= 0, DisplayWidth.of(scalar) != Int(expected) {
        differences.append(
          "U+\(String(scalar.value, radix: 16)): \(DisplayWidth.of(scalar)), not \(expected)")
      }
    }
    // A mark of no width until Unicode 15 made it a spacing one; glibc 2.36 goes by Unicode 14.
    differences.removeAll { $0.hasPrefix("U+1171e:") }
    #expect(differences == [])
  }

  @Test func `counts wide and combining characters`() {
    #expect(DisplayWidth.of("abc") == 3)
    #expect(DisplayWidth.of("日本") == 4)
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("한") == 2)
    #expect(DisplayWidth.of("🙂") == 2)
  }

  @Test func `fits text to an exact width`() {
    #expect(DisplayWidth.fit("ab", to: 4) == "ab  ")
    #expect(DisplayWidth.fit("ab", to: 4, alignment: .right) == "  ab")
    #expect(DisplayWidth.fit("日本語", to: 4) == "日… ")
    #expect(DisplayWidth.fit("abcdef", to: 4, ellipsis: "~") == "abc~")
    #expect(DisplayWidth.fit("abc", to: 0) == "")
  }
}
