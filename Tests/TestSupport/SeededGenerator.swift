import Glibc

/// SplitMix64: random numbers that a seed repeats.
///
/// Each test that uses one prints its seed; `SHMTOP_SEED=0x… swift test --filter …` repeats the run.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The seed it was made with.
  public let seed: UInt64
  private var state: UInt64

  /// Makes the generator of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// Makes a test's generator: its seed from the environment, else a new one; says which.
  public init(printedFor test: String) {
    self.init(seed: Self.seedOfEnvironment ?? UInt64.random(in: .min ... .max))
    print("seed of \(test): 0x\(String(seed, radix: 16))")
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A seed for a part of the test, drawn from this one.
  public mutating func seedOfPart() -> UInt64 { next() }

  /// Bytes of all values, NUL and what is not UTF-8 among them.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count { withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) } }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private static var seedOfEnvironment: UInt64? {
    guard let text = getenv("SHMTOP_SEED").map({ String(cString: $0) }) else { return nil }
    return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}
