import Glibc
import Subprocess
import TestSupport
import Testing

/// Processes killed and stopped after each machine instruction of an operation, by StoreStepper; readers stopped
/// at an instruction of a read, in a /dev/shm that is full when they go on.
///
/// Debug builds make ten times the instructions of release builds: here the short operations are done whole, and
/// of what they leave a sample is examined. `StoreStepper kill` and `StoreStepper stop` in a release build do all.
@Suite(.serialized)
struct StepTests {
  /// Operations of fewer than 50,000 instructions in a debug build.
  private static let short = [
    "insert", "update-shorter", "update-equal", "update-longer", "increment", "compareAndSwap", "removeAll",
    "growth", "remove-empty", "remove-marked", "remove-run", "reinsert", "rehash", "close",
  ]

  private struct Outcome {
    let status: TerminationStatus
    let output: String
    /// The system does not allow what the stepper needs; it has said so.
    var isSkipped: Bool { status == .exited(75) }
  }

  /// Runs the stepper with a seed of this test; its output, which says the findings, is the comment.
  private static func step(_ arguments: [String], for test: String) async throws -> Outcome {
    var random = SeededGenerator(printedFor: test)
    // Built beside the agent.
    let folder = AgentProcess.executable.dropLast("/StoreAgent".count)
    let path = "\(folder):\(getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")"
    let result = try await Subprocess.run(
      .name("StoreStepper"), arguments: Arguments(arguments + ["--seed=\(random.seedOfPart())"]),
      environment: .inherit.updating(["PATH": path, "SWIFT_BACKTRACE": "enable=no"]),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let output = result.standardOutput + result.standardError
    print(output)
    return Outcome(status: result.terminationStatus, output: output)
  }

  @Test(arguments: short)
  func `Killed after each instruction of an operation, it is done or not, and the next writer goes on`(
    operation: String
  ) async throws {
    let outcome = try await Self.step(
      ["kill", operation, "--real=1", "--stride=\(Effort.factor > 1 ? 1 : 2)"], for: "kill \(operation)")
    #expect(outcome.status == .exited(0) || outcome.isSkipped, "\(outcome.output)")
  }

  @Test(arguments: ["update-longer", "remove-marked", "growth", "close"])
  func
    `Stopped after an instruction of an operation, nobody who reads waits, and who writes is told for whom`(
      operation: String
    ) async throws
  {
    let outcome = try await Self.step(
      ["stop", operation, "--real=1", "--stride=\(Effort.factor > 1 ? 1 : 2)"], for: "stop \(operation)")
    #expect(outcome.status == .exited(0) || outcome.isSkipped, "\(outcome.output)")
  }

  @Test(
    .enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"),
    arguments: ["get", "get-writable", "scan"])
  func `A reader that goes on in a full /dev/shm ends with an answer, and takes no page`(
    reading: String
  ) async throws {
    let outcome = try await Self.step(
      ["full", reading, "--samples=\(Effort.times(5))"], for: "full \(reading)")
    #expect(outcome.status == .exited(0) || outcome.isSkipped, "\(outcome.output)")
  }

  @Test func `A change that is two stores instead of one is found`() async throws {
    let outcome = try await Self.step(["kill", "torn", "--real=0"], for: "torn")
    #expect(outcome.status == .exited(1) || outcome.isSkipped, "\(outcome.output)")
    #expect(outcome.output.contains("FOUND at torn, step") || outcome.isSkipped)
  }
}
