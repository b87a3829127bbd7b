internal import SharedSimple

/// Handles as C has them, and threads that are inside of a body.
extension StoreHandle {
  /// The handle of a C pointer, for a call that nothing in it can close.
  @inline(__always)
  static func with(_ pointer: OpaquePointer?, _ body: (StoreHandle) -> Int32) -> Int32 {
    guard let pointer = unsafe pointer else { return refuseNull("store") }
    // The caller keeps the handle open during the call (THREADS in the header).
    return unsafe Unmanaged<StoreHandle>.fromOpaque(UnsafeRawPointer(pointer))._withUnsafeGuaranteedRef {
      body($0)
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
    if !isEntered { return nil }
    return OpenBody.hold(of: self)
  }

  /// Runs a caller's body, with this thread's calls on the store going through a hold. The mutex is held, so that
  /// there is but one such thread.
  func inside(_ hold: Hold, _ body: () -> Int32) -> Int32 {
    // A child that was forked inside of a body, and runs one of its own, is still inside the first afterwards.
    let wasEntered = isEntered
    isEntered = true
    defer { isEntered = wasEntered }
    return OpenBody.run(self, hold, body)
  }
}
