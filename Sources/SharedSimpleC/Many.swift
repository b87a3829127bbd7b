public import CSharedSimple
internal import SharedSimple

/// What a visit function of values looks like from here.
public typealias ValueVisit =
  @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeRawPointer?, Int) -> Int32

@c @implementation
public func shs_get_many(
  _ store: OpaquePointer!, _ keys: UnsafePointer<shs_bytes>!, _ count: Int, _ visit: ValueVisit!,
  _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    guard let keys = unsafe CBytes.array(keys, count) else { return refuseNull("keys") }
    guard let visit = unsafe visit else { return refuseNull("visit") }
    return answering { () throws(StoreError) in
      if case .transaction(let transaction) = handle.hold {
        for index in unsafe keys.indices {
          let value = try unsafe transaction.pointee.bytes(CBytes(keys[index]))
          let answer =
            unsafe value?.withUnsafeBytes { unsafe visit(context, index, $0.baseAddress, $0.count) }
            ?? visit(context, index, nil, 0)
          if answer != 0 { return 1 }
        }
        return 0
      }
      let isWhole = try unsafe handle.store.readMany(keys) { index, value in
        guard let value else { return unsafe visit(context, index, nil, 0) == 0 }
        return unsafe value.withUnsafeBytes { unsafe visit(context, index, $0.baseAddress, $0.count) == 0 }
      }
      return isWhole ? 0 : 1
    }
  }
}

@c @implementation
public func shs_put_many(
  _ store: OpaquePointer!, _ keys: UnsafePointer<shs_bytes>!, _ values: UnsafePointer<shs_bytes>!,
  _ count: Int
) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let keys = unsafe CBytes.array(keys, count) else { return refuseNull("keys") }
    guard let values = unsafe CBytes.array(values, count) else { return refuseNull("values") }
    return answering { () throws(StoreError) in
      try unsafe handle.store.putMany(keys, values)
      return 0
    }
  }
}

extension CBytes {
  /// Several of them; `nil` for a NULL that is said to have some, the array itself or one of it.
  fileprivate static func array(
    _ start: UnsafePointer<shs_bytes>?, _ count: Int
  ) -> [UnsafeRawBufferPointer]? {
    // No memory holds more of them than an Int of bytes: a count that is more comes from a mistake.
    guard (0...Int.max / 64).contains(count), unsafe start != nil || count == 0 else { return nil }
    let array = unsafe [UnsafeRawBufferPointer](unsafeUninitializedCapacity: count) { array, done in
      // As many elements as the array has room for, up to one that is none.
      while done < count, let element = unsafe start?[done],
        let bytes = unsafe CBytes(element.bytes, element.length)
      {
        unsafe array.initializeElement(at: done, to: bytes.span)
        done += 1
      }
    }
    return unsafe array.count == count ? array : nil
  }
}
