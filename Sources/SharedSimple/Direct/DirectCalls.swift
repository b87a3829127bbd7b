/// A get and a put as the C interface calls them, where they go as they nearly always do; all else is the caller's
/// (`DirectCaller`), which is told nothing that it could not find out.
///
/// Their parameters are those of the C functions, in their order, so that these become a jump: the words stay in the
/// registers they came in. No address is null and no length negative, and the memory stays during the call.
package enum DirectCalls {
  /// - Returns: 0 where the key was found, and its value fits the buffer; 1 where it is missing.
  @unsafe package static func get(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    switch (keyLength &- 1) &>> 3 {
    case 0: unsafe get(ShortKey<0>(), handle, key, keyLength, buffer, capacity, valueLength)
    case 1: unsafe get(ShortKey<1>(), handle, key, keyLength, buffer, capacity, valueLength)
    case 2: unsafe get(ShortKey<2>(), handle, key, keyLength, buffer, capacity, valueLength)
    default: unsafe get(LongKey(), handle, key, keyLength, buffer, capacity, valueLength)
    }
  }

  /// - Returns: 0 where the value was stored.
  @unsafe package static func put(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ value: UnsafeRawPointer,
    _ valueLength: Int
  ) -> Int32 {
    switch (keyLength &- 1) &>> 3 {
    case 0: unsafe put(ShortKey<0>(), handle, key, keyLength, value, valueLength)
    case 1: unsafe put(ShortKey<1>(), handle, key, keyLength, value, valueLength)
    case 2: unsafe put(ShortKey<2>(), handle, key, keyLength, value, valueLength)
    default: unsafe put(LongKey(), handle, key, keyLength, value, valueLength)
    }
  }

  @inline(never)
  private static func get<Length: KeyLength>(
    _ length: Length, _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int,
    _ buffer: UnsafeMutableRawPointer, _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    let store = handle.store
    guard !handle.isEntered, store.isReady, length.isValid(keyLength) else {
      return unsafe leave(handle, key, keyLength, buffer, capacity, valueLength)
    }
    let span = unsafe UnsafeRawBufferPointer(start: key, count: keyLength).bytes
    let digest = store.segment.digest(span, lastIndex: length.lastIndex(keyLength))
    let byteCount = unsafe Lookup(store.segment).findDirectly(
      span, digest, copyingTo: buffer, capacity: capacity, fillsTight: false)
    if byteCount >= 0 {
      store.participant?.countHit()
      unsafe valueLength.pointee = byteCount
      return 0
    }
    if byteCount == Lookup.missing {
      store.participant?.countMiss()
      unsafe valueLength.pointee = 0
      return 1
    }
    return unsafe leave(handle, key, keyLength, buffer, capacity, valueLength)
  }

  @inline(never)
  private static func leave(
    _ handle: StoreHandle, _ key: UnsafeRawPointer, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>
  ) -> Int32 {
    unsafe handle.caller.get(handle, key, keyLength, buffer, capacity, valueLength)
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
    return unsafe finishPut(handle, key, keyLength, value, valueLength, progress)
  }

  @inline(never)
  private static func finishPut(
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
