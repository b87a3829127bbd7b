/// Sizes of heap blocks: every number of granules up to 32, then eight sizes to each doubling, so that a
/// block has at most an eighth more granules than its record needs. 128 classes hold the largest record.
struct SizeClass: Equatable, Sendable {
  let index: Int
  /// Granules of each block of this class.
  let granules: Int

  /// Bytes of each block of this class.
  var byteCount: Int { granules * SegmentFormat.granuleByteCount }

  static let count = 128
  /// Up to so many granules, each number is a class of its own, with this number as its index.
  static let exactLimit = 32

  /// The class of a block with some granules; `nil` where no block of ours has as many.
  static func ofBlock(granules: Int) -> SizeClass? {
    guard granules >= 2, granules <= 1 << 17 else { return nil }
    let size = SizeClass(granules: granules)
    return size.granules == granules && size.index < count ? size : nil
  }

  /// The smallest class that holds a record of some bytes.
  @inline(__always)
  init(recordByteCount: Int) {
    self.init(granules: Self.granules(recordByteCount))
  }

  /// The granules that some bytes take.
  @inline(__always)
  private static func granules(_ byteCount: Int) -> Int {
    (byteCount &+ SegmentFormat.granuleByteCount &- 1) &>> 4
  }

  /// The class of a record of some bytes, if each number of granules is a class there.
  @inline(__always)
  init?(shortRecordByteCount byteCount: Int) {
    let granules = Self.granules(byteCount)
    if granules > Self.exactLimit { return nil }
    index = granules
    self.granules = granules
  }

  /// The smallest class of at least some granules.
  @inline(__always)
  init(granules: Int) {
    if granules <= Self.exactLimit {
      index = granules
      self.granules = granules
    } else {
      let exponent = Int.bitWidth &- 1 &- (granules &- 1).leadingZeroBitCount
      let step = 1 &<< (exponent &- 3)
      let steps = (granules &- 1 &<< exponent &+ step &- 1) / step
      index = 33 &+ (exponent &- 5) &* 8 &+ steps &- 1
      self.granules = 1 &<< exponent &+ steps &* step
    }
  }
}
