import Glibc
import TestSupport
import Testing

/// What the examples in Assets print, run as their first lines say.
@Suite(.serialized) struct ExampleTests {
  @Test func `the tour in C`() async throws {
    let program = "/tmp/shmtop-tour-\(getpid())"
    defer { unlink(program) }
    let compiled = try await BuiltLibrary.compile(BuiltLibrary.examples + "/tour.c", to: program)
    #expect(compiled.code == 0, "\(compiled.output)")
    let outcome = try await BuiltLibrary.shell(program)
    #expect(outcome.code == 0)
    #expect(outcome.lines.first == "motd: back at noon")
    #expect(outcome.lines.suffix(1) == ["refused: A key must have at least one byte. Nothing was changed."])
    #expect(
      outcome.lines.filter { $0.contains("transfer") } == ["transfer of 7: made", "transfer of 7: dropped"])
    #expect(
      Set(outcome.lines.filter { $0.contains(" = ") }) == [
        "  alice = 3", "  bob = 7", "  leader = me", "  motd = back at noon",
      ])
  }

  @Test func `the tour in Python`() async throws {
    let outcome = try await BuiltLibrary.shell("python3 '\(BuiltLibrary.examples)/tour.py'")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(
      outcome.lines.dropLast() == [
        "motd: back at noon", "nothing: None", "leader: me", "transfer of 7: made",
        "transfer of 7: dropped, not enough", "4 entries", "  alice = 3", "  bob = 7", "  leader = me",
        "  motd = back at noon", "True False",
      ])
    #expect(outcome.lines.last?.hasPrefix("refused: The value has 90 bytes") == true)
  }

  @Test func `the tour in Perl`() async throws {
    let outcome = try await BuiltLibrary.shell("/usr/bin/perl '\(BuiltLibrary.examples)/tour.pl'")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(
      outcome.lines.dropLast() == [
        "motd: back at noon", "nothing: not there", "4 entries", "  child 1 = was here",
        "  child 2 = was here",
        "  child 3 = was here", "  motd = back at noon",
      ])
    #expect(
      outcome.lines.last?.hasPrefix("refused: Shared::Simple::put: value must not exceed 32 bytes at ")
        == true)
  }
}
