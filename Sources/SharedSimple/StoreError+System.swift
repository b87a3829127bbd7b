internal import Glibc

extension StoreError {
  /// What a failed system call means for who wanted to open, make or grow a segment.
  init(_ failure: SystemFailure, name: String, needed: Int = 0) {
    switch failure.errno {
    case ENOMEM where failure.call.description == "mmap": self = .noAddressSpace(name: name, needed: needed)
    // Files and names have a limit of their own, which no number of bytes is about.
    case ENOSPC where ["open O_TMPFILE", "linkat"].contains(failure.call.description):
      self = .system(name: name, call: "\(failure.call)", errno: failure.errno)
    case ENOSPC, EDQUOT, EFBIG, ENOMEM:
      self = .noSpace(
        name: name, needed: needed, free: SharedMemoryObject.fileSystem().free, errno: failure.errno)
    case EACCES, EPERM, EROFS:
      self = .permissionDenied(name: name, call: "\(failure.call)", errno: failure.errno)
    case ENOENT where failure.isAboutName: self = .notFound(name: name)
    case ELOOP where failure.isAboutName: self = .notASegment(name: name, reason: "it is a symbolic link")
    case EISDIR where failure.isAboutName: self = .notASegment(name: name, reason: "it is a directory")
    case ENXIO where failure.isAboutName:
      self = .notASegment(name: name, reason: "it is a FIFO, a socket or a device")
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

extension SystemFailure {
  /// Whether the call was given the segment's name, so that its error speaks of what the name leads to.
  fileprivate var isAboutName: Bool { ["open", "unlink", "lstat"].contains(call.description) }
}
