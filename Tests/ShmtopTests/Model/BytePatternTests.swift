import Testing

@testable import ShmtopKit

/// Patterns over keys that others have chosen.
@Suite struct BytePatternTests {
  @Test(arguments: [
    ("^ab*c$", "abbbc", true), ("^ab*c$", "abbbd", false), ("a|b", "xb", true), ("^(a|bc)+$", "abca", true),
    ("^(a|bc)+$", "abc b", false), ("[^0-9]", "123", false), ("[0-9]+x?$", "a12", true),
    (#"\."#, "ab", false),
    ("^(ab)?$", "", true), ("^$", "a", false), ("(a*)*b", "aaab", true), ("größe", "config:größe", true),
  ]) func `What a pattern finds`(_ pattern: String, _ text: String, _ isFound: Bool) throws {
    #expect(try BytePattern(pattern).matches(Array(text.utf8)[...]) == isFound)
  }

  @Test(arguments: ["(", ")", "[a", "*", "a{2}", "(?=a)", #"\"#, #"\b"#, "[z-a]"])
  func `What is not supported is refused`(_ pattern: String) {
    #expect(throws: BytePattern.Problem.self) { try BytePattern(pattern) }
  }

  @Test func `A text made to hang a backtracking matcher is answered`() throws {
    let text = Array((String(repeating: "a", count: 4000) + "!").utf8)
    #expect(try !BytePattern("^(a+)+$").matches(text[...]))
  }
}
