import Glibc
import Synchronization

/// A file in /tmp with a name of its own, gone at the end; an agent leaves numbers in it that outlive it.
public final class ScratchFile: Sendable {
  public let path: String

  private static let taken = Atomic<Int>(0)

  /// Makes a file of zero bytes.
  public init(byteCount: Int = 4096) {
    let number = Self.taken.wrappingAdd(1, ordering: .relaxed).newValue
    path = "/tmp/shmtop-test-\(getpid())-\(number)"
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    precondition(descriptor >= 0 && ftruncate(descriptor, byteCount) == 0, "/tmp takes no file")
    fchmod(descriptor, 0o666)
    Glibc.close(descriptor)
  }

  deinit { Glibc.unlink(path) }

  /// The 64-bit word of this index.
  public func word(_ index: Int) -> UInt64 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    defer { Glibc.close(descriptor) }
    var word: UInt64 = 0
    let count = pread(descriptor, &word, 8, index * 8)
    precondition(count == 8, "the scratch file has no word \(index)")
    return word
  }
}
