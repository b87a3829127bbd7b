import Glibc

/// A segment taken apart: its size, and the pieces of it that are not holes.
///
///     word 0         the object's size
///     word 1         the number of entries it holds
///     word 2         the size of the header
///     then, piece after piece: offset, length, the bytes
struct SegmentImage {
  let byteCount: Int
  let entryCount: Int
  let headerByteCount: Int
  private var pieces: [(offset: Int, bytes: [UInt8])] = []

  init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var bytes = [UInt8](repeating: 0, count: size)
    guard size >= 24, pread(descriptor, &bytes, size, 0) == size else { return nil }
    func word(_ offset: Int) -> Int {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Int.self) }
    }
    byteCount = word(0)
    entryCount = word(8)
    headerByteCount = word(16)
    var position = 24
    while position + 16 <= size {
      let length = word(position + 8)
      guard position + 16 + length <= size else { return nil }
      pieces.append((word(position), Array(bytes[position + 16..<position + 16 + length])))
      position += 16 + length
    }
  }

  /// The byte at an offset of the object; 0 in a hole.
  func byte(at offset: Int) -> UInt8 {
    for piece in pieces where piece.offset <= offset && offset < piece.offset + piece.bytes.count {
      return piece.bytes[offset - piece.offset]
    }
    return 0
  }

  /// The offsets of all words from one on that hold something: damage to unused memory is none.
  func wordOffsets(from first: Int) -> [Int] {
    pieces.flatMap { piece in
      stride(from: 0, to: piece.bytes.count - 7, by: 8)
        .filter { start in piece.bytes[start..<start + 8].contains { $0 != 0 } }
        .map { piece.offset + $0 }
        .filter { $0 >= first }
    }
  }

  /// Makes a new object of the name, with some bytes other than they were.
  func lay(down name: String, marks: [(offset: Int, bytes: [UInt8])]) throws {
    let path = "/dev/shm/\(name)"
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, byteCount) == 0 else {
      throw Request.Misspelt(complaint: "the copy could not be made: errno \(errno)")
    }
    defer { close(descriptor) }
    for piece in pieces + marks {
      guard pwrite(descriptor, piece.bytes, piece.bytes.count, piece.offset) == piece.bytes.count else {
        throw Request.Misspelt(complaint: "the copy could not be written: errno \(errno)")
      }
    }
  }
}
