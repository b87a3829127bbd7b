import CBench
import Glibc

/// tdb in memory with its robust mutexes, one for each hash chain.
///
/// Its mutexes want TDB_CLEAR_IF_FIRST: the first process that opens the file clears it, so somebody must keep it
/// open as long as others come.
final class TdbStore: Subject {
  static let file = "libtdb.so.1"

  private let open: bench_tdb_open
  private let closeFile: bench_tdb_close
  private let store: bench_tdb_store
  private let parse: bench_tdb_parse_record
  private let delete: bench_tdb_delete
  private let file: UnsafeMutableRawPointer
  private let buffer: UnsafeMutableRawPointer

  // tdb.h: CLEAR_IF_FIRST, NOSYNC, INCOMPATIBLE_HASH (the better one), MUTEX_LOCKING
  private static let flags: Int32 = 1 | 64 | 2048 | 4096

  init(_ place: Place, creates: Bool) throws {
    let library = try DynamicLibrary(Self.file)
    open = try library.function("tdb_open")
    closeFile = try library.function("tdb_close")
    store = try library.function("tdb_store")
    parse = try library.function("tdb_parse_record")
    delete = try library.function("tdb_delete")
    buffer = .allocate(byteCount: max(place.valueLimit, 64), alignment: 16)
    // A prime near 100,000: chains of ten at a million entries.
    guard let file = open(place.path, 100_003, Self.flags, creates ? O_CREAT | O_RDWR : O_RDWR, 0o600) else {
      throw Failure("tdb: \(String(cString: strerror(errno)))")
    }
    self.file = file
  }

  func put(_ key: UnsafeRawBufferPointer, _ value: Value) throws {
    if store(file, bench_tdb_data(key), bench_tdb_data(value.bytes), 0) != 0 {
      throw Failure("tdb_store failed")
    }
  }

  func get(_ key: UnsafeRawBufferPointer) -> Bool {
    let copy: bench_tdb_parser = { _, value, buffer in
      buffer?.copyMemory(from: value.data, byteCount: value.size)
      return 0
    }
    return parse(file, bench_tdb_data(key), copy, buffer) == 0
  }

  func remove(_ key: UnsafeRawBufferPointer) -> Bool { delete(file, bench_tdb_data(key)) == 0 }

  func close() { _ = closeFile(file) }
}

extension bench_tdb_data {
  init(_ bytes: UnsafeRawBufferPointer) {
    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    self.init(data: start?.assumingMemoryBound(to: UInt8.self), size: bytes.count)
  }
}
