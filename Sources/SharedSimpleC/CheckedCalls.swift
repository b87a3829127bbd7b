internal import SharedSimple

/// The gets and puts that `DirectCalls` leaves, with every case looked into.
enum CheckedCalls: DirectCaller {
  @inline(never)
  static func get(
    _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer?,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>?
  ) -> Int32 {
    guard let key = unsafe CBytes(key, keyLength) else { return refuseNull("key") }
    if unsafe buffer == nil, capacity != 0 { return refuseNull("buffer") }
    // A size_t beyond the range of Int is more room than any value needs.
    let room = capacity < 0 ? 1 << 30 : capacity
    let target = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: room)
    var byteCount = -1
    defer { if let valueLength = unsafe valueLength { unsafe valueLength.pointee = max(byteCount, 0) } }
    do throws(StoreError) {
      byteCount =
        if let hold = handle.hold {
          try unsafe read(key, through: hold, handle.store, into: target)
        } else {
          try unsafe handle.store.read(key.span.bytes, into: target)
        }
    } catch { return refuse(error) }
    if byteCount < 0 { return missing }
    return byteCount <= room ? found : refuseBuffer(byteCount, room)
  }

  /// As `SharedStore.read`, by a thread that is inside of a body. A section's changes are real at once: the store
  /// itself has them.
  private static func read(
    _ key: CBytes, through hold: Hold, _ store: SharedStore, into buffer: UnsafeMutableRawBufferPointer
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

  private static func refuseBuffer(_ byteCount: Int, _ capacity: Int) -> Int32 {
    SharedSimpleC.refuse(
      .bufferTooSmall, "The value has \(byteCount) bytes, the buffer \(capacity). Nothing was changed.")
  }

  @inline(never)
  static func put(
    _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ value: UnsafeRawPointer?,
    _ valueLength: Int
  ) -> Int32 {
    guard let key = unsafe CBytes(key, keyLength) else { return refuseNull("key") }
    guard let value = unsafe CBytes(value, valueLength) else { return refuseNull("value") }
    return answering { () throws(StoreError) in
      switch handle.hold {
      case .none: try unsafe handle.store.put(key.span.bytes, value.span.bytes)
      case .section(let section): try unsafe section.pointee.put(key, value)
      case .transaction(let transaction): try unsafe transaction.pointee.put(key, value)
      }
      return 0
    }
  }

  static func refuse(_ error: StoreError) -> Int32 { SharedSimpleC.refuse(error) }
}
