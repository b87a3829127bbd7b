internal import CLinux
internal import Glibc

/// The processes that map an original segment, as far as one may look.
public struct OriginalProcesses: Sendable, Hashable {
  public struct Process: Sendable, Hashable {
    public var pid: Int32
    public var name: [UInt8]
    public var state: OriginalThread.State
    /// One of its threads waits in a futex, as one does that waits for the mutex.
    public var waitsInFutex: Bool
    /// It maps the data object, not only the control object.
    public var mapsData: Bool
  }

  public var processes: [Process] = []
  /// Processes whose mappings may not be read.
  public var unreadable = 0
  /// Some of them live in another pid namespace, where thread ids mean other threads.
  public var hasStrangers = false

  /// Looks through /proc. A process that hangs in the kernel can make this wait, so it belongs where waiting
  /// is harmless; some milliseconds for some hundred processes.
  public init(mapping identity: OriginalIdentity) {
    let major = UInt32(truncatingIfNeeded: identity.device >> 8 & 0xFFF)
    let minor = UInt32(truncatingIfNeeded: identity.device & 0xFF | identity.device >> 12 & 0xFFF00)
    let device = Self.hex(major) + ":" + Self.hex(minor)
    let own = Self.namespace(of: "self")
    for pid in ProcFile.numbers(in: "/proc") {
      guard let maps = ProcFile.read("/proc/\(pid)/maps") else {
        if kill(pid, 0) == 0 || errno == EPERM { unreadable += 1 }
        continue
      }
      var (mapsControl, mapsData) = (false, false)
      for line in maps.split(separator: UInt8(ascii: "\n")) {
        // address perms offset dev inode path
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
        guard fields.count >= 5, fields[3].elementsEqual(device.utf8) else { continue }
        let inode = fields[4].reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 &- UInt8(ascii: "0")) }
        if inode == identity.control { mapsControl = true }
        if inode == identity.data { mapsData = true }
      }
      guard mapsControl || mapsData else { continue }
      let thread = OriginalThread(pid)
      if let own, let theirs = Self.namespace(of: "\(pid)"), own != theirs { hasStrangers = true }
      processes.append(
        Process(
          pid: pid, name: thread.name, state: thread.state, waitsInFutex: Self.waitsInFutex(pid),
          mapsData: mapsData))
    }
    processes.sort { $0.pid < $1.pid }
  }

  private static func hex(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }

  private static func waitsInFutex(_ pid: Int32) -> Bool {
    ProcFile.numbers(in: "/proc/\(pid)/task").contains { thread in
      ProcFile.read("/proc/\(pid)/task/\(thread)/wchan")?.starts(with: "futex".utf8) ?? false
    }
  }

  private static func namespace(of process: String) -> UInt64? {
    var status = stat()
    return unsafe stat("/proc/\(process)/ns/pid", &status) == 0 ? UInt64(status.st_ino) : nil
  }
}
