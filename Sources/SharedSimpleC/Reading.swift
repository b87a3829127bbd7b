internal import CSharedSimple
internal import SharedSimple

/// What a visit function looks like from here.
public typealias Visit =
  @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int, UnsafeRawPointer?, Int) -> Int32

let found: Int32 = 0
let missing: Int32 = 1

@c @implementation
public func shs_get(
  _ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int, _ buffer: UnsafeMutableRawPointer!,
  _ capacity: Int, _ value_length: UnsafeMutablePointer<Int>!
) -> Int32 {
  guard let pointer = unsafe store, let start = unsafe key, let target = unsafe buffer,
    let length = unsafe value_length
  else {
    return unsafe StoreHandle.with(store) {
      unsafe CheckedCalls.get($0, key, key_length, buffer, capacity, value_length)
    }
  }
  return unsafe StoreHandle.with(pointer) {
    unsafe DirectCalls.get($0, start, key_length, target, capacity, length)
  }
}

@c @implementation
public func shs_contains(_ store: OpaquePointer!, _ key: UnsafeRawPointer!, _ key_length: Int) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let key = unsafe CBytes(key, key_length) else { return refuseNull("key") }
    return answering { () throws(StoreError) in
      if case .transaction(let transaction) = handle.hold {
        return try unsafe transaction.pointee.contains(key) ? found : missing
      }
      return try handle.store.contains(key) ? found : missing
    }
  }
}

@c @implementation
public func shs_count(_ store: OpaquePointer!, _ out: UnsafeMutablePointer<UInt64>!) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let out = unsafe out else { return refuseNull("out") }
    return answering { () throws(StoreError) in
      if case .transaction(let transaction) = handle.hold {
        unsafe out.pointee = UInt64(try transaction.pointee.count)
      } else {
        unsafe out.pointee = UInt64(try handle.store.count)
      }
      return 0
    }
  }
}

@c @implementation
public func shs_value_limit(_ store: OpaquePointer!, _ out: UnsafeMutablePointer<UInt32>!) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let out = unsafe out else { return refuseNull("out") }
    unsafe out.pointee = UInt32(handle.store.valueLimit)
    return 0
  }
}

@c @implementation
public func shs_for_each(
  _ store: OpaquePointer!, _ visit: Visit!, _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    guard let visit = unsafe visit else { return refuseNull("visit") }
    return answering { () throws(StoreError) in
      var answer: Int32 = 0
      try handle.store.forEach { key, value in
        let isEnded = unsafe call(visit, context, key, value)
        if isEnded { answer = 1 }
        return !isEnded
      }
      return answer
    }
  }
}

@c @implementation
public func shs_snapshot(
  _ store: OpaquePointer!, _ visit: Visit!, _ context: UnsafeMutableRawPointer!
) -> Int32 {
  unsafe StoreHandle.retained(store) { handle in
    guard let visit = unsafe visit else { return refuseNull("visit") }
    return answering { () throws(StoreError) in
      let entries: [Entry]
      if case .section(let section) = handle.hold {
        entries = try unsafe section.pointee.all()
      } else {
        entries = try handle.store.all()
      }
      for entry in entries {
        if unsafe call(visit, context, entry.key.span.bytes, entry.value.span.bytes) { return 1 }
      }
      return 0
    }
  }
}

/// Whether a visit function ends the round.
private func call(
  _ visit: Visit, _ context: UnsafeMutableRawPointer?, _ key: RawSpan, _ value: RawSpan
) -> Bool {
  unsafe key.withUnsafeBytes { key in
    unsafe value.withUnsafeBytes { value in
      unsafe visit(context, key.baseAddress, key.count, value.baseAddress, value.count) != 0
    }
  }
}

/// An argument that is NULL where something is needed.
@inline(never)
func refuseNull(_ argument: String) -> Int32 {
  refuse(.badArgument, "The argument \(argument) is NULL. Nothing was done.")
}
