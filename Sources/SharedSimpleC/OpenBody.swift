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

  private static let innermost: pthread_key_t = {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key, nil)
    return key
  }()

  /// Runs a body as the innermost one of this thread.
  static func run(_ handle: StoreHandle, _ hold: Hold, _ body: () -> Int32) -> Int32 {
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
