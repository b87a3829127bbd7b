internal import CLinux
internal import Glibc

/// The one object that all inputs of this process are laid down in, changed as a plain file.
///
/// Beyond `limit` nothing is written: an input may claim what it likes, but has no more than the reservation.
final class FuzzedObject {
  let name = "shmtop-fuzz-\(getpid())"
  private let descriptor: Int32
  private var limit = 0

  init() {
    descriptor = open("/dev/shm/\(name)", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "/dev/shm takes no object")
  }

  deinit { remove() }

  func remove() { unlink("/dev/shm/\(name)") }

  /// Makes it a base image, and nothing else.
  func reset(to base: BaseImage) {
    limit = base.geometry.reservation
    ftruncate(descriptor, 0)
    ftruncate(descriptor, limit)
    for (offset, bytes) in base.pieces { pwrite(descriptor, bytes, bytes.count, offset) }
  }

  func write(_ bytes: some Collection<UInt8>, at offset: Int) {
    let bytes = Array(bytes.prefix(max(0, limit - offset)))
    pwrite(descriptor, bytes, bytes.count, offset)
  }

  func write(_ word: UInt64, at offset: Int) {
    write(withUnsafeBytes(of: word.littleEndian) { Array($0) }, at: offset)
  }

  /// A word, 0 behind the end.
  func word(at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    return pread(descriptor, &word, 8, offset) == 8 ? UInt64(littleEndian: word) : 0
  }

  func resize(to byteCount: Int) { ftruncate(descriptor, byteCount) }

  func punch(page: Int) { _ = shim_punch_hole(descriptor, Int64(page) * 4096, 4096) }

  /// Makes a page present without changing it.
  func populate(page: Int) {
    var byte: UInt8 = 0
    pread(descriptor, &byte, 1, page * 4096)
    if page * 4096 < limit { pwrite(descriptor, &byte, 1, page * 4096) }
  }

  func fitChecksum() {
    typealias I = SegmentFormat.Identity
    let words = stride(from: 0, to: I.checksum, by: 8).map { word(at: $0) }
    write(FNV1a.hash(words), at: I.checksum)
  }

  /// As "A BATCH" in SegmentFormat has it.
  func fitBatchChecksum(heapStart: Int) {
    let record = RecordNumber(rawValue: UInt32(truncatingIfNeeded: word(at: SegmentFormat.batch)))
    let list = heapStart + record.byteOffset
    let count = word(at: list + 16)
    // More entries than this are not in any input.
    let entries = (0..<Int(min(count, 64)) * 2).map { word(at: list + 32 + 8 * $0) }
    let table = word(at: SegmentFormat.tableWord) & ~TableWord.retiredBit
    write(FNV1a.hash([table, count] + entries), at: list + 24)
  }

  /// Lays down the mutex. Its own bytes are never the fuzzer's but for the kind: glibc follows the pointers in
  /// a mutex, and writers trust each other that far.
  func leave(_ state: BaseImage.MutexState) {
    let offset = SegmentFormat.mutex
    let kind = word(at: offset + 16)
    for word in 0..<5 { write(0 as UInt64, at: offset + word * 8) }
    // The lock word, its owner and number of users, and the kind, as glibc on x86-64 has them.
    switch state {
    case .free: break
    case .ownerDied:
      write(0x4000_0000 as UInt64, at: offset)
      write(UInt64(BaseImage.deadThread) | 1 << 32, at: offset + 8)
    case .unrecoverable: write(0x7FFF_FFFE << 32 as UInt64, at: offset + 8 - 4)
    }
    write(kind, at: offset + 16)
  }

  /// The pages that are there.
  var pages: Set<Int> {
    var pages: Set<Int> = []
    var position = 0
    while true {
      // SEEK_DATA hides behind _GNU_SOURCE.
      let start = Int(lseek(descriptor, position, 3))
      guard start >= 0 else { return pages }
      position = Int(lseek(descriptor, start, shim_SEEK_HOLE))
      pages.formUnion(start / 4096..<(position + 4095) / 4096)
    }
  }

  /// Bytes that the system has allocated to it.
  var allocated: Int {
    var status = stat()
    fstat(descriptor, &status)
    return Int(status.st_blocks) * 512
  }
}
