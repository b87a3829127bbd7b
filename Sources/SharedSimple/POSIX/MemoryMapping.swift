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

  /// Maps the whole object; at a multiple of a huge page, if that can be had: only so can it be mapped by huge pages.
  init(_ object: SharedMemoryObject, byteCount: Int, writable: Bool) throws(SystemFailure) {
    let first = unsafe try Self.map(object, byteCount: byteCount, writable: writable, near: nil)
    let below = UInt(bitPattern: first) & ~UInt(SegmentFormat.hugePageByteCount - 1)
    if below == UInt(bitPattern: first) || byteCount < SegmentFormat.hugePageByteCount {
      unsafe self.init(base: first, byteCount: byteCount)
      return
    }
    // The kernel goes downwards, so what lies below is most likely free.
    unsafe munmap(first, byteCount)
    let second = unsafe try Self.map(object, byteCount: byteCount, writable: writable, near: below)
    unsafe self.init(base: second, byteCount: byteCount)
  }

  private static func map(
    _ object: SharedMemoryObject, byteCount: Int, writable: Bool, near hint: UInt?
  ) throws(SystemFailure) -> UnsafeMutableRawPointer {
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    // No more than a hint: the kernel chooses a free range, so nothing of ours is overwritten.
    let address = unsafe mmap(
      hint.flatMap { unsafe UnsafeMutableRawPointer(bitPattern: $0) }, byteCount, protection,
      MAP_SHARED | MAP_NORESERVE, object.descriptor, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw SystemFailure(call: "mmap", errno: errno)
    }
    return unsafe address
  }

  /// Private memory with a copy of an object's first bytes, which nobody can cut short; `nil` where the object ends
  /// before them.
  init?(copyOf object: SharedMemoryObject, byteCount: Int) throws(SystemFailure) {
    let address = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw SystemFailure(call: "mmap", errno: errno)
    }
    unsafe self.init(base: address, byteCount: byteCount)
    do {
      let buffer = unsafe UnsafeMutableRawBufferPointer(start: address, count: byteCount)
      if unsafe try object.read(at: 0, into: buffer) == byteCount { return }
    } catch {
      unmap()
      throw error
    }
    unmap()
    return nil
  }

  fileprivate init(base: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe self.base = unsafe base
    self.byteCount = byteCount
    excludeFromCoreDumps()
  }

  /// 16 GiB of address space do not belong into a core dump.
  private func excludeFromCoreDumps() {
    unsafe _ = madvise(base, byteCount, shim_MADV_DONTDUMP)
  }

  /// Ends the mapping. Nobody may hold an offset into it any more.
  func unmap() { unsafe _ = munmap(base, byteCount) }

  /// Ends the mapping, and puts private memory in the place of its header.
  func unmapAllBut(headerByteCount: Int) -> FormerHeader {
    unsafe munmap(base + headerByteCount, byteCount - headerByteCount)
    // Over the rest of our own mapping. A failure leaves the object's pages there, which is safe, too.
    unsafe mmap(
      base, headerByteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
    return unsafe FormerHeader(base: base, byteCount: headerByteCount)
  }

  /// Whether each page of a range is in memory, be it mapped or not; one that is swapped out is not (mincore(2),
  /// which answers truly only to who may write the file or owns it).
  func isInMemory(_ range: Range<Int>) -> Bool {
    assert(range.lowerBound >= 0 && isWholePages(range.lowerBound) && range.upperBound <= byteCount)
    var pages = [UInt8](repeating: 0, count: 4096)
    for start in stride(
      from: range.lowerBound, to: range.upperBound, by: pages.count * SegmentFormat.pageByteCount)
    {
      let byteCount = min(range.upperBound - start, pages.count * SegmentFormat.pageByteCount)
      // Within the mapping, by the line above; one byte a page.
      guard unsafe mincore(base + start, byteCount, &pages) == 0,
        pages.prefix(wholePages(byteCount) / SegmentFormat.pageByteCount).allSatisfy({ $0 & 1 == 1 })
      else { return false }
    }
    return true
  }

  /// Makes a huge page of what an object has in a range of that size and place; whether it did (madvise(2),
  /// MADV_COLLAPSE). Fails on a kernel before 6.1, in a process under PR_SET_THP_DISABLE (prctl(2)), and where the
  /// mapping lies at no multiple of a huge page.
  func collapse(at offset: Int, byteCount: Int) -> Bool {
    assert(offset >= 0 && offset + byteCount <= self.byteCount)
    // Within the mapping, by the line above.
    return unsafe madvise(base + offset, byteCount, shim_MADV_COLLAPSE) == 0
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
      for page in stride(from: offset, to: offset + byteCount, by: SegmentFormat.pageByteCount) {
        words.add(0, at: page)
      }
    }
  }
}

/// The place of the header of a mapping that has ended; private memory of this process, nobody's concern.
@safe struct FormerHeader: @unchecked Sendable {
  fileprivate let base: UnsafeMutableRawPointer
  fileprivate let byteCount: Int

  /// Maps another object so that its header lies here; `nil` where something else lies behind by now.
  func mapAgain(_ object: SharedMemoryObject, byteCount whole: Int) -> MemoryMapping? {
    let protection = PROT_READ | PROT_WRITE
    let flags = MAP_SHARED | MAP_NORESERVE
    let tail = unsafe base + byteCount
    // NOREPLACE: never maps over anything. A kernel before 4.17 takes the address as a hint and may answer
    // another.
    let address = unsafe mmap(
      tail, whole - byteCount, protection, flags | shim_MAP_FIXED_NOREPLACE, object.descriptor, byteCount)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    guard unsafe address == tail,
      unsafe mmap(base, byteCount, protection, flags | MAP_FIXED, object.descriptor, 0) == base
    else {
      unsafe munmap(address, whole - byteCount)
      return nil
    }
    return unsafe MemoryMapping(base: base, byteCount: whole)
  }
}
