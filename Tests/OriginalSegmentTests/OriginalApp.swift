import Glibc
import TestSupport

/// A segment as the Perl module makes it, and processes that work on it as the module does.
final class OriginalApp {
  let segment = TemporaryStore("original")
  private(set) var processes: [AgentProcess] = []

  /// The agent written in C, beside the one in Swift.
  private static let agent = AgentProcess.executable.dropLast("StoreAgent".count) + "OriginalAgent"

  init(processes count: Int = 1) throws {
    for number in 0..<count { try start(number == 0 ? "exclusive" : "shared") }
  }

  var name: String { segment.name }
  var first: AgentProcess { processes[0] }

  @discardableResult
  func start(_ mode: String = "shared") throws -> AgentProcess {
    let process = try AgentProcess(path: String(Self.agent))
    guard case .done = try process.ask(mode, name) else { throw NotStarted() }
    processes.append(process)
    return process
  }

  struct NotStarted: Error {}

  /// Has a process do something, and stop itself in the midst of it; returns when it is stopped.
  func stop(_ process: AgentProcess, at place: String, in command: String...) throws {
    try process.ask("at", place, "stop")
    try process.send(command.joined(separator: " "))
    process.awaitStop()
  }

  /// The same, but it kills itself.
  func die(_ process: AgentProcess, at place: String, in command: String...) throws {
    try process.ask("at", place, "die")
    try process.send(command.joined(separator: " "))
    process.wait()
  }

  /// Bytes of the data object, changed by `body` under everybody's feet.
  func damage(_ object: String, _ body: (inout [UInt8]) -> Void) {
    let path = "/dev/shm/\(object)"
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    pread(descriptor, &bytes, bytes.count, 0)
    body(&bytes)
    pwrite(descriptor, bytes, bytes.count, 0)
  }
}

extension AgentProcess {
  /// Waits until the process has stopped itself.
  func awaitStop() {
    var status: Int32 = 0
    while waitpid(pid, &status, WUNTRACED) < 0 && errno == EINTR {}
  }
}
