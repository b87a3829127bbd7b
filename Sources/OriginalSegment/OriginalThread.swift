internal import CLinux
internal import Glibc

/// A thread, by its id: who it belongs to and how it is.
public struct OriginalThread: Sendable, Hashable {
  public var id: Int32
  /// The process it belongs to; the thread's own id where that cannot be known.
  public var process: Int32
  /// The name of its process; empty where it is gone.
  public var name: [UInt8] = []
  public var state: State

  public enum State: Sendable, Hashable {
    case running, sleeping, stopped, blocked
    case gone
    /// It cannot be known from here: the app lives in another pid namespace.
    case unknown
  }

  /// Looks it up in /proc.
  public init(_ id: Int32) {
    self.id = id
    process = Self.process(of: id) ?? id
    guard let line = ProcFile.read("/proc/\(id)/stat"), let open = line.firstIndex(of: UInt8(ascii: "(")),
      let close = line.lastIndex(of: UInt8(ascii: ")")), open < close, close + 2 < line.count
    else {
      state = kill(id, 0) == -1 && errno == ESRCH ? .gone : .unknown
      return
    }
    name = Array(line[(open + 1)..<close])
    switch line[close + 2] {
    case UInt8(ascii: "Z"), UInt8(ascii: "X"), UInt8(ascii: "x"): state = .gone
    case UInt8(ascii: "T"), UInt8(ascii: "t"): state = .stopped
    case UInt8(ascii: "D"): state = .blocked
    case UInt8(ascii: "S"): state = .sleeping
    default: state = .running
    }
  }
}

extension OriginalThread {
  /// The line `Tgid:` of its status.
  private static func process(of id: Int32) -> Int32? {
    guard let status = ProcFile.read("/proc/\(id)/status") else { return nil }
    for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: "Tgid:".utf8) {
      return Int32(String(decoding: line.dropFirst(5).filter { $0 > 0x20 }, as: UTF8.self))
    }
    return nil
  }
}

/// Small files below /proc.
enum ProcFile {
  /// The whole file; `nil` where it may not be read or is not there.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      // Into our own array, as many bytes as it has.
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes += buffer.prefix(count)
    }
  }

  /// Names in a folder that are numbers.
  static func numbers(in folder: String) -> [Int32] { names(in: folder).compactMap { Int32($0) } }

  /// Names in a folder.
  static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    // readdir's entry is valid until the next call; its name ends with a NUL.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      names.append(name)
    }
    return names
  }
}
