internal import CLinux
internal import Glibc

/// What `fstat` says of an object, as far as it matters here.
struct ObjectStatus: Sendable {
  var device: UInt64
  var inode: UInt64
  var owner: UInt32
  var byteCount: Int
  var allocatedByteCount: Int
  /// The file's type, as `S_IFMT` masks it.
  var type: UInt32

  var isRegularFile: Bool { type == S_IFREG }
}

/// An open POSIX shared-memory object: on Linux a file under /dev/shm. Closes its descriptor when it goes.
///
/// We open the file ourselves, where `shm_open` would do the same, because an unnamed object
/// (`O_TMPFILE`, see `createUnnamed`) and the swap of two names have no `shm_` form.
final class SharedMemoryObject: Sendable {
  static let directory = "/dev/shm"
  let descriptor: Int32
  private let device: UInt64
  private let inode: UInt64
  /// As they were when it was opened.
  private let permissions: UInt32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
    var buffer = stat()
    // A descriptor just opened: fails only for want of kernel memory, and then nothing will match.
    unsafe fstat(descriptor, &buffer)
    device = UInt64(buffer.st_dev)
    inode = UInt64(buffer.st_ino)
    permissions = UInt32(buffer.st_mode) & 0o7777
  }

  /// Makes sure that the descriptor still is this object's: a daemon that closes all it does not know may
  /// have closed it, and the number may belong to any file by now.
  private func requireOwnDescriptor() throws(SystemFailure) {
    let status = try status()
    guard status.device == device, status.inode == inode else {
      throw SystemFailure(call: "fstat", errno: EBADF)
    }
  }

  deinit { close(descriptor) }

  static func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// Opens an existing object. Does not follow a symbolic link, does not wait on a FIFO.
  ///
  /// What is no regular file is not even opened: to open a FIFO wakes whoever waits at its other end, to open
  /// a device may do anything.
  static func open(name: String, writable: Bool) throws(SystemFailure) -> SharedMemoryObject {
    switch try status(name: name).type {
    case S_IFREG: break
    case S_IFLNK: throw SystemFailure(call: "open", errno: ELOOP)
    case S_IFDIR: throw SystemFailure(call: "open", errno: EISDIR)
    default: throw SystemFailure(call: "open", errno: ENXIO)
    }
    let flags = (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let path = path(name)
    return SharedMemoryObject(
      descriptor: try aboveStandard(try SystemCall.check("open") { unsafe Glibc.open(path, flags) }))
  }

  /// The descriptor under a number above 2. Where a process runs without standard streams, the kernel gives theirs to the
  /// next file it opens; and whoever then writes a line to stderr would write it over the header. (Between the two calls here
  /// another thread still could.)
  private static func aboveStandard(_ descriptor: Int32) throws(SystemFailure) -> Int32 {
    if descriptor > STDERR_FILENO { return descriptor }
    defer { close(descriptor) }
    do throws(SystemFailure) {
      return try SystemCall.check("fcntl") { fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) }
    } catch {
      // What fcntl says where no number above 2 is allowed at all.
      throw error.errno == EINVAL ? SystemFailure(call: error.call, errno: EMFILE) : error
    }
  }

  /// Makes an object that has no name yet, of a size that is all hole.
  static func createUnnamed(byteCount: Int, permissions: UInt32) throws(SystemFailure) -> SharedMemoryObject {
    try requireFileSize(byteCount)
    let flags = shim_O_TMPFILE | O_RDWR | O_CLOEXEC
    let object = SharedMemoryObject(
      descriptor: try aboveStandard(
        try SystemCall.check("open O_TMPFILE") { unsafe Glibc.open(directory, flags, mode_t(permissions)) }))
    if object.permissions != permissions {
      try SystemCall.check("fchmod") { fchmod(object.descriptor, mode_t(permissions)) }
    }
    try SystemCall.check("ftruncate") { ftruncate(object.descriptor, byteCount) }
    return object
  }

  /// `ftruncate` beyond RLIMIT_FSIZE raises SIGXFSZ, which by default kills: ask first.
  private static func requireFileSize(_ byteCount: Int) throws(SystemFailure) {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    if limit.rlim_cur != rlim_t.max, rlim_t(byteCount) > limit.rlim_cur {
      throw SystemFailure(call: "ftruncate", errno: EFBIG)
    }
  }

  /// Gives the object a name; fails with EEXIST where there is one of that name.
  func link(name: String) throws(SystemFailure) {
    let path = Self.path(name)
    do {
      try SystemCall.check("linkat") { unsafe linkat(descriptor, "", AT_FDCWD, path, shim_AT_EMPTY_PATH) }
    } catch {
      // A kernel before 6.10, which allows that to a privileged process alone.
      guard error.errno == ENOENT else { throw error }
      let own = "/proc/self/fd/\(descriptor)"
      try SystemCall.check("linkat") { unsafe linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) }
    }
  }

  /// Swaps what two names lead to, in one step.
  static func exchange(_ a: String, _ b: String) throws(SystemFailure) {
    let (a, b) = (path(a), path(b))
    try SystemCall.check("renameat2") { unsafe shim_rename_exchange(AT_FDCWD, a, b) }
  }

  /// Removes a name. Whoever has the object open or mapped keeps it.
  static func unlink(name: String) throws(SystemFailure) {
    let path = path(name)
    try SystemCall.check("unlink") { unsafe Glibc.unlink(path) }
  }

  /// Takes the exclusive advisory lock that goes with the open file, if nobody has it.
  func tryAdvisoryLock() -> Bool {
    (try? SystemCall.check("flock") { flock(descriptor, LOCK_EX | LOCK_NB) }) != nil
  }

  /// Gives that lock back, also for processes that have inherited the open file.
  func releaseAdvisoryLock() { _ = flock(descriptor, LOCK_UN) }

  func status() throws(SystemFailure) -> ObjectStatus {
    var buffer = stat()
    try SystemCall.check("fstat") { unsafe fstat(descriptor, &buffer) }
    return ObjectStatus(buffer)
  }

  /// What a name leads to now; a symbolic link is not followed.
  static func status(name: String) throws(SystemFailure) -> ObjectStatus {
    var buffer = stat()
    let path = path(name)
    try SystemCall.check("lstat") { unsafe lstat(path, &buffer) }
    return ObjectStatus(buffer)
  }

  /// Reads bytes without mapping them: never allocates a page of a hole. Shorter at the end of the object.
  func read(at offset: Int, byteCount: Int) throws(SystemFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    // The buffer is the array's own memory, for the length of the call.
    let outcome = unsafe bytes.withUnsafeMutableBytes { buffer -> Result<Int, SystemFailure> in
      do throws(SystemFailure) { return .success(try unsafe read(at: offset, into: buffer)) } catch {
        return .failure(error)
      }
    }
    bytes.removeLast(byteCount - (try outcome.get()))
    return bytes
  }

  /// The same into a buffer; returns how many bytes there were.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SystemFailure) -> Int {
    // No more than the buffer has.
    try SystemCall.check("pread") { unsafe pread(descriptor, buffer.baseAddress, buffer.count, offset) }
  }

  /// Allocates pages, so that touching them later cannot fail for want of room. Whoever fails gives
  /// back with `release` what it got so far.
  ///
  /// In pieces: the kernel undoes a call that a signal interrupts, so that a timer would interrupt one
  /// large call for ever. A piece starts at 1 MiB (well under 1 ms) and is halved at each interruption.
  func allocate(at offset: Int, byteCount: Int) throws(SystemFailure) {
    try requireOwnDescriptor()
    var piece = 1 << 20
    var done = 0
    while done < byteCount {
      let count = min(piece, byteCount - done)
      switch posix_fallocate(descriptor, offset + done, count) {
      case 0: done += count
      case EINTR: piece = max(SegmentFormat.pageByteCount, piece / 2)
      // tmpfs says ENOMEM where a memory cgroup has no room: to the caller the same as a full disk.
      case ENOMEM: throw SystemFailure(call: "posix_fallocate", errno: ENOSPC)
      case let code: throw SystemFailure(call: "posix_fallocate", errno: code)
      }
    }
  }

  /// Gives pages back that nobody ever had a watermark for. Failing to is no harm.
  func release(at offset: Int, byteCount: Int) {
    guard (try? requireOwnDescriptor()) != nil else { return }
    _ = try? SystemCall.check("fallocate") { shim_punch_hole(descriptor, Int64(offset), Int64(byteCount)) }
  }

  /// The first offset at or after `offset` that is a hole. A page that is allocated, but was never
  /// written or populated, counts as a hole.
  func firstHole(from offset: Int) throws(SystemFailure) -> Int {
    try requireOwnDescriptor()
    return try SystemCall.check("lseek") { lseek(descriptor, offset, shim_SEEK_HOLE) }
  }

  /// Free and total bytes of the file system that holds all objects.
  static func fileSystem() -> (free: Int, total: Int) {
    var buffer = statvfs()
    guard unsafe statvfs(directory, &buffer) == 0 else { return (0, 0) }
    let unit = Int(clamping: buffer.f_frsize)
    return (
      unit.multipliedReportingOverflow(by: Int(clamping: buffer.f_bavail)).partialValue,
      unit.multipliedReportingOverflow(by: Int(clamping: buffer.f_blocks)).partialValue
    )
  }

  /// The names in the directory, in no order.
  static func names() throws(SystemFailure) -> [String] {
    guard let stream = unsafe opendir(directory) else { throw SystemFailure(call: "opendir", errno: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // d_name is NUL-terminated; entry stays valid until the next readdir of this stream.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}

extension ObjectStatus {
  fileprivate init(_ buffer: stat) {
    device = UInt64(buffer.st_dev)
    inode = UInt64(buffer.st_ino)
    owner = buffer.st_uid
    byteCount = Int(buffer.st_size)
    allocatedByteCount = Int(buffer.st_blocks) * 512
    type = buffer.st_mode & S_IFMT
  }
}
