internal import Synchronization

/// Where a handle counts: some words of the segment, or for one that has none there, private ones that nobody reads.
/// So counting is a load and an addition, without a question.
///
/// What makes its unsafe code true: the words of the segment stay mapped until no thread can be inside a call of the
/// handle any more (`SegmentRegistry`); the private ones go with this.
@safe struct CountingPlace: ~Copyable {
  /// An address, as a number: never null, and so not looked at for that.
  private let place: Atomic<UInt>
  private let own: UnsafeMutableRawPointer

  /// Private words, to begin with.
  init(byteCount: Int) {
    unsafe own = .allocate(byteCount: byteCount, alignment: 8)
    unsafe own.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    unsafe place = Atomic(UInt(bitPattern: own))
  }

  deinit { unsafe own.deallocate() }

  /// From now on the words at an offset.
  func move(to words: SharedWords, at offset: Int) {
    unsafe place.store(UInt(bitPattern: words.address(offset)), ordering: .relaxed)
  }

  /// From now on the private words.
  func moveAway() { unsafe place.store(UInt(bitPattern: own), ordering: .relaxed) }

  /// Adds by a load and a store, without a locked instruction: exact where one thread at a time counts.
  ///
  /// - Parameter field: offset of the word, within the bytes there are.
  @inline(__always)
  func add(_ amount: UInt64, at field: Int) {
    unsafe SharedWords.addAlone(
      amount,
      to: UnsafeMutableRawPointer(bitPattern: place.load(ordering: .relaxed)).unsafelyUnwrapped + field)
  }
}
