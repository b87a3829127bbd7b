internal import Glibc
internal import SharedSimple

/// Where the calls of a thread go that is inside of a body. The pointers are good as long as the body runs.
@safe enum Hold {
  case section(UnsafePointer<LockedSection>)
  case transaction(UnsafeMutablePointer<Transaction>)
}

/// A body that this thread is inside of; on its stack, chained to the one around it, which is on another segment.
///
/// Found by thread-specific data, not by thread number: a thread of a forked child may have the number of a thread
/// that was inside when the child was forked.
@safe struct OpenBody {
  private let handle: UnsafeMutableRawPointer
  private let hold: Hold
  private let outer: UnsafeMutableRawPointer?

  /// `nil` where the process has used up its keys: then no body can be run.
  private static let innermost: pthread_key_t? = {
    var key = pthread_key_t()
    return unsafe pthread_key_create(&key, nil) == 0 ? key : nil
  }()

  /// Before a body is run: whether one can be.
  static func requireKey(_ name: String) throws(StoreError) {
    if innermost == nil { throw .system(name: name, call: "pthread_key_create", errno: EAGAIN) }
  }

  /// Runs a body as the innermost one of this thread, which `requireKey` has allowed.
  static func run(_ handle: StoreHandle, _ hold: Hold, _ body: () -> Int32) -> Int32 {
    guard let innermost else { preconditionFailure("requireKey has thrown") }
    let outer = unsafe pthread_getspecific(innermost)
    var entry = unsafe OpenBody(
      handle: Unmanaged.passUnretained(handle).toOpaque(), hold: hold, outer: outer)
    return unsafe withUnsafeMutablePointer(to: &entry) { pointer in
      unsafe pthread_setspecific(innermost, pointer)
      defer { unsafe pthread_setspecific(innermost, outer) }
      return body()
    }
  }

  /// What this thread's calls on a handle go through.
  @inline(never)
  static func hold(of handle: StoreHandle) -> Hold? {
    guard let innermost else { return nil }
    let address = unsafe Unmanaged.passUnretained(handle).toOpaque()
    var next = unsafe pthread_getspecific(innermost)
    while let pointer = unsafe next {
      let entry = unsafe pointer.assumingMemoryBound(to: OpenBody.self).pointee
      if unsafe entry.handle == address { return entry.hold }
      unsafe next = entry.outer
    }
    return nil
  }
}
