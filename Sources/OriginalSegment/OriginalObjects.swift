internal import CLinux
internal import Glibc

/// The two objects of a segment, opened for reading; nothing is mapped.
final class OriginalObjects {
  let name: String
  let control: Int32
  let data: Int32
  let identity: OriginalIdentity

  /// Opens what the name leads to now.
  init(_ name: String) throws(OriginalError) {
    self.name = name
    try Self.validate(name)
    let control: Int32
    do throws(OriginalError) {
      control = try Self.open(name, of: name)
    } catch .notFound {
      let data = name + "_data"
      if (try? Self.open(data, of: name)).map({ Glibc.close($0) }) != nil {
        throw .controlMissing(name: name, data: data)
      }
      throw .notFound(name: name)
    }
    do throws(OriginalError) {
      let dataName = try Self.dataName(of: name, control)
      do throws(OriginalError) {
        data = try Self.open(dataName, of: name)
      } catch .notFound {
        throw .dataMissing(name: name, data: dataName)
      }
    } catch {
      Glibc.close(control)
      throw error
    }
    self.control = control
    let (first, second) = (Self.status(control), Self.status(data))
    identity = OriginalIdentity(
      name: name, device: UInt64(first.st_dev), control: UInt64(first.st_ino), data: UInt64(second.st_ino),
      owner: first.st_uid)
  }

  deinit {
    Glibc.close(control)
    Glibc.close(data)
  }

  /// A name of this tree's own rules: no slash, not empty, at most 255 bytes.
  private static func validate(_ name: String) throws(OriginalError) {
    let bytes = name.utf8
    guard !bytes.isEmpty, bytes.count <= 250, !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")),
      name != ".",
      name != ".."
    else { throw .foreign(name: name, detail: "a name has 1 to 250 bytes and no slash") }
  }

  /// Whether an object looks like a control object: for lists, and to tell it from a segment of this store.
  static func isControl(_ name: String) -> Bool {
    guard (try? validate(name)) != nil, let descriptor = try? open(name, of: name) else { return false }
    defer { Glibc.close(descriptor) }
    return (try? dataName(of: name, descriptor)) != nil
  }

  /// Checks what the control object must be, and gives the name of its data.
  private static func dataName(of name: String, _ control: Int32) throws(OriginalError) -> String {
    let status = status(control)
    guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign(name: name, detail: "it is not a file") }
    // The module maps 312 bytes; the object has that size, or a whole page.
    guard status.st_size == OriginalFormat.Control.byteCount || status.st_size == 4096 else {
      if status.st_size == 0 { throw .settingUp(name: name) }
      throw .foreign(
        name: name,
        detail:
          "its control object has \(status.st_size) bytes instead of \(OriginalFormat.Control.byteCount)")
    }
    let bytes = try read(control, of: name, at: 0, byteCount: OriginalFormat.Control.byteCount)
    guard bytes.count == OriginalFormat.Control.byteCount else { throw .settingUp(name: name) }
    let state = Int32(bitPattern: UInt32(truncatingIfNeeded: bytes.word(0)))
    guard (0...2).contains(state) else { throw .foreign(name: name, detail: "its state is \(state)") }
    guard state == OriginalFormat.Control.ready else { throw .settingUp(name: name) }
    let start = OriginalFormat.Control.dataName
    let text = bytes[start..<start + OriginalFormat.Control.dataNameByteCount].prefix { $0 != 0 }
    let expected = name + "_data"
    // With or without the slash that shm_open takes.
    guard Array(text) == Array(expected.utf8) || Array(text) == Array("/\(expected)".utf8) else {
      throw .foreign(name: name, detail: "it does not name “\(expected)” as its data")
    }
    return expected
  }

  private static func open(_ object: String, of name: String) throws(OriginalError) -> Int32 {
    let descriptor = unsafe Glibc.open("/dev/shm/" + object, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if descriptor >= 0 { return descriptor }
    switch errno {
    case ENOENT: throw .notFound(name: name)
    case EACCES: throw .permissionDenied(name: name, forWriting: false)
    case ELOOP: throw .foreign(name: name, detail: "it is a symbolic link")
    case let code: throw .system(name: name, call: "open", errno: code)
    }
  }

  private static func status(_ descriptor: Int32) -> stat {
    var status = stat()
    unsafe fstat(descriptor, &status)
    return status
  }

  /// Bytes of the data object now.
  var dataByteCount: Int { Int(Self.status(data).st_size) }
  /// Bytes of memory that both objects take.
  var allocated: Int { Int(Self.status(control).st_blocks + Self.status(data).st_blocks) * 512 }

  var fileSystem: (free: Int, total: Int) {
    var status = statvfs()
    // Into our own variable; zeros where the call fails.
    unsafe fstatvfs(control, &status)
    return (Int(status.f_bavail) * Int(status.f_frsize), Int(status.f_blocks) * Int(status.f_frsize))
  }

  /// Whether the name still leads to these objects.
  var isCurrent: Bool {
    func inode(_ object: String) -> UInt64? {
      var status = stat()
      return unsafe lstat("/dev/shm/" + object, &status) == 0 ? UInt64(status.st_ino) : nil
    }
    return inode(name) == identity.control && inode(name + "_data") == identity.data
  }

  /// Whether the name leads anywhere.
  var isNamed: Bool { unsafe access("/dev/shm/" + name, F_OK) == 0 }

  var mutex: OriginalMutex {
    get throws(OriginalError) {
      let bytes = try readControl(at: OriginalFormat.Control.mutex, byteCount: OriginalMutex.byteCount)
      guard bytes.count == OriginalMutex.byteCount else {
        throw .foreign(name: name, detail: "it was cut short")
      }
      return OriginalMutex(bytes: bytes)
    }
  }

  var state: Int32 {
    get throws(OriginalError) {
      let bytes = try readControl(at: OriginalFormat.Control.state, byteCount: 8)
      return bytes.count == 8 ? Int32(bitPattern: UInt32(truncatingIfNeeded: bytes.word(0))) : 0
    }
  }

  func readControl(at offset: Int, byteCount: Int) throws(OriginalError) -> [UInt8] {
    try Self.read(control, of: name, at: offset, byteCount: byteCount)
  }

  /// Bytes of the data object; fewer where it ends.
  func readData(at offset: Int, byteCount: Int) throws(OriginalError) -> [UInt8] {
    try Self.read(data, of: name, at: offset, byteCount: byteCount)
  }

  private static func read(
    _ descriptor: Int32, of name: String, at offset: Int, byteCount: Int
  ) throws(OriginalError) -> [UInt8] {
    var failure: Int32 = 0
    // pread never writes beyond what it is given, and what it returns is the number of bytes that are set.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      while count < byteCount {
        let start = unsafe buffer.baseAddress.map { unsafe $0 + count }
        let result = unsafe pread(descriptor, start, byteCount - count, off_t(offset + count))
        if result < 0 && errno == EINTR { continue }
        if result < 0 { failure = errno }
        guard result > 0 else { return }
        count += result
      }
    }
    guard failure == 0 else { throw .system(name: name, call: "pread", errno: failure) }
    return bytes
  }
}

/// Which objects a name led to when they were opened.
public struct OriginalIdentity: Sendable, Hashable, Codable {
  public var name: String
  public var device: UInt64
  /// Inodes of the two objects.
  public var control: UInt64
  public var data: UInt64
  /// The user who owns the control object.
  public var owner: UInt32
}

extension Array<UInt8> {
  /// Eight bytes, the least significant first. There must be as many.
  func word(_ offset: Int) -> UInt64 {
    self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
