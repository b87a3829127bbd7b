internal import CLinux
internal import Glibc
internal import Synchronization

/// A process-shared robust mutex in shared memory (`pthread_mutex_t`, type NORMAL).
///
/// glibc keeps the address of a held one on the thread's robust list, from which the kernel marks it
/// when the thread dies: the mapping must not move or go while it is held, nor for a moment after
/// (glibc bug 14485): see `SegmentRegistry.release`.
///
/// A waiter never sleeps in the C library. While a thread is inside `pthread_mutex_lock`, its robust list names
/// the mutex as pending, and should it be killed there, the kernel takes the mutex for its own if the owner in
/// the word has its thread number. Two containers that share /dev/shm number their threads alike: a waiter
/// killed in one would free the mutex under its live holder in the other. So a thread looks at the word first,
/// sleeps outside (`waitUntilFree`), and goes in only to take a mutex that nobody has. What is left of this is
/// a kill within the few instructions of one try that another thread of that number has just overtaken.
@safe struct RobustMutex: @unchecked Sendable {
  typealias Storage = pthread_mutex_t
  static let byteCount = unsafe MemoryLayout<Storage>.size

  /// What taking the mutex can come to. Owner death is a way of having it, not an error.
  enum Outcome: Equatable {
    case taken
    /// Taken, and the last owner died with it: repair, then `makeConsistent`.
    case takenFromDead
    case busy
    /// Somebody gave it back unrepaired: it cannot be taken ever again.
    case unrecoverable
    case failed(Int32)
  }

  /// What the kind word of a mutex of ours holds. The C library believes this word: another value takes it to
  /// code for other mutexes, or to an assertion.
  static let kind: Int32 = {
    var mutex = unsafe Storage()
    // A mutex of our own, made as the shared ones are; it needs no destroying, as nobody ever takes it.
    return unsafe withUnsafeMutablePointer(to: &mutex) { pointer in
      try? unsafe RobustMutex(pointer: pointer).initialize()
      return unsafe pointer.pointee.__data.__kind
    }
  }()

  /// Whether the kind word is `kind`: nothing else is safe to lock.
  @inline(__always)
  func isOfKind(_ kind: Int32) -> Bool { unsafe pointer.pointee.__data.__kind == kind }

  private let pointer: UnsafeMutablePointer<Storage>

  /// What the pointer leads to outlives this value and all its copies.
  init(pointer: UnsafeMutablePointer<Storage>) { unsafe self.pointer = unsafe pointer }

  /// Makes the mutex; only in a segment that nobody else can see yet.
  func initialize() throws(SystemFailure) {
    var attributes = pthread_mutexattr_t()
    try SystemCall.checkNumber("pthread_mutexattr_init") { unsafe pthread_mutexattr_init(&attributes) }
    defer { unsafe _ = pthread_mutexattr_destroy(&attributes) }
    try SystemCall.checkNumber("pthread_mutexattr_setpshared") {
      unsafe pthread_mutexattr_setpshared(&attributes, Int32(PTHREAD_PROCESS_SHARED))
    }
    try SystemCall.checkNumber("pthread_mutexattr_setrobust") {
      unsafe pthread_mutexattr_setrobust(&attributes, Int32(PTHREAD_MUTEX_ROBUST))
    }
    try SystemCall.checkNumber("pthread_mutex_init") { unsafe pthread_mutex_init(pointer, &attributes) }
  }

  /// Bits of the word that the C library and the kernel share: see get_robust_list(2) and linux/futex.h.
  private static let waitersBit: UInt32 = 1 << 31
  private static let ownerMask: UInt32 = (1 << 30) - 1

  /// The mutex's first word. The C library, too, accesses it by 32-bit atomic instructions only.
  private var word: UnsafeMutablePointer<Atomic<UInt32>> {
    @inline(__always) get {
      unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
  }

  /// Takes the mutex if nobody has it.
  @inline(__always)
  func tryLock() -> Outcome {
    if unsafe word.pointee.load(ordering: .relaxed) & Self.ownerMask != 0 { return .busy }
    return outcome(unsafe pthread_mutex_trylock(pointer))
  }

  /// Sleeps while somebody has the mutex, at most for some nanoseconds; returns also for no reason.
  func waitUntilFree(nanoseconds: UInt64) {
    let old = unsafe word.pointee.load(ordering: .relaxed)
    guard old & Self.ownerMask != 0 else {
      // A sleeper of a mutex that is free, which neither the C library nor the kernel leaves behind: damage, which
      // nobody could take ever again.
      if old == Self.waitersBit {
        unsafe _ = word.pointee.compareExchange(expected: old, desired: 0, ordering: .relaxed)
      }
      return
    }
    let marked = old | Self.waitersBit
    if old != marked {
      // Who unlocks, or the kernel for one who died, wakes a sleeper only where it sees the bit.
      let (exchanged, _) = unsafe word.pointee.compareExchange(
        expected: old, desired: marked, ordering: .relaxed)
      guard exchanged else { return }
    }
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    // A signal, a word that has changed, a wake: in each case the caller looks again.
    unsafe _ = shim_futex_wait(
      UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: UInt32.self), marked, &time)
  }

  /// By the owner, once it has slept for the mutex: others may sleep still, and taking it cleared their bit.
  func rememberSleepers() {
    unsafe _ = word.pointee.bitwiseOr(Self.waitersBit, ordering: .relaxed)
  }

  @inline(__always)
  private func outcome(_ code: Int32) -> Outcome {
    switch code {
    case 0: .taken
    case EBUSY: .busy
    case EOWNERDEAD: .takenFromDead
    case ENOTRECOVERABLE: .unrecoverable
    default: .failed(code)
    }
  }

  /// Declares the repair done. Unlocking without it makes the mutex unrecoverable.
  func makeConsistent() { unsafe _ = pthread_mutex_consistent(pointer) }

  @inline(__always)
  func unlock() { unsafe _ = pthread_mutex_unlock(pointer) }
}
