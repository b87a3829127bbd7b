import Foundation
import FoundationXML
import Glibc
import Subprocess
import TestSupport
import Testing

@Suite struct BenchmarkTests {
  @Test func `a quick look gives a report that JSON readers take, and leaves nothing behind`() async throws {
    let run = try await Self.shmbench("--quick --largest 1000 memory open --json")
    #expect(run.code == 0, "\(run.complaint)")
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(report["schema"] as? Int == 1)
    let sections = try #require(report["sections"] as? [[String: Any]])
    #expect(sections.compactMap { $0["name"] as? String } == ["memory", "open"])
    for section in sections {
      let tables = try #require(section["tables"] as? [[String: Any]])
      #expect(!tables.isEmpty)
      for table in tables {
        let columns = try #require(table["columns"] as? [Any])
        let rows = try #require(table["rows"] as? [[String: Any]])
        #expect(!rows.isEmpty)
        for row in rows { #expect((row["values"] as? [Any])?.count == columns.count) }
      }
    }
    #expect(Self.objects(of: run.pid) == [])
  }

  @Test func `pictures are well-formed, and a page shows each of them`() async throws {
    let folder = "/tmp/shmtop-test-shmbench-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try await Self.shmbench("--quick --largest 1000 memory recovery --folder \(folder)")
    #expect(run.code == 0, "\(run.complaint)")
    let page = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
    let pictures = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".svg") }
    #expect(pictures.count == 2)
    for picture in pictures {
      #expect(page.contains("(\(picture))"))
      let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(picture)")))
      #expect(parser.parse(), "\(picture): \(parser.parserError.debugDescription)")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `whatever ends it, nothing of it stays in shared memory`(signal: Int32) async throws {
    // Without await from its start to the signal: else it may have finished before this goes on.
    let log = Self.log()
    defer { Self.remove(log) }
    let run = try AgentProcess(
      wrapper: ["bash", "-c", Self.line("--quick --largest 1000 latency scale peers", log)], path: Self.path)
    while Self.objects(of: run.pid).isEmpty {
      try #require(!run.hasEnded, "it ended before it had anything in shared memory")
      usleep(2000)
    }
    kill(run.pid, signal)
    #expect(run.wait() == .killed(signal))
    // After SIGKILL, which nobody can answer, the janitor waits for the workers, and these for the end of their task.
    if signal == SIGKILL {
      for _ in 0..<1500 where !Self.objects(of: run.pid).isEmpty {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    #expect(Self.objects(of: run.pid) == [])
  }

  private struct Outcome {
    var pid: pid_t
    var code: Int32
    var output: String
    var complaint: String
  }

  /// The program, built beside the one that test processes use.
  private static let path = String(AgentProcess.executable.dropLast("StoreAgent".count)) + "shmbench"

  /// A line of shell that becomes the program. To files: after a kill, what it had started still holds its streams.
  private static func line(_ arguments: String, _ log: String) -> String {
    "exec '\(path)' \(arguments) > '\(log)' 2> '\(log).err' < /dev/null"
  }

  private static func log() -> String { "/tmp/shmtop-test-shmbench-\(UUID().uuidString)" }
  private static func remove(_ log: String) { for name in [log, log + ".err"] { unlink(name) } }

  /// Runs the program to its end.
  private static func shmbench(_ arguments: String) async throws -> Outcome {
    let log = log()
    defer { remove(log) }
    let result = try await Subprocess.run(
      .name("bash"), arguments: ["-c", line(arguments, log)],
      environment: .inherit.updating(["SWIFT_BACKTRACE": "enable=no"]), input: .none, output: .discarded,
      error: .discarded)
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Outcome(
      pid: result.processIdentifier.value, code: code,
      output: try String(contentsOfFile: log, encoding: .utf8),
      complaint: try String(contentsOfFile: log + ".err", encoding: .utf8))
  }

  /// What bears a run's name in /dev/shm.
  private static func objects(of pid: pid_t) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
    return names.filter { $0.hasPrefix("shmbench-\(pid)-") }
  }
}
