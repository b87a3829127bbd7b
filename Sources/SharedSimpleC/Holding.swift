internal import CSharedSimple
internal import SharedSimple

/// What a body function looks like from here.
public typealias Body = @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?) -> Int32

@c @implementation
public func shs_transaction(
  _ store: OpaquePointer!, _ body: Body!, _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    guard let body = unsafe body else { return refuseNull("body") }
    return answeringAny {
      try OpenBody.requireKey(handle.store.name)
      return try handle.store.transaction { transaction in
        let isKept = unsafe withUnsafeMutablePointer(to: &transaction) { pointer in
          unsafe handle.inside(.transaction(pointer)) { unsafe body(context, store) } == 0
        }
        if !isKept { transaction.rollBack() }
        return isKept ? 0 : 1
      }
    }
  }
}

@c @implementation
public func shs_with_lock(
  _ store: OpaquePointer!, _ body: Body!, _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    guard let body = unsafe body else { return refuseNull("body") }
    return answeringAny {
      try OpenBody.requireKey(handle.store.name)
      return try handle.store.withLock { section in
        unsafe withUnsafePointer(to: section) { pointer in
          unsafe handle.inside(.section(pointer)) { unsafe body(context, store) } == 0 ? 0 : 1
        }
      }
    }
  }
}

/// As `answering`, where the store's own function rethrows anything: with these bodies it is a `StoreError`.
private func answeringAny(_ body: () throws -> Int32) -> Int32 {
  do {
    return try body()
  } catch let error as StoreError {
    return refuse(error)
  } catch {
    preconditionFailure("no body here throws \(error)")
  }
}
