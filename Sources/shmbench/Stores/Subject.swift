/// A way to a store that is measured: one of this store's interfaces, or a peer.
///
/// The measuring loops are generic over it, so that they are compiled once for each, with no dispatch in them.
protocol Subject {
  /// What its keys are kept in.
  associatedtype Keys: RandomAccessCollection where Keys.Index == Int

  /// The keys in the form that its calls take.
  static func keys(_ packed: PackedKeys) -> Keys

  /// Opens the store of a place.
  ///
  /// - Parameter creates: it is not there yet; else it is.
  init(_ place: Place, creates: Bool) throws

  func put(_ key: Keys.Element, _ value: Value) throws
  /// Reads a value into memory of the caller's process; whether the key was there.
  func get(_ key: Keys.Element) throws -> Bool
  /// Whether the key was there.
  func remove(_ key: Keys.Element) throws -> Bool
  func close()
}

extension Subject where Keys == PackedKeys {
  static func keys(_ packed: PackedKeys) -> PackedKeys { packed }
}

/// Where a store lies.
struct Place: Codable {
  /// A name in /dev/shm that is this run's own.
  var name: String
  var valueLimit = 32
  /// The driver that was compiled for a peer, where it needs one.
  var driver: String? = nil

  var path: String { "/dev/shm/" + name }
}

/// A value in the forms that the interfaces take. Its memory is never given back.
struct Value {
  let bytes: UnsafeRawBufferPointer
  let text: String

  init(byteCount: Int, _ letter: UInt8 = UInt8(ascii: "v")) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: letter)
    bytes = UnsafeRawBufferPointer(memory)
    text = String(decoding: memory, as: UTF8.self)
  }
}

/// Names the subjects; what a worker is told.
enum SubjectKind: String, Codable, CaseIterable {
  case swiftBytes
  case swiftText
  case c
  case lmdb
  case tdb
  case boost
  case dictionary

  var title: String {
    switch self {
    case .swiftBytes: "Swift, bytes"
    case .swiftText: "Swift, String"
    case .c: "C interface"
    case .lmdb: "LMDB"
    case .tdb: "tdb"
    case .boost: "Boost.Interprocess"
    case .dictionary: "Dictionary, not shared"
    }
  }

  /// The Debian package that a peer's is, or is made from.
  var package: String {
    switch self {
    case .lmdb: "liblmdb0"
    case .tdb: "libtdb1"
    case .boost: "libboost-dev and g++"
    case .swiftBytes, .swiftText, .c, .dictionary: "none"
    }
  }
}
