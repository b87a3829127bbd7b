internal import CLinux
internal import Glibc

/// A writable mapping of one object, for as long as it is held: only for changes, only with the mutex held or
/// its owner dead, so that nobody cuts the object meanwhile.
@safe final class Mapped {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(_ descriptor: Int32, of name: String, byteCount: Int) throws(OriginalError) {
    // A null hint: nothing of ours is overwritten.
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw .system(name: name, call: "mmap", errno: errno)
    }
    unsafe base = address
    self.byteCount = byteCount
  }

  convenience init(_ object: String, of name: String, inode: UInt64, byteCount: Int) throws(OriginalError) {
    let descriptor = try Self.open(object, of: name, inode: inode)
    defer { close(descriptor) }
    try self.init(descriptor, of: name, byteCount: byteCount)
  }

  deinit { unsafe _ = munmap(base, byteCount) }

  /// Opens an object for writing, if it still is the one that was read.
  static func open(_ object: String, of name: String, inode: UInt64) throws(OriginalError) -> Int32 {
    let descriptor = unsafe Glibc.open("/dev/shm/" + object, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: throw .notFound(name: name)
      case EACCES, EROFS: throw .permissionDenied(name: name, forWriting: true)
      case let code: throw .system(name: name, call: "open", errno: code)
      }
    }
    var status = stat()
    unsafe fstat(descriptor, &status)
    guard status.st_ino == inode else {
      close(descriptor)
      throw .unsettled(name: name, detail: "it has been replaced meanwhile")
    }
    return descriptor
  }

  // Every offset is checked against the mapping.

  func word(_ offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset + 8 <= byteCount)
    return unsafe base.load(fromByteOffset: offset, as: UInt64.self)
  }

  func store(_ word: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset + 8 <= byteCount)
    unsafe base.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
    // Readers without the lock look in the order of these stores; on x86-64 only the compiler could change
    // it.
    shim_release_fence()
  }

  /// Replaces half a word if it still is what it was.
  func replace32(_ expected: UInt32, with desired: UInt32, at offset: Int) -> Bool {
    precondition(offset >= 0 && offset + 4 <= byteCount)
    return unsafe shim_replace((base + offset).assumingMemoryBound(to: UInt32.self), expected, desired) != 0
  }

  func bytes(_ offset: Int, _ count: Int) -> [UInt8] {
    precondition(offset >= 0 && count >= 0 && offset + count <= byteCount)
    return unsafe Array(UnsafeRawBufferPointer(start: base + offset, count: count))
  }

  func write(_ bytes: [UInt8], at offset: Int) {
    precondition(offset >= 0 && offset + bytes.count <= byteCount)
    unsafe UnsafeMutableRawBufferPointer(start: base + offset, count: bytes.count).copyBytes(from: bytes)
    shim_release_fence()
  }

  /// Frees a lock word and wakes one who waits for it.
  func freeLockWord(at offset: Int) {
    precondition(offset >= 0 && offset + 4 <= byteCount)
    unsafe shim_futex_free((base + offset).assumingMemoryBound(to: UInt32.self))
  }
}
