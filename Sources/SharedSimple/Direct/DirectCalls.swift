/// A get and a put as the C interface calls them, where they go as they nearly always do. All else is left to the caller
/// (`DirectCaller`), which starts afresh.
///
/// Their parameters are those of the C functions, in their order, so that these become a jump: the words stay in the
/// registers they came in. No address is null, and the memory stays during the call.
package enum DirectCalls {
  /// The lengths are as the caller gave them: a `size_t` beyond the range of `Int` is negative here.
  ///
  /// - Returns: 0 where the key was found, and its value fits the buffer; 1 where it is missing.
  @unsafe package static func get(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    // A buffer of whole words has room for the padding of whatever fits it. A negative capacity has room for nothing.
    let isWhole = capacity & 7 == 0
    return switch lastWordIndex(keyLength) {
    case 0 where isWhole: unsafe get(ShortKey<0>(), handle, key, keyLength, buffer, capacity, valueLength)
    case 1 where isWhole: unsafe get(ShortKey<1>(), handle, key, keyLength, buffer, capacity, valueLength)
    case 2 where isWhole: unsafe get(ShortKey<2>(), handle, key, keyLength, buffer, capacity, valueLength)
    default: unsafe getAny(handle, key, keyLength, buffer, capacity, valueLength)
    }
  }

  @inline(never)
  private static func get<Length: KeyLength>(
    _ length: Length, _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int,
    _ buffer: UnsafeMutableRawPointer, _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    unsafe get(length, handle, key, keyLength, buffer, capacity, valueLength, fillsTight: false)
  }

  @inline(never)
  private static func getAny(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    if capacity < 0 { return unsafe handOn(handle, key, keyLength, buffer, capacity, valueLength) }
    return unsafe get(AnyKey(), handle, key, keyLength, buffer, capacity, valueLength, fillsTight: true)
  }

  @inline(__always)
  private static func get<Length: KeyLength>(
    _ length: Length, _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int,
    _ buffer: UnsafeMutableRawPointer, _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>,
    fillsTight: Bool
  ) -> Int32 {
    let store = handle.store
    guard !handle.isEntered, store.isReady, length.isValid(keyLength) else {
      return unsafe handOn(handle, key, keyLength, buffer, capacity, valueLength)
    }
    let span = unsafe UnsafeRawBufferPointer(start: key, count: keyLength).bytes
    let digest = store.segment.digest(span, lastIndex: length.lastIndex(keyLength))
    let byteCount = unsafe Lookup(store.segment).findDirectly(
      span, digest, copyingTo: buffer, capacity: capacity, fillsTight: fillsTight)
    if byteCount >= 0, !fillsTight || byteCount <= capacity {
      store.participant?.countHit()
      unsafe valueLength.pointee = byteCount
      return 0
    }
    if byteCount == Lookup.missing {
      store.participant?.countMiss()
      unsafe valueLength.pointee = 0
      return 1
    }
    return unsafe handOn(handle, key, keyLength, buffer, capacity, valueLength)
  }

  @inline(never)
  private static func handOn(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    unsafe handle.caller.get(handle, key, keyLength, buffer, capacity, valueLength)
  }

  /// No length is negative.
  ///
  /// - Returns: 0 where the value was stored.
  @unsafe package static func put(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ value: UnsafeRawPointer,
    _ valueLength: Int
  ) -> Int32 {
    switch lastWordIndex(keyLength) {
    case 0: unsafe put(ShortKey<0>(), handle, key, keyLength, value, valueLength)
    case 1: unsafe put(ShortKey<1>(), handle, key, keyLength, value, valueLength)
    case 2: unsafe put(ShortKey<2>(), handle, key, keyLength, value, valueLength)
    default: unsafe put(AnyKey(), handle, key, keyLength, value, valueLength)
    }
  }

  @inline(never)
  private static func put<Length: KeyLength>(
    _ length: Length, _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int,
    _ value: UnsafeRawPointer, _ valueLength: Int
  ) -> Int32 {
    let progress =
      handle.isEntered
      ? .untouched
      : unsafe handle.store.putDirectly(
        length, UnsafeRawBufferPointer(start: key, count: keyLength).bytes,
        UnsafeRawBufferPointer(start: value, count: valueLength).bytes)
    if progress == .done { return 0 }
    return unsafe finish(handle, key, keyLength, value, valueLength, progress)
  }

  /// The mutex may be held, which nobody but the store can go on with; a put that got nowhere is handed on.
  @inline(never)
  private static func finish(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ value: UnsafeRawPointer,
    _ valueLength: Int, _ progress: SharedStore.PutProgress
  ) -> Int32 {
    if progress == .untouched { return unsafe handle.caller.put(handle, key, keyLength, value, valueLength) }
    do throws(StoreError) {
      try unsafe handle.store.finishPut(
        UnsafeRawBufferPointer(start: key, count: keyLength).bytes,
        UnsafeRawBufferPointer(start: value, count: valueLength).bytes, after: progress)
      return 0
    } catch { return handle.caller.refuse(error) }
  }
}
