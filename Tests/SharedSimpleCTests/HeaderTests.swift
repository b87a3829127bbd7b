import Testing

@Suite struct HeaderTests {
  @Test(arguments: ["c99", "c11", "c2x"])
  func `the header compiles by itself as C`(standard: String) async throws {
    try await compiles("cc -x c -std=\(standard)")
  }

  @Test(arguments: ["c++98", "c++11", "c++20"])
  func `the header compiles by itself as C++`(standard: String) async throws {
    try await compiles("c++ -x c++ -std=\(standard)")
  }

  @Test func `clang takes the header as C and as C++`() async throws {
    try await compiles("clang -x c -std=c11")
    try await compiles("clang -x c++ -std=c++17")
  }

  @Test func `the library exports what the header declares, and nothing else that begins with shs_`()
    async throws
  {
    let declared = try await BuiltLibrary.shell(
      "cc -E -P '\(BuiltLibrary.header)' | tr '\\n' ' ' | grep -oE '\\bshs_[a-z_]+ ?\\(' | tr -d ' (' | sort -u"
    )
    let exported = try await BuiltLibrary.shell(
      "nm -D --defined-only '\(BuiltLibrary.path)' | awk '$3 ~ /^shs_/ { print $3 }' | sort -u")
    #expect(declared.lines.count == 27)
    #expect(declared.lines == exported.lines)
  }

  /// Every warning is an error, and the two initialisers name every field.
  private func compiles(_ compiler: String) async throws {
    let outcome = try await BuiltLibrary.shell(
      """
      printf '%s\\n' '#include "shared_simple.h"' '#include "shared_simple.h"' \
        'int main(void) { shs_options o = SHS_OPTIONS_DEFAULT; shs_sample s = SHS_SAMPLE_EMPTY;' \
        'return (int)(o.value_limit + s.removes) == SHS_ERROR_SYSTEM; }' |
        \(compiler) -Wall -Wextra -Werror -pedantic -I '\(BuiltLibrary.includes)' -fsyntax-only -
      """)
    #expect(outcome.code == 0, "\(outcome.output)")
  }
}
