import Glibc
public import SharedSimple
import Synchronization

/// A store name that nobody else uses, unlinked at the end together with all that bears it.
public final class TemporaryStore: Sendable {
  /// The segment's name.
  public let name: String

  private static let taken = Atomic<Int>(0)

  /// Takes a new name.
  ///
  /// - Parameter label: what the test is about; it shows in a listing of /dev/shm.
  public init(_ label: String = "store") {
    // All of one length, so that no name is the beginning of another.
    let number = 1_000_000 + Self.taken.wrappingAdd(1, ordering: .relaxed).newValue
    name = "shmtop-test-\(label)-\(getpid())-\(number)"
  }

  deinit {
    for name in objects { Glibc.unlink("/dev/shm/\(name)") }
  }

  /// The segment's path.
  public var path: String { "/dev/shm/\(name)" }

  /// What the temporary names of exclusive opens of this name begin with: `.shs-`, the name's FNV-1a, `-`.
  private var temporaryPrefix: String {
    let digest = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    let digits = String(digest, radix: 16)
    return ".shs-\(String(repeating: "0", count: 16 - digits.count))\(digits)-"
  }

  /// The names in /dev/shm that come from this one: the segment's own, and whatever an operation left behind.
  public var objects: [String] {
    guard let directory = opendir("/dev/shm") else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let entryName = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if entryName == name || entryName.hasPrefix(name + "_") || entryName.hasPrefix(temporaryPrefix) {
        found.append(entryName)
      }
    }
    return found.sorted()
  }

  /// Opens a handle on the segment.
  public func open(
    _ mode: OpenMode = .shared, _ adjust: (inout StoreOptions) -> Void = { _ in }
  ) throws(StoreError) -> SharedStore {
    var options = StoreOptions()
    adjust(&options)
    return try SharedStore(name, mode: mode, options: options)
  }
}
