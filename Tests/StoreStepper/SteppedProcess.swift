import CTrace
import Glibc

/// A child of the stepper that does one operation, an instruction at a time.
///
/// The child is this very program (`StoreStepper child …`). It stops itself with SIGSTOP at its marks: traced;
/// about to begin; done. ptrace answers only the thread that started the child.
final class SteppedProcess {
  let pid: pid_t
  /// Instructions made since it was about to begin.
  private(set) var stepCount = 0
  private(set) var state = State.stopped
  private var isReaped = false
  private lazy var robustListHead = trace_robust_list(pid)

  enum State: Equatable {
    /// Between two instructions of the operation.
    case stopped
    /// At the mark behind the operation.
    case done
    case exited(Int32)
    case killed(Int32)
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Starts a child and lets it come to where the operation begins.
  init(_ arguments: [String]) throws {
    var words = (["StoreStepper", "child"] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var started: pid_t = 0
    let result = posix_spawn(&started, "/proc/self/exe", nil, nil, &words, environ)
    guard result == 0 else { throw Failure(description: "the child did not start: errno \(result)") }
    pid = started
    try awaitMark("be traced")
    guard trace_until_exit(pid) == 0 else { throw Failure(description: "ptrace: errno \(errno)") }
    try begin()
  }

  /// From the mark where it stands to the one where the operation, or its next turn, begins.
  func begin() throws {
    trace_continue(pid)
    try awaitMark("begin")
    stepCount = 0
  }

  deinit { kill() }

  private func awaitMark(_ what: String) throws {
    note(try nextStatus())
    guard state == .done else { throw Failure(description: "the child was to \(what), and has \(state)") }
    state = .stopped
  }

  private func nextStatus() throws -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, WUNTRACED) < 0 {
      guard errno == EINTR else { throw Failure(description: "waitpid: errno \(errno)") }
    }
    return status
  }

  private func note(_ status: Int32) {
    if status & 0xFF == 0x7F {
      switch status >> 8 & 0xFF {
      case SIGTRAP: state = .stopped
      case SIGSTOP: state = .done
      case let signal:
        // What would end it is as good as its end; a traced process stops there.
        kill()
        state = .killed(signal)
      }
      return
    }
    isReaped = true
    state = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
  }

  /// Whether the next instruction is a system call, the only kind that changes names and holes.
  var isAtSystemCall: Bool { trace_is_at_system_call(pid) != 0 }

  /// One instruction; returns whether the operation is still under way.
  func step() throws -> Bool {
    let status = trace_step(pid)
    guard status != -1 else { throw Failure(description: "ptrace: errno \(errno)") }
    stepCount += 1
    note(status)
    return state == .stopped
  }

  /// So many instructions, or fewer where the operation ends before.
  func step(times count: Int) throws {
    for _ in 0..<count where try !step() { return }
  }

  /// On at full speed: to the mark behind the operation, or from there to the child's end.
  func goOn() throws {
    letRun()
    try comeToMark()
  }

  /// On at full speed, without waiting for where it comes to; `comeToMark` does.
  func letRun() { trace_continue(pid) }
  func comeToMark() throws { note(try nextStatus()) }

  /// No longer traced, but stopped as SIGSTOP stops any process.
  func becomeStopped() throws {
    trace_detach(pid, SIGSTOP)
    note(try nextStatus())
  }

  /// Continues a process that is not traced any more, over its marks, until it has ended.
  func resumeToEnd() throws {
    repeat {
      Glibc.kill(pid, SIGCONT)
      note(try nextStatus())
    } while !isReaped
  }

  /// SIGKILL where it stands.
  func kill() {
    guard !isReaped else { return }
    Glibc.kill(pid, SIGKILL)
    while !isReaped, let status = try? nextStatus() { note(status) }
  }

  // MARK: What the kernel would do at its death

  /// The part of a thread's robust list that is in private memory: the first entry, and the one under way.
  struct RobustList: Equatable {
    var first: UInt64
    var pending: UInt64
  }

  var robustList: RobustList {
    var words = (UInt64(0), UInt64(0), UInt64(0))
    withUnsafeMutableBytes(of: &words) { _ = trace_read(pid, robustListHead, $0.baseAddress, 24) }
    return RobustList(first: words.0, pending: words.2)
  }

  /// Addresses of the lock words that the kernel looks at when the thread dies (exit_robust_list).
  var robustLockWords: [UInt64] {
    var head = (UInt64(0), Int64(0), UInt64(0))
    withUnsafeMutableBytes(of: &head) { _ = trace_read(pid, robustListHead, $0.baseAddress, 24) }
    // The lowest bit marks priority inheritance.
    var entries: [UInt64] = []
    var entry = head.0 & ~1
    while entry != robustListHead, entry != 0, entries.count < 16 {
      if entry != head.2 & ~1 { entries.append(entry) }
      var next: UInt64 = 0
      guard trace_read(pid, entry, &next, 8) == 8 else { break }
      entry = next & ~1
    }
    if head.2 & ~1 != 0 { entries.append(head.2 & ~1) }
    return entries.map { UInt64(bitPattern: Int64(bitPattern: $0) + head.1) }
  }

  /// Which byte of which object lies at an address of the child; `nil` where it is not an object's.
  func place(of address: UInt64) -> (inode: UInt64, offset: Int)? {
    guard let text = try? fileText("/proc/\(pid)/maps") else { return nil }
    for line in text.split(separator: "\n") {
      // address perms offset dev inode path
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count >= 6 else { continue }
      let bounds = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard bounds.count == 2, (bounds[0]..<bounds[1]).contains(address),
        let offset = UInt64(fields[2], radix: 16), let inode = UInt64(fields[4])
      else { continue }
      return (inode, Int(offset + address - bounds[0]))
    }
    return nil
  }

  /// The state letter of /proc/PID/stat.
  var stateLetter: String {
    guard let text = try? fileText("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return "?" }
    return String(text[end...].dropFirst(2).prefix(1))
  }

  private func fileText(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(description: "\(path): errno \(errno)") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }
}
