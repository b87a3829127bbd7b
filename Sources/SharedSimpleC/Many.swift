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
      var answer: Int32 = 0
      func goesOn(_ index: Int, _ value: UnsafeRawBufferPointer?) -> Bool {
        if unsafe visit(context, index, value?.baseAddress, value?.count ?? 0) != 0 { answer = 1 }
        return answer == 0
      }
      if case .transaction(let transaction) = handle.hold {
        for index in unsafe keys.indices {
          let value = try unsafe transaction.pointee.bytes(CBytes(keys[index]))
          let isNext = unsafe value?.withUnsafeBytes { unsafe goesOn(index, $0) } ?? goesOn(index, nil)
          if !isNext { break }
        }
        return answer
      }
      try unsafe handle.store.readMany(keys) { index, value in
        guard let value else { return goesOn(index, nil) }
        return unsafe value.withUnsafeBytes { unsafe goesOn(index, $0) }
      }
      return answer
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
    var array: [UnsafeRawBufferPointer] = unsafe []
    unsafe array.reserveCapacity(count)
    for index in 0..<count {
      guard let element = unsafe start?[index],
        let bytes = unsafe CBytes(element.bytes, element.length)
      else { return nil }
      unsafe array.append(bytes.span)
    }
    return unsafe array
  }
}
