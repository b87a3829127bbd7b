import Glibc
import ShmtopKit

/// A recording in a file.
final class RecordingFile {
  private let descriptor: Int32
  private(set) var frames: RecordedFrames

  /// Opens a recording, and goes through it up to its end or to what is damaged.
  init(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Failure(
        errno == ENOENT ? .notThere : .systemRefused,
        "“\(path)” cannot be replayed: \(String(cString: strerror(errno))).")
    }
    do {
      guard let size = Self.size(descriptor) else {
        throw Failure(.wrongUsage, "“\(path)” is no file that one can go back and forth in.")
      }
      frames = try RecordedFrames(name: path, size: size) { Self.read($0, at: $1, from: descriptor) }
      self.descriptor = descriptor
    } catch {
      close(descriptor)
      throw (error as? UsageError).map {
        Failure(.refused, "“\(path)” cannot be replayed: \($0.description).")
      } ?? error
    }
  }

  deinit { close(descriptor) }

  /// Takes what has been written since.
  ///
  /// - Returns: whether there is anything new to say.
  func grow() -> Bool { Self.size(descriptor).map { frames.grow(to: $0) } ?? false }

  /// The size of a regular file; nil of anything else.
  private static func size(_ descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status.st_size
  }

  /// So many bytes; nil where there are fewer.
  private static func read(_ count: Int, at offset: Int, from descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + filled, count - filled, offset + filled)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { return nil }
      filled += got
    }
    return bytes
  }
}
