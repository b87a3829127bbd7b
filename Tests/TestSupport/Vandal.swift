/// Overwrites words of a live segment with what should not be there, and can put them right again.
public struct Vandal {
  private let object: RawObject
  /// Drawn from evenly, whatever their sizes: a few words steer all the others.
  private let ranges: [Range<Int>]
  private var random: SeededGenerator

  /// - Parameter ranges: bytes that may be overwritten, by whole words.
  public init(_ store: TemporaryStore, ranges: [Range<Int>], seed: UInt64) {
    object = RawObject(store)
    self.ranges = ranges.filter { $0.count >= 8 }
    random = SeededGenerator(seed: seed)
  }

  /// What a word was.
  public struct Damage {
    public let offset: Int
    let before: UInt64
  }

  /// Overwrites one to four words.
  public mutating func strike() -> [Damage] {
    (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let damage = pick()
      write(worse(than: damage.before), at: damage.offset)
      return damage
    }
  }

  /// Puts words right again, the last one first.
  public func mend(_ damages: [Damage]) {
    for damage in damages.reversed() { write(damage.before, at: damage.offset) }
  }

  private mutating func pick() -> Damage {
    let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
    let offset = range.lowerBound + 8 * Int.random(in: 0..<range.count / 8, using: &random)
    return Damage(offset: offset, before: word(at: offset))
  }

  /// Another word: an extreme, noise, one that is nearly right, or one that is right elsewhere.
  private mutating func worse(than word: UInt64) -> UInt64 {
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      [0, 1, 2, 4096, 1 << 32, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max][Int.random(in: 0..<9, using: &random)]
    case 1: random.next()
    case 2: word ^ 1 << UInt64.random(in: 0..<64, using: &random)
    case 3: word &+ UInt64.random(in: 1...64, using: &random)
    case 4: word &- UInt64.random(in: 1...64, using: &random)
    default: pick().before
    }
  }

  private func word(at offset: Int) -> UInt64 {
    object.bytes(from: offset, count: 8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func write(_ word: UInt64, at offset: Int) {
    object.write(withUnsafeBytes(of: word.littleEndian) { Array($0) }, at: offset)
  }
}
