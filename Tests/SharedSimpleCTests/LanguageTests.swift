import SharedSimple
import TestSupport
import Testing

@Suite struct LanguageTests {
  let segment = TemporaryStore("languages")

  @Test func `a Swift, a Python and a Perl process share one segment`() async throws {
    let store = try segment.open { $0.initialSlots = 8 }
    let name = segment.name
    async let python = BuiltLibrary.shell(
      "PYTHONPATH='\(BuiltLibrary.examples)' python3 '\(BuiltLibrary.programs)/sharing.py' '\(name)'")
    async let perl = BuiltLibrary.shell(
      "PERL5LIB='\(BuiltLibrary.examples)' /usr/bin/perl '\(BuiltLibrary.programs)/sharing.pl' '\(name)'")

    // Each begins when the other two are there, so that all three write at once.
    try store.put("swift", "here")
    // They start when the test runner has a thread for them, which many other tests wait for, too.
    let deadline = ContinuousClock.now + .seconds(900)
    while try ["python", "perl"].contains(where: { try store.get($0) == nil }) {
      try #require(ContinuousClock.now < deadline, "the others do not come")
      try await Task.sleep(for: .milliseconds(1))
    }
    for number in 0..<2000 {
      try store.put("swift \(number)", "ß\0\(number)")
      try store.increment("turns")
    }
    try store.put("swift done", "yes")
    let outcomes = try await [python, perl]
    for outcome in outcomes { #expect(outcome.code == 0, "\(outcome.output)") }

    for other in ["python", "perl"] {
      for number in 0..<2000 {
        try #require(try store.bytes("\(other) \(number)") == Array("ß\0\(number)".utf8))
      }
    }
    // Python counted too; Perl has no increment.
    #expect(try store.get("turns") == "4000")
    #expect(try store.count == 3 * 2002 + 1)
    #expect(try store.check() == [])
  }

  @Test func `Python's store behaves as a dict does`() async throws {
    let outcome = try await BuiltLibrary.shell(
      "PYTHONPATH='\(BuiltLibrary.examples)' python3 '\(BuiltLibrary.programs)/dict_like.py' '\(segment.name)'"
    )
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.lines.last == "as a dict")
  }

  @Test func `Perl's store answers and croaks as the module Shared::Simple does`() async throws {
    let outcome = try await BuiltLibrary.shell(
      "PERL5LIB='\(BuiltLibrary.examples)' /usr/bin/perl '\(BuiltLibrary.programs)/shared_simple.t' '\(segment.name)'"
    )
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(!outcome.output.contains("not ok"))
    // Its END block gave the rows of all handles back.
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.participants.isEmpty)
  }
}
