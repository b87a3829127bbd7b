internal import Glibc

extension StoreError {
  /// What a failed system call means for who wanted to open, make or grow a segment.
  init(_ failure: SystemFailure, name: String, needed: Int = 0) {
    switch failure.errno {
    case ENOSPC, EDQUOT, EFBIG, ENOMEM:
      self = .noSpace(
        name: name, needed: needed, free: SharedMemoryObject.fileSystem().free, errno: failure.errno)
    case EACCES, EPERM, EROFS:
      self = .permissionDenied(name: name, call: "\(failure.call)", errno: failure.errno)
    case ENOENT: self = .notFound(name: name)
    case ELOOP: self = .notASegment(name: name, reason: "it is a symbolic link")
    case EISDIR: self = .notASegment(name: name, reason: "it is a directory")
    case ENXIO: self = .notASegment(name: name, reason: "it is a FIFO, a socket or a device")
    case ENAMETOOLONG: self = .invalidName(name: name, reason: "the file system finds it too long")
    default: self = .system(name: name, call: "\(failure.call)", errno: failure.errno)
    }
  }

  /// Runs system calls; their failures become the error an operator can act on.
  static func wrapping<R>(
    _ name: String, needed: Int = 0, _ body: () throws(SystemFailure) -> R
  ) throws(StoreError) -> R {
    do throws(SystemFailure) {
      return try body()
    } catch {
      throw StoreError(error, name: name, needed: needed)
    }
  }
}
