internal import Glibc
internal import SharedSimple
internal import Synchronization

/// What an `shs_store *` points at: a store, and the section or transaction that a thread has open on it.
final class StoreHandle: @unchecked Sendable {
  let store: SharedStore

  /// Where the writing calls of the thread that is inside of a body go.
  @safe enum Hold {
    case section(UnsafePointer<LockedSection>)
    case transaction(UnsafeMutablePointer<Transaction>)
  }

  /// The thread that is inside of a body, or 0. Set and cleared by that thread alone, so that no order is needed:
  /// another one sees something else than its own number, whatever it sees.
  private let insider = Atomic<UInt>(0)
  /// Touched by the insider alone, which holds the segment's mutex.
  private var innerHold: Hold?

  init(_ store: SharedStore) { self.store = store }

  /// The handle of a C pointer, for a call that nothing in it can close.
  @inline(__always)
  static func with(_ pointer: OpaquePointer?, _ body: (StoreHandle) -> Int32) -> Int32 {
    guard let pointer = unsafe pointer else {
      return refuse(.badArgument, "The store is NULL. Nothing was done.")
    }
    // The caller keeps the handle open during the call (THREADS in the header).
    return unsafe Unmanaged<StoreHandle>.fromOpaque(UnsafeRawPointer(pointer))._withUnsafeGuaranteedRef {
      handle in
      body(handle)
    }
  }

  /// The handle of a C pointer, for a call that runs a caller's function: it may close the handle.
  static func retained(_ pointer: OpaquePointer?, _ body: (StoreHandle) -> Int32) -> Int32 {
    unsafe with(pointer) { handle in
      withExtendedLifetime(unsafe Unmanaged.passUnretained(handle).retain().takeRetainedValue(), body)
    }
  }

  /// What this thread's calls go through; `nil`: the store itself.
  @inline(__always)
  var hold: Hold? {
    if insider.load(ordering: .relaxed) == 0 { return nil }
    return holdOfThisThread
  }

  @inline(never)
  private var holdOfThisThread: Hold? {
    insider.load(ordering: .relaxed) == UInt(pthread_self()) ? innerHold : nil
  }

  /// Runs a caller's body with this thread's calls going through a hold; the mutex is held.
  func inside(_ hold: Hold, _ body: () -> Int32) -> Int32 {
    innerHold = hold
    insider.store(UInt(pthread_self()), ordering: .relaxed)
    defer {
      insider.store(0, ordering: .relaxed)
      innerHold = nil
    }
    return body()
  }
}
