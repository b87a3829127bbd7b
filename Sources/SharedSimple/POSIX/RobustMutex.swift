internal import CLinux
internal import Glibc

/// A process-shared robust mutex in shared memory (`pthread_mutex_t`, type NORMAL).
///
/// glibc keeps the address of a held one on the thread's robust list, from which the kernel marks it
/// when the thread dies: the mapping must not move or go while it is held, nor for a moment after
/// (glibc bug 14485), which is why `SegmentRegistry` never unmaps a header.
@safe struct RobustMutex: @unchecked Sendable {
  typealias Storage = pthread_mutex_t
  static let byteCount = unsafe MemoryLayout<Storage>.size

  /// What taking the mutex can come to. Owner death is a way of having it, not an error.
  enum Outcome {
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

  /// The pointer is into a mapping that is never unmapped (`SharedWords.mutex`).
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

  @inline(__always)
  func tryLock() -> Outcome { outcome(unsafe pthread_mutex_trylock(pointer)) }

  /// Blocks until the mutex is had, or until CLOCK_MONOTONIC reaches a number of nanoseconds: then `busy`.
  func lock(until monotonic: UInt64) -> Outcome {
    var deadline = timespec(
      tv_sec: Int(monotonic / 1_000_000_000), tv_nsec: Int(monotonic % 1_000_000_000))
    return outcome(unsafe shim_mutex_clocklock(pointer, &deadline))
  }

  @inline(__always)
  private func outcome(_ code: Int32) -> Outcome {
    switch code {
    case 0: .taken
    case EBUSY, ETIMEDOUT: .busy
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
