internal import CLinux
internal import Glibc

/// The two objects of a segment, opened for reading; nothing is mapped.
final class OriginalObjects {
  let name: String
  let control: Int32
  let data: Int32
  let identity: OriginalIdentity

  /// What the module puts behind the name of the control object.
  static let dataSuffix = "_data"

  /// Opens what the name leads to now.
  init(_ name: String) throws(OriginalError) {
    self.name = name
    try Self.validate(name)
    if let control = Self.controlName(ofData: name) {
      guard Self.isNamed(control) else { throw .controlMissing(name: control, data: name) }
      throw .dataOfAnother(name: name, control: control)
    }
    let control: Int32
    do throws(OriginalError) {
      control = try Self.open(name, of: name)
    } catch .notFound {
      let data = name + Self.dataSuffix
      throw Self.isNamed(data) ? .controlMissing(name: name, data: data) : .notFound(name: name)
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
      owner: first.st_uid, dataOwner: second.st_uid)
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

  /// Whether an object is laid out as the data of a segment.
  static func isData(_ object: String) -> Bool {
    guard let descriptor = try? open(object, of: object) else { return false }
    defer { Glibc.close(descriptor) }
    guard let header = try? header(descriptor, of: object) else { return false }
    return header.isOfModule && header.wholeByteCount <= Int(status(descriptor).st_size)
  }

  /// The name of the control object where this is the name of its data; `nil` where it is not, by its name or by
  /// what is in it.
  private static func controlName(ofData name: String) -> String? {
    guard name.hasSuffix(dataSuffix), name.utf8.count > dataSuffix.utf8.count, !isControl(name) else {
      return nil
    }
    let control = String(name.dropLast(dataSuffix.utf8.count))
    return isControl(control) || isData(name) ? control : nil
  }

  /// Whether what a name leads to is a segment, or may be what is left of one.
  static func concerns(_ name: String) -> Bool {
    guard (try? validate(name)) != nil else { return false }
    if isData(name + dataSuffix) || controlName(ofData: name) != nil { return true }
    guard let descriptor = try? open(name, of: name) else { return false }
    defer { Glibc.close(descriptor) }
    let byteCount = Int(status(descriptor).st_size)
    if byteCount == OriginalFormat.Control.byteCount {
      // Somebody is making it, or its data's name is in it.
      let bytes = (try? read(descriptor, of: name, at: 0, byteCount: byteCount)) ?? []
      guard bytes.count == byteCount, bytes.word(OriginalFormat.Control.state) <= 2 else { return false }
      return bytes[OriginalFormat.Control.dataName] == 0 || names(data: name + dataSuffix, in: bytes)
    }
    return isOfAnotherKind(name, descriptor, byteCount)
  }

  /// Whether a control object was laid out by another kind of machine, or another C library: it names its data, but
  /// has another size.
  private static func isOfAnotherKind(_ name: String, _ control: Int32, _ byteCount: Int) -> Bool {
    guard byteCount != OriginalFormat.Control.byteCount, (256...512).contains(byteCount) else { return false }
    let bytes = (try? read(control, of: name, at: 0, byteCount: byteCount)) ?? []
    return names(data: name + dataSuffix, in: bytes)
  }

  /// Whether the name of a data object, with its NUL, stands where control objects of some kind have it.
  private static func names(data: String, in bytes: [UInt8]) -> Bool {
    let wanted = Array(data.utf8) + [0]
    return (8...24).contains { start in
      bytes.dropFirst(start).starts(with: wanted)
        || bytes.dropFirst(start).starts(with: [UInt8(ascii: "/")] + wanted)
    }
  }

  /// Names of all objects of this machine.
  static func names() -> [String] { ProcFile.names(in: "/dev/shm").sorted() }

  /// Checks what the control object must be, and gives the name of its data.
  private static func dataName(of name: String, _ control: Int32) throws(OriginalError) -> String {
    let status = status(control)
    guard status.st_mode & S_IFMT == S_IFREG else { throw .foreign(name: name, detail: "it is not a file") }
    // The module maps 312 bytes; the object has that size, or a whole page.
    guard status.st_size == OriginalFormat.Control.byteCount || status.st_size == 4096 else {
      if status.st_size == 0 { throw .settingUp(name: name) }
      if isOfAnotherKind(name, control, Int(status.st_size)) {
        throw .otherKind(
          name: name, byteCount: Int(status.st_size), expected: OriginalFormat.Control.byteCount)
      }
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
    let expected = name + dataSuffix
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
    return inode(name) == identity.control && inode(name + Self.dataSuffix) == identity.data
  }

  /// Whether the name leads anywhere.
  var isNamed: Bool { Self.isNamed(name) }

  private static func isNamed(_ object: String) -> Bool {
    var status = stat()
    // Into our own variable.
    return unsafe lstat("/dev/shm/" + object, &status) == 0
  }

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

  /// Bytes of data that the control object tells processes to map.
  var promisedByteCount: Int {
    get throws(OriginalError) {
      let bytes = try readControl(at: OriginalFormat.Control.dataByteCount, byteCount: 8)
      return bytes.count == 8 ? Int(clamping: bytes.word(0)) : 0
    }
  }

  func readControl(at offset: Int, byteCount: Int) throws(OriginalError) -> [UInt8] {
    try Self.read(control, of: name, at: offset, byteCount: byteCount)
  }

  /// Sizes and capacities; `nil` where the data object ends before them.
  func header() throws(OriginalError) -> OriginalHeader? { try Self.header(data, of: name) }

  private static func header(_ data: Int32, of name: String) throws(OriginalError) -> OriginalHeader? {
    let words = try read(data, of: name, at: 0, byteCount: OriginalFormat.Data.slots)
    return words.count == OriginalFormat.Data.slots ? OriginalHeader { words.word($0) } : nil
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
  /// The user who owns the control object, and the one who owns the data object.
  public var owner: UInt32
  public var dataOwner: UInt32

  /// The name of the data object.
  public var dataName: String { name + OriginalObjects.dataSuffix }
}

extension Array<UInt8> {
  /// Eight bytes, the least significant first. There must be as many.
  func word(_ offset: Int) -> UInt64 {
    self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
