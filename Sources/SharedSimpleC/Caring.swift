internal import CSharedSimple
internal import SharedSimple

@c @implementation
public func shs_reap(_ store: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    answering { () throws(StoreError) in
      let count = try handle.store.reap()
      if let out = unsafe out { unsafe out.pointee = UInt64(count) }
      return 0
    }
  }
}

@c @implementation
public func shs_check(
  _ store: OpaquePointer!,
  _ visit: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Int32)!,
  _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    answering { () throws(StoreError) in
      let findings = try handle.store.check()
      if let visit = unsafe visit {
        for finding in findings where unsafe visit(context, finding.description) != 0 { break }
      }
      return findings.isEmpty ? 0 : 1
    }
  }
}

@c @implementation
public func shs_list(
  _ visit: (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int32) -> Int32)!,
  _ context: UnsafeMutableRawPointer!
) -> Int32 {
  answering { () throws(StoreError) in
    guard let visit = unsafe visit else { return refuseNull("visit") }
    for listing in try SharedStore.list() {
      if unsafe visit(context, listing.name, listing.refusal?.code ?? 0) != 0 { return 1 }
    }
    return 0
  }
}
