import Glibc
import SharedSimple
import TestSupport
import Testing

@testable import shmtop

@Suite struct DemoTests {
  @Test func `three samples of a demo show work and leave nothing`() async throws {
    let outcome = try await ShmtopProgram.run("--demo", "--batch", "-n", "3", "-d", "1", "--keys", "400")
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let title = try #require(outcome.lines.first { $0.hasPrefix("shmtop ") })
    let name = try #require(title.split(separator: "  ").dropFirst().first)
    for worker in ["reader-1", "writer-1", "counter", "sessions", "slow-holder", "doomed"] {
      #expect(outcome.output.contains(" \(worker) "), "\(worker)")
    }
    #expect(outcome.output.contains("  grew from "))
    #expect(DemoRemains(of: String(name)).isEmpty)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGKILL])
  func `however it ends, nothing is left`(signal: Int32) async throws {
    let result = try await run { process, name in
      #expect(DemoRemains(of: name).processes.count >= 7)
      kill(process, signal)
    }
    #expect(result.code == (signal == SIGKILL ? -SIGKILL : 0))
    #expect(try await waitUntil { DemoRemains(of: result.name).isEmpty })
  }

  @Test func `nothing is left when the supervisor is killed as well`() async throws {
    let result = try await run { process, name in
      let supervisor = try #require(
        DemoRemains(of: name).processes.first { $0.arguments.contains("demo-supervisor") })
      kill(supervisor.pid, SIGKILL)
      kill(process, SIGKILL)
    }
    #expect(try await waitUntil { DemoRemains(of: result.name).isEmpty })
  }

  @Test func `nothing is left when a worker was stopped`() async throws {
    let result = try await run { process, name in
      let worker = try #require(DemoRemains(of: name).processes.first { $0.arguments.contains("reader-1") })
      kill(worker.pid, SIGSTOP)
      kill(process, SIGKILL)
    }
    #expect(try await waitUntil { DemoRemains(of: result.name).isEmpty })
  }

  @Test func `a killed worker is replaced`() async throws {
    let result = try await run { process, name in
      let isCounter: (DemoRemains.Process) -> Bool = { $0.arguments.contains("counter") }
      let first = try #require(DemoRemains(of: name).processes.first(where: isCounter))
      kill(first.pid, SIGKILL)
      #expect(
        try await waitUntil {
          DemoRemains(of: name).processes.contains { isCounter($0) && $0.pid != first.pid }
        })
      kill(process, SIGTERM)
    }
    #expect(DemoRemains(of: result.name).isEmpty)
  }

  @Test func `the first six workers have all habits`() {
    #expect(Set(DemoHabit.roster(6).map(\.habit)) == Set(DemoHabit.allCases))
    #expect(DemoHabit.roster(8).map(\.name).suffix(2) == ["writer-2", "reader-2"])
    #expect(DemoHabit.roster(64).allSatisfy { $0.name.utf8.count <= 16 })
  }

  /// Runs a demo until `body` has ended it, once its segment is there and its workers are at work.
  private func run(_ body: (pid_t, String) async throws -> Void) async throws -> (code: Int32, name: String) {
    var name = ""
    let outcome = try await ShmtopProgram.watch("--demo", "--batch", "-d", "0.2", "--keys", "200") {
      guard name.isEmpty, $1.contains("counter") else { return }
      name = "shmtop-demo-\($0)"
      try await body($0, name)
    }
    return (outcome.code, name)
  }
}

/// What there is of a demo: its segment, and processes that have its name among their arguments.
struct DemoRemains {
  struct Process {
    let pid: pid_t
    let arguments: [String]
  }
  let hasSegment: Bool
  let processes: [Process]

  var isEmpty: Bool { !hasSegment && processes.isEmpty }

  init(of name: String) {
    hasSegment = access("/dev/shm/\(name)", F_OK) == 0
    var processes: [Process] = []
    if let directory = opendir("/proc") {
      while let entry = readdir(directory) {
        let file = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let pid = pid_t(file) else { continue }
        let arguments = Self.arguments(of: pid)
        if arguments.contains(name) { processes.append(Process(pid: pid, arguments: arguments)) }
      }
      closedir(directory)
    }
    self.processes = processes
  }

  private static func arguments(of pid: pid_t) -> [String] {
    let file = open("/proc/\(pid)/cmdline", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    return bytes.prefix(max(0, count)).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
