/// A segment as the Perl module makes it, and processes that work on it as the module does.
public final class OriginalApp {
  public let segment = TemporaryStore("original")
  public private(set) var processes: [AgentProcess] = []

  /// The agent written in C, beside the one in Swift.
  private static let agent = AgentProcess.executable.dropLast("StoreAgent".count) + "OriginalAgent"

  public init(processes count: Int = 1) throws {
    for number in 0..<count { try start(number == 0 ? "exclusive" : "shared") }
  }

  public var name: String { segment.name }
  public var first: AgentProcess { processes[0] }

  @discardableResult
  public func start(_ mode: String = "shared") throws -> AgentProcess {
    let process = try AgentProcess(path: String(Self.agent))
    guard case .done = try process.ask(mode, name) else { throw NotStarted() }
    processes.append(process)
    return process
  }

  public struct NotStarted: Error {}

  /// Has a process do something, and stop itself in the midst of it; returns when it is stopped.
  public func stop(_ process: AgentProcess, at place: String, in command: String...) throws {
    try process.ask("at", place, "stop")
    try process.send(command.joined(separator: " "))
    process.awaitStop()
  }

  /// The same, but it kills itself.
  public func die(_ process: AgentProcess, at place: String, in command: String...) throws {
    try process.ask("at", place, "die")
    try process.send(command.joined(separator: " "))
    process.wait()
  }

  /// Bytes of an object, changed by `body` under everybody's feet.
  public func damage(_ object: String, _ body: (inout [UInt8]) -> Void) {
    let raw = RawObject(path: "/dev/shm/\(object)")
    var bytes = raw.bytes()
    body(&bytes)
    raw.write(bytes)
  }
}
