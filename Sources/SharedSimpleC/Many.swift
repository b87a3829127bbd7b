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
    if let refusal = unsafe CBytes.refuseNull(keys, count, "keys") { return refusal }
    let keys = unsafe CBytes.array(keys, count)
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
    if let refusal = unsafe CBytes.refuseNull(keys, count, "keys") { return refusal }
    if let refusal = unsafe CBytes.refuseNull(values, count, "values") { return refusal }
    let (keys, values) = unsafe (CBytes.array(keys, count), CBytes.array(values, count))
    return answering { () throws(StoreError) in
      try unsafe handle.store.putMany(keys, values)
      return 0
    }
  }
}

extension CBytes {
  /// Refuses a NULL that is said to have some bytes: the array itself, or one of it. Before anything is made of them: a
  /// count that is a mistake must not take the memory of as many.
  fileprivate static func refuseNull(
    _ start: UnsafePointer<shs_bytes>?, _ count: Int, _ name: String
  ) -> Int32? {
    if count == 0 { return nil }
    // No memory holds more of them than an Int of bytes.
    guard (0...Int.max / 64).contains(count) else {
      return refuse(
        .badArgument, "The count \(UInt(bitPattern: count)) is more than there can be. Nothing was changed.")
    }
    guard let start = unsafe start else { return SharedSimpleC.refuseNull(name) }
    for index in 0..<count where unsafe CBytes(start[index].bytes, start[index].length) == nil {
      return SharedSimpleC.refuseNull("\(name)[\(index)]")
    }
    return nil
  }

  /// Several of them, none of which `refuseNull` refuses.
  fileprivate static func array(_ start: UnsafePointer<shs_bytes>?, _ count: Int) -> [UnsafeRawBufferPointer]
  {
    // The caller's memory stays during the call.
    unsafe UnsafeBufferPointer(start: start, count: count).compactMap {
      unsafe CBytes($0.bytes, $0.length)?.span
    }
  }
}
