internal import CLinux
internal import Glibc

/// One process's view of an object: where it lies and how long it is.
///
/// The mapping is one range for the life of the handles that use it; what is accessible through it is
/// bounded by the believed watermarks (see `Segment`), never by `byteCount`.
@safe struct MemoryMapping: @unchecked Sendable {
  // Sendable: two constants; all access to what lies behind them is atomic (`SharedWords`).
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Maps the whole object.
  init(_ object: SharedMemoryObject, byteCount: Int, writable: Bool) throws(SystemFailure) {
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    // A null hint: the kernel chooses a free range, so nothing of ours is overwritten.
    let address = unsafe mmap(nil, byteCount, protection, MAP_SHARED | MAP_NORESERVE, object.descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw SystemFailure(call: "mmap", errno: errno)
    }
    unsafe self.base = address
    self.byteCount = byteCount
    excludeFromCoreDumps()
  }

  /// Maps the object again behind a head that `unmapTail` has left; `nil` where something else lies there
  /// by now.
  func restoreTail(from headByteCount: Int, _ object: SharedMemoryObject) -> MemoryMapping? {
    let tail = unsafe base + headByteCount
    let flags = MAP_SHARED | MAP_NORESERVE | shim_MAP_FIXED_NOREPLACE
    // NOREPLACE: never maps over anything. An older kernel takes the address as a hint and may answer
    // another.
    let address = unsafe mmap(
      tail, byteCount - headByteCount, PROT_READ | PROT_WRITE, flags, object.descriptor, headByteCount)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    guard unsafe address == tail else {
      unsafe munmap(address, byteCount - headByteCount)
      return nil
    }
    excludeFromCoreDumps()
    return self
  }

  /// 16 GiB of address space in a core dump help nobody.
  private func excludeFromCoreDumps() {
    unsafe _ = madvise(base, byteCount, shim_MADV_DONTDUMP)
  }

  /// Ends the mapping. Nobody may hold an offset into it any more.
  func unmap() { unsafe _ = munmap(base, byteCount) }

  /// Ends all of the mapping but its first bytes.
  func unmapTail(from headByteCount: Int) {
    unsafe _ = munmap(base + headByteCount, byteCount - headByteCount)
  }

  /// Makes allocated pages present, so that `SEEK_HOLE` counts them. The range must be allocated, or
  /// this is a SIGBUS where the file system is full.
  func populate(at offset: Int, byteCount: Int) throws(SystemFailure) {
    assert(offset >= 0 && offset + byteCount <= self.byteCount)
    do {
      // Within the mapping, by the line above.
      try SystemCall.check("madvise") {
        unsafe madvise(base + offset, byteCount, shim_MADV_POPULATE_WRITE)
      }
    } catch {
      guard error.errno == EINVAL else { throw error }
      // A kernel before 5.14: touch each page. An atomic add of nothing keeps what is there.
      let words = SharedWords(self)
      for page in stride(from: offset, to: offset + byteCount, by: 4096) {
        words.add(0, at: page)
      }
    }
  }
}
