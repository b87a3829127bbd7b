/// Random numbers that the printed seed repeats (SplitMix64). The stepper has one thread.
enum Chance {
  nonisolated(unsafe) private static var state: UInt64 = 0

  static func seed(_ seed: UInt64) { state = seed }

  static func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number from 0 up to, but without, a bound.
  static func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}
