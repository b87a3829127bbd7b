import Glibc
import SharedSimple
import ShmtopKit

/// The file that keeps every change made on the screen, a ``JournalLine`` each, for its owner alone.
///
/// Commands such as `shmtop put` are not kept: they are for scripts, which may make thousands of changes a second,
/// and a put that had to know the value before would not be one any more.
final class Journal {
  private var descriptor: Int32 = -1
  private let lines = JSONLines()
  /// A line may be longer by this than it seems before the change: numbers and names around the bytes.
  private static let margin = 1024

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// `$XDG_STATE_HOME/shmtop`; nil where neither that nor a home is known.
  private static var folder: String? {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let state = variable("XDG_STATE_HOME") ?? variable("HOME").map { $0 + "/.local/state" }
    return state.map { $0 + "/shmtop" }
  }

  /// Makes room for a line with that many bytes of key and values.
  ///
  /// - Returns: nil; why there is none, where the change had better not be made.
  func makeRoom(byteCount: Int) -> String? {
    do {
      try open()
      // Base64, or six characters for one.
      try reserve(byteCount * 6 + Self.margin)
      return nil
    } catch {
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
      return error.sentence.plain
    }
  }

  /// Keeps a change that has been made.
  ///
  /// - Returns: nil; why it is not kept.
  func keep(_ line: JournalLine) -> String? {
    guard descriptor >= 0, let text = try? lines.line(line) else { return "The journal is not open." }
    let bytes = Array((text + "\n").utf8)
    // One call to the end of the file: the lines of two inspectors do not mix.
    let count = write(descriptor, bytes, bytes.count)
    return count == bytes.count ? nil : reason("be written")
  }

  private func open() throws(Failure) {
    guard descriptor < 0 else { return }
    guard let folder = Self.folder else {
      throw Failure(.systemRefused, "There is no journal: neither XDG_STATE_HOME nor HOME is set.")
    }
    try makeFolder(folder)
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    descriptor = Glibc.open(folder + "/journal.jsonl", flags, 0o600)
    guard descriptor >= 0 else { throw Failure(.systemRefused, "\(reason("be opened"))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(.systemRefused, "The journal \(folder)/journal.jsonl is no file.")
    }
    if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
  }

  private func makeFolder(_ folder: String) throws(Failure) {
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/" + part
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw Failure(.systemRefused, "\(reason("be made in \(folder)"))")
      }
    }
  }

  /// Sees to it that the disk has room, so that it does not run out between the change and its line.
  private func reserve(_ byteCount: Int) throws(Failure) {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else {
      throw Failure(.systemRefused, "\(reason("be looked at"))")
    }
    let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    guard free.overflow || free.partialValue >= UInt64(byteCount) else {
      errno = ENOSPC
      throw Failure(.systemRefused, "\(reason("be written"))")
    }
  }

  private func reason(_ what: String) -> String {
    "The journal cannot \(what): \(String(cString: strerror(errno)))."
  }
}
