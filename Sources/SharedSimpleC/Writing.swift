internal import CSharedSimple
internal import SharedSimple

@c @implementation
public func shs_put(
  _ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int, _ value: UnsafeRawPointer!,
  _ value_length: Int
) -> Int32 {
  guard let pointer = unsafe store, let start = unsafe key, let source = unsafe value, key_length >= 0,
    value_length >= 0
  else {
    return unsafe StoreHandle.with(store) {
      unsafe CheckedCalls.put($0, key, key_length, value, value_length)
    }
  }
  return unsafe StoreHandle.with(pointer) {
    unsafe DirectCalls.put($0, start, key_length, source, value_length)
  }
}

@c @implementation
public func shs_remove(_ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let key = unsafe CBytes(key, key_length) else { return refuseNull("key") }
    return answering { () throws(StoreError) in
      let wasThere =
        switch handle.hold {
        case .none: try handle.store.remove(key)
        case .section(let section): try unsafe section.pointee.remove(key)
        case .transaction(let transaction): try unsafe transaction.pointee.remove(key)
        }
      return wasThere ? 0 : 1
    }
  }
}

@c @implementation
public func shs_remove_all(_ store: OpaquePointer!) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    answering { () throws(StoreError) in
      if case .section(let section) = handle.hold {
        try unsafe section.pointee.removeAll()
      } else {
        try handle.store.removeAll()
      }
      return 0
    }
  }
}

@c @implementation
public func shs_increment(
  _ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int, _ by: Int64,
  _ out: UnsafeMutablePointer<Int64>!
) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let key = unsafe CBytes(key, key_length) else { return refuseNull("key") }
    return answering { () throws(StoreError) in
      let number =
        switch handle.hold {
        case .none: try handle.store.increment(key, by: by)
        case .section(let section): try unsafe section.pointee.increment(key, by: by)
        case .transaction(let transaction): try unsafe transaction.pointee.increment(key, by: by)
        }
      if let out = unsafe out { unsafe out.pointee = number }
      return 0
    }
  }
}

@c @implementation
public func shs_compare_and_swap(
  _ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int, _ expected: UnsafeRawPointer!,
  _ expected_length: Int, _ value: UnsafeRawPointer!, _ value_length: Int
) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let key = unsafe CBytes(key, key_length) else { return refuseNull("key") }
    guard let expected = unsafe CBytes(expected, expected_length) else { return refuseNull("expected") }
    guard let value = unsafe CBytes(value, value_length) else { return refuseNull("value") }
    return answering { () throws(StoreError) in
      let isSwapped =
        if expected.isNull {
          switch handle.hold {
          case .none: try handle.store.putIfAbsent(key, value)
          case .section(let section): try unsafe section.pointee.putIfAbsent(key, value)
          case .transaction(let transaction): try unsafe transaction.pointee.putIfAbsent(key, value)
          }
        } else {
          switch handle.hold {
          case .none:
            try handle.store.compareAndSwap(key, expected: expected.comparable, new: value)
          case .section(let section):
            try unsafe section.pointee.compareAndSwap(key, expected: expected.comparable, new: value)
          case .transaction(let transaction):
            try unsafe transaction.pointee.compareAndSwap(key, expected: expected.comparable, new: value)
          }
        }
      return isSwapped ? 0 : 1
    }
  }
}
