internal import CLinux
internal import Glibc

/// A mutex between the threads of this process that a fork cannot leave locked.
///
/// `Synchronization.Mutex` would be inherited locked where another thread holds it during a fork.
/// This one is taken around every fork (`pthread_atfork`), so the child finds it free and what it
/// guards whole. There is one, for the life of the process.
@safe struct ProcessLock: @unchecked Sendable {
  static let shared = ProcessLock()

  // Never freed: the handlers of pthread_atfork refer to it for ever.
  private let pointer: UnsafeMutablePointer<pthread_mutex_t>

  private init() {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(pointer, nil)
    _ = pthread_atfork(
      { ProcessLock.shared.lock() }, { ProcessLock.shared.unlock() },
      {
        ForkWatch.shared.forget()
        ProcessLock.shared.unlock()
      })
  }

  private func lock() { unsafe _ = pthread_mutex_lock(pointer) }
  private func unlock() { unsafe _ = pthread_mutex_unlock(pointer) }

  /// Runs a body with the lock held. Must not be nested.
  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    lock()
    defer { unlock() }
    return try body()
  }
}
