internal import CLinux
internal import Glibc
internal import Synchronization

/// Who a process is: a pid alone is not enough, because pids are used again and differ by namespace.
struct ProcessIdentity: Sendable, Equatable {
  var pid: Int32
  /// Clock ticks from boot to its start; 0 if /proc cannot say. An exec does not change it.
  var startTime: UInt64
  /// A number of 24 bits that each exec draws anew: the same pid and start time with another one is the same
  /// process before an exec.
  var program: UInt64
  /// Inodes of its namespaces: 31..0 of pids, 63..32 of times; 0 if /proc cannot say. Elsewhere its pid
  /// means another process, or its start time another moment.
  var namespaces: UInt64
  /// Its command name, at most 15 bytes.
  var name: [UInt8]

  /// The calling process. Needs one free descriptor, to read its name and its line in /proc.
  static func current() -> ProcessIdentity {
    let namespaces = ownNamespaces()
    return ProcessIdentity(
      pid: getpid(), startTime: ownStartTime(within: namespaces), program: ownProgram, namespaces: namespaces,
      name: ownName())
  }

  /// The start time last read, and what it is true of: a process (`ForkWatch`) within its namespaces. A process can
  /// enter another namespace of times only while it has one thread, so two threads never store different ones; the
  /// number of the process is stored last, with release.
  private enum Known {
    static let startTime = Atomic<UInt64>(0)
    static let namespaces = Atomic<UInt64>(0)
    static let process = Atomic<UInt64>(0)
    /// The namespace of pids, and the number of the process it is true of.
    static let pidNamespace = Atomic<UInt64>(0)
    static let pidNamespaceProcess = Atomic<UInt64>(0)
  }

  private static func ownStartTime(within namespaces: UInt64) -> UInt64 {
    let process = ForkWatch.shared.renew()
    if Known.process.load(ordering: .acquiring) == process,
      Known.namespaces.load(ordering: .relaxed) == namespaces
    {
      return Known.startTime.load(ordering: .relaxed)
    }
    // Not by the pid: /proc may be that of another namespace, where it is somebody else's.
    guard let startTime = ProcessStatus.read(path: "/proc/self/stat")?.startTime else { return 0 }
    if namespaces != 0 {
      Known.startTime.store(startTime, ordering: .relaxed)
      Known.namespaces.store(namespaces, ordering: .relaxed)
      Known.process.store(process, ordering: .releasing)
    }
    return startTime
  }

  /// The command name of the process, which it may change: that of its first thread.
  private static func ownName() -> [UInt8] {
    if shim_gettid() == getpid() {
      // The kernel stores at most 16 bytes, of which one is a NUL.
      let name = unsafe [CChar](unsafeUninitializedCapacity: 16) { buffer, count in
        count = unsafe shim_thread_name(buffer.baseAddress) == 0 ? buffer.firstIndex(of: 0) ?? 0 : 0
      }
      return name.map { UInt8(bitPattern: $0) }
    }
    return Array(readFile("/proc/self/comm", limit: 64)?.dropLast() ?? [])
  }

  /// See `namespaces`. Also 0 where /proc numbers processes for another namespace than the caller's, as in a
  /// container that was given its host's: nothing it says of a pid is about ours.
  static func ownNamespaces() -> UInt64 {
    guard let ownPID = numberInLink("/proc/self"), ownPID == UInt64(getpid()), let pids = ownPIDNamespace()
    else { return 0 }
    // A kernel before 5.6 has no namespaces of times: 0 for everybody.
    let times = numberInLink("/proc/self/ns/time") ?? 0
    return times << 32 | pids & 0xFFFF_FFFF
  }

  /// A process is born into one and never leaves it: read once.
  private static func ownPIDNamespace() -> UInt64? {
    let process = ForkWatch.shared.renew()
    if Known.pidNamespaceProcess.load(ordering: .acquiring) == process {
      return Known.pidNamespace.load(ordering: .relaxed)
    }
    guard let namespace = numberInLink("/proc/self/ns/pid") else { return nil }
    Known.pidNamespace.store(namespace, ordering: .relaxed)
    Known.pidNamespaceProcess.store(process, ordering: .releasing)
    return namespace
  }

  /// The digits in what a symbolic link of /proc leads to: `1234`, or `pid:[4026531836]`, where they are the inode's
  /// number, which takes half as long this way as by stat(2).
  private static func numberInLink(_ path: String) -> UInt64? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer -> UInt64? in
      guard let start = buffer.baseAddress else { return nil }
      let count = unsafe readlink(path, start, buffer.count)
      guard count > 0 else { return nil }
      let bytes = unsafe buffer[..<count].map { UInt8(bitPattern: $0) }
      return UInt64(String(decoding: bytes.filter { (48...57).contains($0) }, as: UTF8.self))
    }
  }

  /// A hash of the 16 random bytes that the kernel gives each program it starts (getauxval(3)). Not a piece of
  /// them: the C library makes its guard values of them.
  private static let ownProgram: UInt64 = {
    // The kernel puts 16 bytes there, for the life of the program.
    let start = unsafe UnsafePointer<UInt8>(bitPattern: getauxval(UInt(AT_RANDOM)))
    let bytes = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : 16)
    return unsafe FNV1a.hash(bytes) >> 40
  }()
}

/// What /proc/PID/stat says. Of other processes nothing else is read: cmdline, environ and maps can hang.
struct ProcessStatus: Sendable {
  var name: [UInt8]
  /// The state letter: R, S, D, T, t, Z, X, …
  var state: UInt8
  var startTime: UInt64

  /// Reads it; `nil` where there is no such process.
  static func read(pid: Int32) -> ProcessStatus? { pid > 0 ? read(path: "/proc/\(pid)/stat") : nil }

  fileprivate static func read(path: String) -> ProcessStatus? {
    // The line has at most some 400 bytes.
    readFile(path, limit: 1024).flatMap(ProcessStatus.init(line:))
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

/// The first bytes of a file of /proc, `nil` where it cannot be opened.
private func readFile(_ path: String, limit: Int) -> [UInt8]? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  return unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
    // The buffer has that many bytes.
    count = max(0, unsafe read(descriptor, buffer.baseAddress, limit))
  }
}

extension ProcessLiveness {
  /// Judges a process by its identity, from within namespaces.
  static func judge(
    pid: Int32, startTime: UInt64, namespaces: UInt64, seenFrom own: UInt64
  ) -> ProcessLiveness {
    guard pid > 0, own != 0, namespaces == own else { return .unknown }
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
