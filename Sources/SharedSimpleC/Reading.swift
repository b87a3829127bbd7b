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
  // As it nearly always goes: one comparison an argument, and all else elsewhere.
  guard let pointer = unsafe store, let start = unsafe key, let target = unsafe buffer, capacity >= 0,
    key_length > 0, let length = unsafe value_length
  else { return unsafe getAnyway(store, key, key_length, buffer, capacity, value_length) }
  return unsafe StoreHandle.with(pointer) { handle in
    if handle.isEntered { return unsafe getAnyway(store, key, key_length, buffer, capacity, value_length) }
    let byteCount = unsafe handle.store.readDirectly(
      UnsafeRawBufferPointer(start: start, count: key_length).bytes,
      into: UnsafeMutableRawBufferPointer(start: target, count: capacity))
    if byteCount < -1 {
      return unsafe getAnyway(store, key, key_length, buffer, capacity, value_length)
    }
    unsafe length.pointee = max(byteCount, 0)
    if byteCount > capacity { return refuseBuffer(byteCount, capacity) }
    return byteCount < 0 ? missing : found
  }
}

/// A get whatever its arguments, and whatever comes of it.
@inline(never)
private func getAnyway(
  _ store: OpaquePointer?, _ key: UnsafeRawPointer?, _ key_length: Int, _ buffer: UnsafeMutableRawPointer?,
  _ capacity: Int, _ value_length: UnsafeMutablePointer<Int>?
) -> Int32 {
  unsafe StoreHandle.with(store) { handle in
    guard let key = unsafe CBytes(key, key_length) else { return refuseNull("key") }
    if unsafe buffer == nil, capacity != 0 { return refuseNull("buffer") }
    // A size_t beyond the range of Int is more room than any value needs.
    let room = capacity < 0 ? 1 << 30 : capacity
    let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: room)
    do throws(StoreError) {
      let byteCount =
        if let hold = handle.hold {
          try unsafe read(key, through: hold, handle.store, into: target)
        } else {
          try unsafe handle.store.read(key.span.bytes, into: target)
        }
      if byteCount < 0 {
        if let value_length = unsafe value_length { unsafe value_length.pointee = 0 }
        return missing
      }
      if let value_length = unsafe value_length { unsafe value_length.pointee = byteCount }
      return byteCount <= room ? found : refuseBuffer(byteCount, room)
    } catch {
      if let value_length = unsafe value_length { unsafe value_length.pointee = 0 }
      return refuse(error)
    }
  }
}

@inline(never)
private func refuseBuffer(_ byteCount: Int, _ capacity: Int) -> Int32 {
  refuse(.bufferTooSmall, "The value has \(byteCount) bytes, the buffer \(capacity). Nothing was changed.")
}

/// As `SharedStore.read`, by a thread that is inside of a body. A section's changes are real at once: the store
/// itself has them.
@inline(never)
private func read(
  _ key: CBytes, through hold: Hold, _ store: SharedStore,
  into buffer: UnsafeMutableRawBufferPointer
) throws(StoreError) -> Int {
  switch hold {
  case .section:
    return try unsafe store.read(key.span.bytes, into: buffer)
  case .transaction(let transaction):
    guard let value = try unsafe transaction.pointee.bytes(key) else { return -1 }
    if value.count <= buffer.count { unsafe buffer.copyBytes(from: value) }
    return value.count
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
func refuseNull(_ argument: StaticString) -> Int32 {
  refuse(.badArgument, "The argument \(argument) is NULL. Nothing was done.")
}
