/// What the bytes of glibc's `pthread_mutex_t` say on x86-64, read without taking part.
public struct OriginalMutex: Sendable, Hashable {
  /// 0 free, 1 held, 2 held and somebody waits.
  public let lockWord: Int32
  /// The thread that holds it; 0 where nobody does.
  public let owner: Int32
  /// 1 while it is held.
  public let users: UInt32
  let kind: Int32

  static let byteCount = 40
  /// PTHREAD_MUTEX_TIMED_NP with the bit for process-shared ones.
  static let plainShared: Int32 = 128

  /// Makes one of the kind that the module makes, for tests.
  public init(lockWord: Int32, owner: Int32) {
    (self.lockWord, self.owner, users, kind) = (lockWord, owner, owner == 0 ? 0 : 1, Self.plainShared)
  }

  init(bytes: some RandomAccessCollection<UInt8>) {
    func word(_ offset: Int) -> UInt32 {
      let start = bytes.index(bytes.startIndex, offsetBy: offset)
      return bytes[start...].prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    lockWord = Int32(bitPattern: word(0))
    owner = Int32(bitPattern: word(8))
    users = word(12)
    kind = Int32(bitPattern: word(16))
  }

  /// Whether this is the layout known here: another C library, or another kind of mutex, may mean something
  /// else.
  public var isKnown: Bool { kind == Self.plainShared && (0...2).contains(lockWord) }
  public var isHeld: Bool { lockWord != 0 }
  public var hasWaiters: Bool { lockWord == 2 }
}
