import Glibc

/// A shared-memory object taken as a plain file: looked at, laid down and damaged from outside.
public struct RawObject {
  /// The path in /dev/shm.
  public let path: String

  public init(_ store: TemporaryStore) { path = store.path }
  public init(path: String) { self.path = path }

  /// Whether something of this name is there.
  public var exists: Bool { access(path, F_OK) == 0 }

  /// The object's bytes, up to a limit.
  public func bytes(from offset: Int = 0, count: Int = .max) -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { Glibc.close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: max(0, min(count, size - offset)))
    let read = pread(descriptor, &bytes, bytes.count, offset)
    precondition(read == bytes.count, "the object could not be read")
    return bytes
  }

  /// Where the object is more than hole.
  public var dataRanges: [Range<Int>] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { Glibc.close(descriptor) }
    // SEEK_DATA and SEEK_HOLE, which hide behind _GNU_SOURCE.
    let (seekData, seekHole): (Int32, Int32) = (3, 4)
    var ranges: [Range<Int>] = []
    var position = 0
    while true {
      let start = Int(lseek(descriptor, position, seekData))
      guard start >= 0 else { return ranges }
      position = Int(lseek(descriptor, start, seekHole))
      ranges.append(start..<position)
    }
  }

  /// Writes over what is there, making the object if there is none.
  public func write(_ bytes: [UInt8], at offset: Int = 0) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "the object could not be opened")
    defer { Glibc.close(descriptor) }
    let written = pwrite(descriptor, bytes, bytes.count, offset)
    precondition(written == bytes.count, "the object could not be written")
  }

  /// Sets the object's size, making it if there is none.
  public func resize(_ byteCount: Int) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0 && ftruncate(descriptor, byteCount) == 0, "the object has no such size")
    Glibc.close(descriptor)
  }

  /// The object's number in the file system.
  public var inode: UInt64 { status.map { UInt64($0.st_ino) } ?? 0 }

  /// Its size.
  public var byteCount: Int { status.map { Int($0.st_size) } ?? 0 }

  /// Bytes that the system has allocated to it.
  public var allocated: Int { status.map { Int($0.st_blocks) * 512 } ?? 0 }

  /// The permission bits.
  public var permissions: UInt32 { status.map { UInt32($0.st_mode & 0o7777) } ?? 0 }

  private var status: stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }
}
