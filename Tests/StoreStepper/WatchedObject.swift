import Glibc

/// A shared-memory object as others see it while the child is stopped: did an instruction change it, and what
/// would a copy of it be?
final class WatchedObject {
  let inode: UInt64
  private let descriptor: Int32
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  /// What it held when it was looked at last, range by range of what is not hole.
  private(set) var pieces: [(range: Range<Int>, bytes: [UInt8])] = []

  /// `nil` where there is no such object, or it is empty.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    fstat(descriptor, &status)
    inode = UInt64(status.st_ino)
    byteCount = Int(status.st_size)
    guard byteCount > 0,
      let address = mmap(nil, byteCount, PROT_READ, MAP_SHARED | MAP_NORESERVE, descriptor, 0),
      address != MAP_FAILED
    else {
      close(descriptor)
      return nil
    }
    base = address
    lookForHoles()
  }

  deinit {
    munmap(base, byteCount)
    close(descriptor)
  }

  /// SEEK_DATA and SEEK_HOLE, which hide behind _GNU_SOURCE.
  private static let (seekData, seekHole): (Int32, Int32) = (3, 4)

  private var dataRanges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var position = 0
    while true {
      let start = Int(lseek(descriptor, position, Self.seekData))
      guard start >= 0 else { return ranges }
      position = Int(lseek(descriptor, start, Self.seekHole))
      ranges.append(start..<position)
    }
  }

  /// After a system call of the child; returns whether there is more to see than before.
  @discardableResult
  func lookForHoles() -> Bool {
    let ranges = dataRanges
    guard ranges != pieces.map(\.range) else { return false }
    // Reading what is data allocates nothing.
    pieces = ranges.map {
      ($0, [UInt8](UnsafeRawBufferPointer(start: base + $0.lowerBound, count: $0.count)))
    }
    return true
  }

  /// Whether anything has changed since the last call; takes the new state.
  func hasChanged() -> Bool {
    var isChanged = false
    for index in pieces.indices {
      let range = pieces[index].range
      let isSame = pieces[index].bytes.withUnsafeBytes {
        memcmp($0.baseAddress!, base + range.lowerBound, range.count) == 0
      }
      if isSame { continue }
      isChanged = true
      pieces[index].bytes.withUnsafeMutableBytes {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
      }
    }
    return isChanged
  }

  /// The 32-bit word at an offset, as it was when looked at last.
  func word(at offset: Int) -> UInt32? {
    for (range, bytes) in pieces where range.contains(offset) && range.contains(offset + 3) {
      return bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: offset - range.lowerBound, as: UInt32.self)
      }
    }
    return nil
  }

  /// Bytes that the system has allocated to it.
  var allocated: Int {
    var status = stat()
    fstat(descriptor, &status)
    return Int(status.st_blocks) * 512
  }

  /// Lays a copy down, with other lock words where `marks` say so. Pages that are allocated but
  /// hold nothing yet cannot be told from holes: where the object has such, so many of them are
  /// allocated behind the copy's last range.
  func copy(to path: String, marks: [(offset: Int, word: UInt32)]) throws {
    unlink(path)
    let copy = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard copy >= 0, ftruncate(copy, byteCount) == 0 else {
      throw SteppedProcess.Failure(description: "\(path): errno \(errno)")
    }
    defer { close(copy) }
    for (range, bytes) in pieces {
      guard pwrite(copy, bytes, bytes.count, range.lowerBound) == bytes.count else {
        throw SteppedProcess.Failure(description: "\(path): errno \(errno)")
      }
    }
    let extra = allocated - pieces.reduce(0) { $0 + $1.range.count }
    if extra > 0, let end = pieces.last?.range.upperBound {
      posix_fallocate(copy, end, min(extra, byteCount - end))
    }
    for (offset, word) in marks {
      withUnsafeBytes(of: word) { _ = pwrite(copy, $0.baseAddress, 4, offset) }
    }
  }

  /// The offsets at which the object differs from one that is there as a file; both where it is data.
  func differences(to path: String) -> [Int] {
    guard let other = WatchedObject(path: path) else { return [0] }
    guard other.pieces.map(\.range) == pieces.map(\.range) else { return [-1] }
    var offsets: [Int] = []
    for (mine, theirs) in zip(pieces, other.pieces) where mine.bytes != theirs.bytes {
      offsets += mine.bytes.indices.filter { mine.bytes[$0] != theirs.bytes[$0] }.map {
        $0 + mine.range.lowerBound
      }
    }
    return offsets
  }
}
