import Glibc
import ShmtopKit

/// A recording that is being written.
///
/// A record is one write to the end of the file, so that a writer that is killed leaves a part of a record at the
/// worst. What the file system refuses ends the recording and nothing else.
final class RecordingWriter {
  let path: String
  private var descriptor: Int32
  /// Where the last whole record ends.
  private var length = 0

  /// Creates the file, for its owner alone: values may be secrets. A file that is there already is left alone;
  /// a pipe or a device is written to.
  init(_ path: String) throws {
    self.path = path
    var status = stat()
    let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    let flags = O_WRONLY | O_APPEND | O_CLOEXEC | (isSpecial ? 0 : O_CREAT | O_EXCL)
    descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else {
      throw errno == EEXIST
        ? Failure(.wrongUsage, "“\(path)” is there already, and is not recorded over: say another name.")
        : Failure(.systemRefused, "“\(path)” cannot be recorded to: \(String(cString: strerror(errno))).")
    }
    if let sentence = write(Recording.header) { throw Failure(.systemRefused, Sentence(sentence)) }
  }

  deinit { end() }

  /// Whether it goes on.
  var isOpen: Bool { descriptor >= 0 }

  /// Writes a body as the next record.
  ///
  /// - Returns: nil; once, why the recording has ended.
  func append(_ body: [UInt8]) -> String? { write(Recording.record(body)) }

  private func write(_ bytes: [UInt8]) -> String? {
    guard descriptor >= 0 else { return nil }
    if let code = writeAll(bytes, to: descriptor) {
      // A part of a record would say that more was to come.
      ftruncate(descriptor, length)
      end()
      let reason = String(cString: strerror(code))
      return "The recording has ended: “\(path)” cannot be written: \(reason). What it has so far is good."
    }
    length += bytes.count
    return nil
  }

  private func end() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
