import Glibc
import SharedSimple
import ShmtopKit

/// Writes entries to a file, a line each as `shmtop dump` does. A file that is not finished is taken away.
struct FileTask {
  let seen: SeenEntries
  /// As it was typed.
  let file: String
  private let path: String
  /// What is written to: beside the file, where that is to be written over.
  private let workPath: String
  private let descriptor: Int32
  private let json = JSONLines()
  private var buffer: [UInt8] = []
  private var position = 0
  private var gone = 0

  /// Bytes that are written at once.
  private static let bufferLimit = 64 << 10

  /// Creates the file.
  ///
  /// - Throws: the outcome, where that does not work.
  init(_ seen: SeenEntries, file: String, overwrites: Bool) throws(Ended) {
    self.seen = seen
    self.file = file
    let home = getenv("HOME").map { String(cString: $0) }
    path = file.hasPrefix("~/") && home != nil ? home! + file.dropFirst() : file
    workPath = overwrites ? "\(path).\(getpid())" : path
    descriptor = open(workPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      throw Ended(outcome: errno == EEXIST && !overwrites ? .exists : .failed(Self.reason(file)))
    }
  }

  struct Ended: Error { let outcome: FileOutcome }

  var progress: BulkProgress { BulkProgress(.write, done: position, total: seen.count) }

  /// Writes the next entry.
  ///
  /// - Returns: What came of the file; nil while there is more.
  mutating func step(_ source: any SegmentSource) -> FileOutcome? {
    guard position < seen.count else { return finish() }
    do {
      if let entry = try source.entry(seen[position].key) {
        buffer += Array(try json.line(DumpLine(key: entry.key, value: entry.value)).utf8) + [0x0A]
      } else {
        gone += 1
      }
    } catch {
      return abandon(SafeText("\(error)").text)
    }
    position += 1
    if buffer.count >= Self.bufferLimit, !flush() { return abandon(Self.reason(file)) }
    return nil
  }

  /// Takes the unfinished file away.
  func stop() -> FileOutcome {
    close(descriptor)
    unlink(workPath)
    return .stopped
  }

  private mutating func finish() -> FileOutcome {
    guard flush(), close(descriptor) == 0 else { return abandon(Self.reason(file)) }
    guard workPath == path || rename(workPath, path) == 0 else {
      let reason = Self.reason(file)
      unlink(workPath)
      return .failed(reason)
    }
    return .done(count: seen.count - gone, gone: gone)
  }

  private func abandon(_ reason: String) -> FileOutcome {
    _ = stop()
    return .failed(reason)
  }

  private mutating func flush() -> Bool {
    if let code = writeAll(buffer, to: descriptor) {
      errno = code
      return false
    }
    buffer.removeAll(keepingCapacity: true)
    return true
  }

  private static func reason(_ file: String) -> String {
    "\(SafeText(file, limit: 40).text) cannot be written: \(String(cString: strerror(errno)))."
  }
}
