import FoundationEssentials
import Glibc

/// A process of this program that does one task.
///
/// It is told its task as a line of JSON, says “ready” when all is prepared, is told the instant to begin at, and
/// answers with a line of JSON. It stays, with its store open, until it is told to end or this process is gone.
final class Worker {
  private let task: WorkerTask
  private let program: Program
  private let orders: Pipe
  private let answers: Pipe
  private var unread: [UInt8] = []
  private var hasEnded = false

  init(_ task: WorkerTask, presence: Int32) throws {
    self.task = task
    let orders = try Pipe()
    let answers = try Pipe()
    (self.orders, self.answers) = (orders, answers)
    program = try EndSignals.starting {
      try Program([WorkerCommand.name], input: orders.reading, output: answers.writing, presence: presence)
    }
    Glibc.close(orders.reading)
    Glibc.close(answers.writing)
    try send(String(decoding: JSONEncoder().encode(task), as: UTF8.self))
  }

  deinit {
    if !hasEnded { kill() }
    Glibc.close(orders.writing)
    Glibc.close(answers.reading)
  }

  /// Waits until all is prepared.
  func awaitReadiness() throws {
    let line = try nextLine()
    guard line == "ready" else { throw Failure("\(task.title): \(line)") }
  }

  /// Lets it begin at an instant of the monotonic clock.
  func begin(at instant: UInt64 = 0) throws { try send(String(instant)) }

  /// Waits for its answer.
  func answer<A: Decodable>(_ type: A.Type = A.self) throws -> A {
    let line = try nextLine()
    do {
      return try JSONDecoder().decode(A.self, from: Data(line.utf8))
    } catch {
      throw Failure("\(task.title): \(line.prefix(500))")
    }
  }

  /// Lets it close its store and end.
  func end() {
    guard !hasEnded else { return }
    try? send("end")
    finish()
  }

  /// Kills it where it stands.
  func kill() {
    guard !hasEnded else { return }
    program.kill(SIGKILL)
    finish()
  }

  @discardableResult
  private func finish() -> String? {
    hasEnded = true
    let ending = program.wait()
    EndSignals.hasEnded(program)
    return ending
  }

  private func send(_ line: String) throws {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(orders.writing, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw Failure("\(task.title): its process has ended") }
      rest = rest.dropFirst(count)
    }
  }

  private func nextLine() throws -> String {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeFirst(end + 1)
        return line
      }
      // Stops hangs; no task takes a tenth of it.
      var request = pollfd(fd: answers.reading, events: Int16(POLLIN), revents: 0)
      let ready = poll(&request, 1, 600_000)
      if ready == 0 { throw Failure("\(task.title): no answer in ten minutes") }
      if ready < 0 { continue }
      let count = read(answers.reading, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        throw Failure("\(task.title): its process ended before its answer (\(finish() ?? "?"))")
      }
      unread += buffer[..<count]
    }
  }
}
