import Glibc
import TestSupport
import Testing

@Suite struct CallTests {
  let segment = TemporaryStore("c-calls")
  let program = "/tmp/shmtop-every-call-\(getpid())"

  @Test func `every call does what the header says, and refuses what it must`() async throws {
    defer { unlink(program) }
    let compiled = try await BuiltLibrary.compile(BuiltLibrary.programs + "/every_call.c", to: program)
    #expect(compiled.code == 0, "\(compiled.output)")
    let outcome = try await BuiltLibrary.shell("'\(program)' '\(segment.name)'")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.lines.last == "0 claims do not hold")
    #expect(segment.objects.isEmpty)
  }

  @Test(arguments: ["streams", "keys"])
  func `a process without standard streams, or without a key for thread-specific data`(lack: String)
    async throws
  {
    let program = "/tmp/shmtop-odd-process-\(lack)-\(getpid())"
    defer { unlink(program) }
    let compiled = try await BuiltLibrary.compile(BuiltLibrary.programs + "/odd_process.c", to: program)
    #expect(compiled.code == 0, "\(compiled.output)")
    let outcome = try await BuiltLibrary.shell("'\(program)' \(lack) '\(segment.name)'")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.lines.last == "0 claims do not hold")
    expectSound(segment)
  }
}
