internal import CLinux
internal import Glibc

/// Who a process is: a pid alone is not enough, because pids are used again and differ by namespace.
struct ProcessIdentity: Sendable, Equatable {
  var pid: Int32
  /// Clock ticks from boot to its start; 0 if /proc cannot say.
  var startTime: UInt64
  /// Inode of its pid namespace; 0 if /proc cannot say.
  var pidNamespace: UInt64
  /// Its command name, at most 15 bytes.
  var name: [UInt8]

  /// The calling process. Reads three small files of /proc.
  static func current() -> ProcessIdentity {
    let status = ProcessStatus.read(pid: getpid())
    return ProcessIdentity(
      pid: getpid(), startTime: status?.startTime ?? 0, pidNamespace: ownNamespace(),
      name: status?.name ?? [])
  }

  /// The inode of the caller's pid namespace.
  static func ownNamespace() -> UInt64 {
    var buffer = stat()
    return unsafe stat("/proc/self/ns/pid", &buffer) == 0 ? UInt64(buffer.st_ino) : 0
  }
}

/// What /proc/PID/stat says. Of other processes nothing else is read: cmdline, environ and maps can hang.
struct ProcessStatus: Sendable {
  var name: [UInt8]
  /// The state letter: R, S, D, T, t, Z, X, …
  var state: UInt8
  var startTime: UInt64

  /// Reads it; `nil` where there is no such process.
  static func read(pid: Int32) -> ProcessStatus? {
    guard pid > 0 else { return nil }
    let descriptor = unsafe open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let line = unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      // The buffer has 1024 bytes; the line has at most some 400.
      count = max(0, unsafe Glibc.read(descriptor, buffer.baseAddress, 1024))
    }
    return ProcessStatus(line: line)
  }

  /// Whether a process has ended, be it a zombie.
  static func isGone(pid: Int32) -> Bool {
    guard let status = read(pid: pid) else { return true }
    return status.state == UInt8(ascii: "Z") || status.state == UInt8(ascii: "X")
  }

  /// Whether a thread, by its id, is one of a process.
  static func isThread(_ thread: Int32, of pid: Int32) -> Bool {
    guard pid > 0 else { return false }
    return unsafe access("/proc/\(pid)/task/\(thread)", F_OK) == 0
  }

  /// `pid (name) state ppid …`; the name may hold spaces and parentheses, so the last one ends it.
  init?(line: [UInt8]) {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    let fields = line[(close + 1)...].split(separator: UInt8(ascii: " "))
    // Fields are counted from 1 in proc(5): state is 3, starttime 22.
    guard fields.count > 19, let state = fields[0].first,
      let start = UInt64(String(decoding: fields[19], as: UTF8.self))
    else { return nil }
    name = Array(line[(open + 1)..<close])
    self.state = state
    startTime = start
  }
}

extension ProcessLiveness {
  /// Judges a process by its identity, from within a pid namespace.
  static func judge(pid: Int32, startTime: UInt64, pidNamespace: UInt64, seenFrom own: UInt64)
    -> ProcessLiveness
  {
    guard own != 0, pidNamespace == own else { return .unknown }
    guard let status = ProcessStatus.read(pid: pid) else {
      return kill(pid, 0) == -1 && errno == ESRCH ? .dead : .unknown
    }
    if startTime != 0, status.startTime != startTime { return .dead }
    switch status.state {
    case UInt8(ascii: "Z"), UInt8(ascii: "X"), UInt8(ascii: "x"): return .dead
    case UInt8(ascii: "T"), UInt8(ascii: "t"): return .stopped
    case UInt8(ascii: "D"): return .blocked
    default: return .running
    }
  }
}
