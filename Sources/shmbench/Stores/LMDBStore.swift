import CBench
import Glibc

/// LMDB in memory: a writable map, and nothing is flushed.
final class LMDBStore: Subject {
  static let file = "liblmdb.so.0"

  private let library: Functions
  private var environment: UnsafeMutableRawPointer?
  private var table: UInt32 = 0
  /// A reading transaction, reset after each read and renewed by the next, as its manual advises.
  private var reading: UnsafeMutableRawPointer?
  private let buffer: UnsafeMutableRawPointer

  private struct Functions {
    let create: bench_mdb_env_create
    let setMapSize: bench_mdb_env_set_mapsize
    let open: bench_mdb_env_open
    let close: bench_mdb_env_close
    let begin: bench_mdb_txn_begin
    let commit: bench_mdb_txn_commit
    let abort: bench_mdb_txn_end
    let reset: bench_mdb_txn_end
    let renew: bench_mdb_txn_renew
    let openTable: bench_mdb_dbi_open
    let put: bench_mdb_put
    let get: bench_mdb_get
    let remove: bench_mdb_del
    let message: bench_mdb_strerror

    init() throws {
      let library = try DynamicLibrary(LMDBStore.file)
      create = try library.function("mdb_env_create")
      setMapSize = try library.function("mdb_env_set_mapsize")
      open = try library.function("mdb_env_open")
      close = try library.function("mdb_env_close")
      begin = try library.function("mdb_txn_begin")
      commit = try library.function("mdb_txn_commit")
      abort = try library.function("mdb_txn_abort")
      reset = try library.function("mdb_txn_reset")
      renew = try library.function("mdb_txn_renew")
      openTable = try library.function("mdb_dbi_open")
      put = try library.function("mdb_put")
      get = try library.function("mdb_get")
      remove = try library.function("mdb_del")
      message = try library.function("mdb_strerror")
    }

    func check(_ status: Int32) throws {
      if status != 0 {
        throw Failure("LMDB: " + (message(status).map { String(cString: $0) } ?? "\(status)"))
      }
    }
  }

  // lmdb.h
  private static let noSubdirectory: UInt32 = 0x4000
  private static let noSync: UInt32 = 0x10000
  private static let readOnly: UInt32 = 0x20000
  private static let noMetaSync: UInt32 = 0x40000
  private static let writeMap: UInt32 = 0x80000
  private static let notFound: Int32 = -30798

  init(_ place: Place, creates: Bool) throws {
    library = try Functions()
    buffer = .allocate(byteCount: max(place.valueLimit, 64), alignment: 16)
    try library.check(library.create(&environment))
    try library.check(library.setMapSize(environment, 2 << 30))
    let flags = Self.noSubdirectory | Self.writeMap | Self.noSync | Self.noMetaSync
    try library.check(library.open(environment, place.path, flags, 0o600))
    try writing { transaction in library.openTable(transaction, nil, 0, &table) }
  }

  private func writing(_ body: (UnsafeMutableRawPointer?) -> Int32) throws {
    var transaction: UnsafeMutableRawPointer?
    try library.check(library.begin(environment, nil, 0, &transaction))
    let status = body(transaction)
    if status == 0 {
      try library.check(library.commit(transaction))
    } else {
      library.abort(transaction)
      try library.check(status)
    }
  }

  func put(_ key: UnsafeRawBufferPointer, _ value: Value) throws {
    var keyBytes = bench_mdb_val(key)
    var valueBytes = bench_mdb_val(value.bytes)
    try writing { library.put($0, table, &keyBytes, &valueBytes, 0) }
  }

  func get(_ key: UnsafeRawBufferPointer) throws -> Bool {
    if reading == nil {
      try library.check(library.begin(environment, nil, Self.readOnly, &reading))
    } else {
      try library.check(library.renew(reading))
    }
    var keyBytes = bench_mdb_val(key)
    var value = bench_mdb_val()
    let status = library.get(reading, table, &keyBytes, &value)
    if status == 0 { buffer.copyMemory(from: value.data, byteCount: value.size) }
    library.reset(reading)
    if status == Self.notFound { return false }
    try library.check(status)
    return true
  }

  func remove(_ key: UnsafeRawBufferPointer) throws -> Bool {
    var keyBytes = bench_mdb_val(key)
    var isThere = true
    try writing { transaction in
      let status = library.remove(transaction, table, &keyBytes, nil)
      if status == Self.notFound { isThere = false }
      return status == Self.notFound ? 0 : status
    }
    return isThere
  }

  func close() {
    if let reading { library.abort(reading) }
    library.close(environment)
  }
}

extension bench_mdb_val {
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(size: bytes.count, data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}
