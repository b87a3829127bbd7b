internal import Synchronization

/// Taking, writing and freeing blocks: with the mutex.
extension RecordHeap {
  /// A block that holds a record of some bytes; no slot points at it, its stamp is 0.
  ///
  /// Claims more memory where the heap's top reaches its watermark.
  @inline(__always)
  func allocate(recordByteCount: Int) throws(StoreError) -> RecordNumber {
    let size = SizeClass(recordByteCount: recordByteCount)
    let head = segment.header.freeList(size.index)
    if head != .none { return try take(head, of: size) }
    return try carve(size)
  }

  /// The same as far as it takes no more memory: `nil` where the block would reach beyond a limit, or is not of a size
  /// that has a class of its own, or its list leads to what is no free block; then nothing was changed.
  @inline(__always)
  func allocateDirectly(recordByteCount: Int, below limit: Int) -> RecordNumber? {
    guard let size = SizeClass(shortRecordByteCount: recordByteCount) else { return nil }
    let head = segment.header.freeList(size.index)
    if head != .none {
      guard isFree(head, of: size, below: limit) else { return nil }
      unlist(head, of: size)
      return head
    }
    let top = segment.header.heapTop
    guard top >= UInt64(SegmentFormat.firstRecord), top <= UInt64(UInt32.max),
      (Int(top) &+ size.granules) &* SegmentFormat.granuleByteCount <= limit
    else { return nil }
    return cut(size, at: top)
  }

  /// Whether what a free list leads to is a free block of a size; and lies, all of it, as it is about to be written,
  /// below a limit.
  @inline(__always)
  private func isFree(_ record: RecordNumber, of size: SizeClass, below limit: Int) -> Bool {
    record.rawValue > RecordNumber.removed.rawValue
      && record.byteOffset &+ size.granules &* SegmentFormat.granuleByteCount <= limit
      && lengths(record).granules == size.granules && stamp(record) == 0
  }

  @inline(__always)
  private func take(_ record: RecordNumber, of size: SizeClass) throws(StoreError) -> RecordNumber {
    guard
      isFree(record, of: size, below: segment.heapLimit)
        || isFree(record, of: size, below: segment.believe(.heap))
    else {
      throw .corrupted(
        name: segment.name, detail: "a free list leads to record \(record.rawValue), which is none")
    }
    unlist(record, of: size)
    return record
  }

  /// Takes the first block from the list of its size.
  @inline(__always)
  private func unlist(_ record: RecordNumber, of size: SizeClass) {
    unlist(record, of: size, next: link(record))
  }

  /// The same for one that has become a live record, with what its link said.
  @inline(__always)
  private func unlist(_ record: RecordNumber, of size: SizeClass, next: RecordNumber) {
    let header = segment.header
    header.setFreeList(size.index, next)
    header.freeGranules = header.freeGranules &- UInt64(truncatingIfNeeded: size.granules)
  }

  @inline(never)
  private func carve(_ size: SizeClass) throws(StoreError) -> RecordNumber {
    let header = segment.header
    let top = header.heapTop
    guard top >= UInt64(SegmentFormat.firstRecord), top <= UInt64(segment.geometry.heapByteCount / 16) else {
      throw .corrupted(name: segment.name, detail: "the heap's top is \(top)")
    }
    let end = (Int(top) + size.granules) * SegmentFormat.granuleByteCount
    guard end <= segment.geometry.heapByteCount else {
      if let record = try takeLarger(than: size) { return record }
      throw .storeFull(
        name: segment.name, region: Region.heap.description, limit: segment.geometry.heapByteCount)
    }
    do throws(StoreError) {
      try claim(upTo: end)
    } catch {
      if case .noSpace = error, let record = try takeLarger(than: size) { return record }
      throw error
    }
    return cut(size, at: top)
  }

  /// Claims the heap up to an end, where it is not claimed yet; an event says so.
  func claim(upTo end: Int) throws(StoreError) {
    guard end > segment.heapLimit else { return }
    let before = segment.believe(.heap)
    guard end > before else { return }
    let start = SystemClock.monotonic
    try segment.claim(.heap, atLeast: end, preferred: preferredByteCount(after: before))
    EventRing(segment).append(
      .heapGrown, duration: SystemClock.monotonic &- start, UInt64(before), UInt64(segment.heapLimit))
  }

  /// How much of the heap to claim where some is claimed, in steps that grow with it, from 64 KiB to 64 MiB; and once
  /// it has grown beyond its first huge page, to the end of one. But not more than a quarter of what there is: it is
  /// others' as well, and may have to do for a long time. A file system without a limit has a size of 0.
  private func preferredByteCount(after before: Int) -> Int {
    let end = segment.heapStart + before + min(max(64 << 10, before / 8), 64 << 20)
    let isLarge = end > SegmentFormat.hugePageByteCount
    let step = (isLarge ? wholeHugePages(end) : end) - segment.heapStart - before
    let system = SharedMemoryObject.fileSystem()
    return before + (system.total == 0 ? step : min(step, system.free / 4))
  }

  /// Cuts a block from the heap's top, which may be looked at and leaves room for it.
  @inline(__always)
  private func cut(_ size: SizeClass, at top: UInt64) -> RecordNumber {
    let record = RecordNumber(rawValue: UInt32(truncatingIfNeeded: top))
    // Release fence, the partner of the reader's acquire fence: who sees the block cut anew sees the table
    // gone that led to what lay here, though another process emptied it.
    atomicMemoryFence(ordering: .releasing)
    words.store(0, at: offset(record))
    words.store(RecordLengths(granules: size.granules, key: 0, value: 0).rawValue, at: offset(record) &+ 8)
    // Release: who sees the new top sees the granule count of every block below it.
    segment.header.heapTop = top &+ UInt64(truncatingIfNeeded: size.granules)
    return record
  }

  /// Where the heap can grow no more, a free block of a larger class will do; `nil` where there is none.
  private func takeLarger(than size: SizeClass) throws(StoreError) -> RecordNumber? {
    let header = segment.header
    for index in (size.index + 1)..<SizeClass.count where header.freeList(index) != .none {
      let record = header.freeList(index)
      guard contains(record), let larger = SizeClass.ofBlock(granules: lengths(record).granules),
        larger.index == index
      else { break }
      return try take(record, of: larger)
    }
    return nil
  }

  /// Steps 2 and 3 of writing: makes a block a record, with the next sequence number as its stamp.
  @inline(__always)
  func write(_ record: RecordNumber, key: RawSpan, _ digest: KeyDigest, value: RawSpan) {
    write(record, granules: lengths(record).granules, key: key, digest, value: value)
  }

  @inline(__always)
  func write(_ record: RecordNumber, granules: Int, key: RawSpan, _ digest: KeyDigest, value: RawSpan) {
    let start = offset(record)
    words.store(0, at: start)
    // Release fence, the partner of the reader's acquire fence: who sees one of the words below and then
    // looks at the stamp again finds 0, or a later stamp, there.
    atomicMemoryFence(ordering: .releasing)
    words.store(
      RecordLengths(granules: granules, key: key.byteCount, value: value.byteCount).rawValue, at: start &+ 8)
    let keyStart = start &+ SegmentFormat.recordHeaderByteCount
    words.store(key, last: digest.lastWord, lastIndex: digest.lastIndex, at: keyStart)
    words.storeValue(value, at: keyStart &+ digest.paddedByteCount)
    let header = segment.header
    let sequence = header.sequence &+ 1
    header.sequence = sequence
    words.storeReleasing(sequence, at: start)
  }

  /// Puts a block that no slot points at any more on the free list of its size.
  @inline(__always)
  func free(_ record: RecordNumber) {
    let header = segment.header
    guard let size = SizeClass.ofBlock(granules: lengths(record).granules) else { return }
    release(record, of: size, next: header.freeList(size.index))
    header.freeGranules = header.freeGranules &+ UInt64(truncatingIfNeeded: size.granules)
  }

  /// Ends a record, and makes its block the first of a list that goes on with another.
  @inline(__always)
  private func release(_ record: RecordNumber, of size: SizeClass, next: RecordNumber) {
    // Release: who sees the stamp gone sees that the slot has changed, too.
    words.storeReleasing(0, at: offset(record))
    // As in `write`: the link overwrites the key, so the stamp must be seen to be 0 first.
    atomicMemoryFence(ordering: .releasing)
    words.store(UInt64(next.rawValue), at: linkOffset(record))
    segment.header.setFreeList(size.index, record)
  }

  /// A free block, still the first of its list, and the one behind it.
  struct FreeBlock {
    let record: RecordNumber
    let size: SizeClass
    let next: RecordNumber
  }

  /// The first free block of just the size for a record; `nil` where there is none, or it is not of a size that has a
  /// class of its own, or lies beyond a limit, or is no free block.
  @inline(__always)
  func firstFree(recordByteCount: Int, below limit: Int) -> FreeBlock? {
    guard let size = SizeClass(shortRecordByteCount: recordByteCount) else { return nil }
    let record = segment.header.freeList(size.index)
    guard isFree(record, of: size, below: limit) else { return nil }
    return FreeBlock(
      record: record, size: size, next: link(record))
  }

  /// Takes a block from its list that has become a live record, and frees the one it stands for now.
  ///
  /// Until here the list leads to a live record. Nobody looks: lists are the mutex holder's, and derived, so that
  /// recovery makes them anew.
  @inline(__always)
  func exchange(_ new: FreeBlock, for old: RecordNumber, oldGranules: Int) {
    if oldGranules != new.size.granules {
      unlist(new.record, of: new.size, next: new.next)
      return free(old)
    }
    // The old block goes where the new one was.
    release(old, of: new.size, next: new.next)
  }

  /// Makes the heap empty; no slot of the live table may point into it.
  func reset() {
    let header = segment.header
    for index in 0..<SizeClass.count { header.setFreeList(index, .none) }
    header.freeGranules = 0
    header.heapTop = UInt64(SegmentFormat.firstRecord)
  }

  /// The blocks from one record number to a top, as far as their granule counts make sense. Returns the
  /// record number at which the walk ended: the top, if the heap is sound.
  func walk(
    from first: UInt64 = UInt64(SegmentFormat.firstRecord), to top: UInt64,
    _ body: (RecordNumber, _ granules: Int) -> Void
  ) -> UInt64 {
    var number = first
    while number < top, number <= UInt64(UInt32.max) {
      let record = RecordNumber(rawValue: UInt32(number))
      guard contains(record) else { break }
      let granules = lengths(record).granules
      let end = number + UInt64(granules)
      guard granules >= 1, end <= top, Int(end) * SegmentFormat.granuleByteCount <= segment.heapLimit else {
        break
      }
      body(record, granules)
      number = end
    }
    return number
  }

  /// The heap's top, if it lies within what may be looked at.
  func soundTop() -> UInt64? {
    let top = segment.header.heapTop
    guard top >= UInt64(SegmentFormat.firstRecord),
      top <= UInt64(segment.believe(.heap) / SegmentFormat.granuleByteCount)
    else { return nil }
    return top
  }
}
