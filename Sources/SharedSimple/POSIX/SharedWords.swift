internal import CLinux
internal import Synchronization

/// The one way into shared memory: 64-bit atomic words at byte offsets (rule R4).
///
/// Two facts make its unsafe code true: the mapping outlives every handle that has a copy of this
/// (`SegmentRegistry`), and callers bound each offset by a constant of the format or by a believed
/// watermark before they come here (`Segment`); debug builds check that again. `Atomic<UInt64>` has
/// the layout of a `UInt64`, and any bits are a valid one, so foreign bytes can be bound to it.
@safe struct SharedWords: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int

  init(_ mapping: MemoryMapping) {
    unsafe base = mapping.base
    byteCount = mapping.byteCount
  }

  @inline(__always)
  private func pointer(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    assert(offset >= 0 && offset & 7 == 0 && offset <= byteCount - 8)
    return unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  @inline(__always)
  func load(_ offset: Int) -> UInt64 { unsafe pointer(offset).pointee.load(ordering: .relaxed) }

  @inline(__always)
  func loadAcquiring(_ offset: Int) -> UInt64 { unsafe pointer(offset).pointee.load(ordering: .acquiring) }

  /// Asks for the line at an offset, which may lie anywhere: this is no access (rule R5).
  @inline(__always)
  func prefetch(_ offset: Int) { unsafe shim_prefetch(base + offset) }

  @inline(__always)
  func store(_ value: UInt64, at offset: Int) {
    unsafe pointer(offset).pointee.store(value, ordering: .relaxed)
  }

  @inline(__always)
  func storeReleasing(_ value: UInt64, at offset: Int) {
    unsafe pointer(offset).pointee.store(value, ordering: .releasing)
  }

  /// Adds with a locked instruction; for words that several processes write without the mutex.
  @inline(__always)
  func add(_ value: UInt64, at offset: Int) {
    unsafe _ = pointer(offset).pointee.wrappingAdd(value, ordering: .relaxed)
  }

  /// Adds by a load and a store; for words that one thread at a time writes.
  @inline(__always)
  func addAlone(_ value: UInt64, at offset: Int) { unsafe Self.addAlone(value, to: address(offset)) }

  /// The same at an address that `address` has given, or of private memory.
  @inline(__always)
  @unsafe static func addAlone(_ value: UInt64, to address: UnsafeMutableRawPointer) {
    let word = unsafe address.assumingMemoryBound(to: Atomic<UInt64>.self)
    unsafe word.pointee.store(word.pointee.load(ordering: .relaxed) &+ value, ordering: .relaxed)
  }

  /// Where an offset lies, for `CountingPlace`.
  @inline(__always)
  func address(_ offset: Int) -> UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(pointer(offset)) }

  /// Sets bits; returns what was there.
  @inline(__always)
  func setBits(_ bits: UInt64, at offset: Int) -> UInt64 {
    unsafe pointer(offset).pointee.bitwiseOr(bits, ordering: .acquiringAndReleasing).oldValue
  }

  @inline(__always)
  func compareExchange(expected: UInt64, desired: UInt64, at offset: Int) -> Bool {
    unsafe pointer(offset).pointee.compareExchange(
      expected: expected, desired: desired, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// The robust mutex that lies at an offset.
  @inline(__always)
  func mutex(at offset: Int) -> RobustMutex {
    unsafe RobustMutex(pointer: (base + offset).assumingMemoryBound(to: RobustMutex.Storage.self))
  }
}
