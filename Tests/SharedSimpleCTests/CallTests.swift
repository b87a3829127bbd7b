import Glibc
import TestSupport
import Testing

@Suite struct CallTests {
  let segment = TemporaryStore("c-calls")

  /// Compiles a program of claims, and runs it to its end: all of them hold.
  private func expectClaimsHold(_ name: String, _ arguments: String = "") async throws {
    let program = "/tmp/shmtop-\(name)-\(segment.name)"
    defer { unlink(program) }
    let compiled = try await BuiltLibrary.compile(BuiltLibrary.programs + "/\(name).c", to: program)
    #expect(compiled.code == 0, "\(compiled.output)")
    let outcome = try await BuiltLibrary.shell("'\(program)' \(arguments) '\(segment.name)'")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.lines.last == "0 claims do not hold")
  }

  @Test func `every call does what the header says, and refuses what it must`() async throws {
    try await expectClaimsHold("every_call")
    #expect(segment.objects.isEmpty)
  }

  @Test(arguments: ["streams", "keys"])
  func `a process without standard streams, or without a key for thread-specific data`(lack: String)
    async throws
  {
    try await expectClaimsHold("odd_process", lack)
    expectSound(segment)
  }
}
