/// Keys, packed in the order in which they are asked for, so that fetching the key itself costs no cache miss.
///
/// The memory stays until it is given back: most processes make one of these and end.
struct PackedKeys: RandomAccessCollection {
  let startIndex = 0
  let endIndex: Int
  private let memory: UnsafeMutablePointer<UInt8>
  private let stride: Int
  private let byteCount: Int

  /// Makes the keys of a plan in random order.
  ///
  /// - Parameters:
  ///   - limit: at most so many of them.
  ///   - missShare: the share of keys, 0 to 1, that are not in the store.
  init(_ plan: KeyPlan, limit: Int = .max, missShare: Double = 0, seed: UInt64 = 42) {
    var random = SplitMix(seed: seed)
    var numbers = (0..<UInt32(plan.entryCount)).map { $0 }
    endIndex = Swift.min(plan.entryCount, limit)
    // As many steps of a shuffle as are needed.
    for index in 0..<endIndex { numbers.swapAt(index, Int.random(in: index..<numbers.count, using: &random)) }
    byteCount = plan.keyByteCount
    stride = (byteCount + 15) / 16 * 16
    memory = .allocate(capacity: endIndex * stride)
    for index in 0..<endIndex {
      let isMiss = missShare > 0 && Double.random(in: 0..<1, using: &random) < missShare
      plan.write(Int(numbers[index]), isMiss: isMiss, to: memory + index * stride)
    }
  }

  /// Makes the keys of some numbers, in their order.
  init(_ plan: KeyPlan, numbers: Range<Int>) {
    endIndex = numbers.count
    byteCount = plan.keyByteCount
    stride = (byteCount + 15) / 16 * 16
    memory = .allocate(capacity: endIndex * stride)
    for (index, number) in numbers.enumerated() { plan.write(number, to: memory + index * stride) }
  }

  /// Gives the memory back; no key may be used any more.
  func deallocate() { memory.deallocate() }

  @inline(__always)
  subscript(index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory + index &* stride, count: byteCount)
  }
}

/// A fast generator whose sequence its seed repeats.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
