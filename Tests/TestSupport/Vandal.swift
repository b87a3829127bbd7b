/// Overwrites words of a live segment with what should not be there, and can put them right again.
public struct Vandal {
  private let object: RawObject
  /// Drawn from evenly, whatever their sizes: a few words steer all the others.
  private let ranges: [Range<Int>]
  private let byteCount: Int
  private var random: SeededGenerator

  /// - Parameter ranges: bytes that may be overwritten, by whole words.
  public init(_ store: TemporaryStore, ranges: [Range<Int>], seed: UInt64) {
    object = RawObject(store)
    byteCount = object.byteCount
    self.ranges = ranges.filter { $0.count >= 8 }
    random = SeededGenerator(seed: seed)
  }

  /// What some words were.
  public struct Damage {
    let offset: Int
    let before: [UInt8]
  }

  /// Overwrites a few words anywhere; or many of one range, so that whoever reads there meets one; or a whole run
  /// with one word, so that there is nothing left at which a search would end.
  public mutating func strike() -> [Damage] {
    let range = anyRange()
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return [flood(range)]
    case 1, 2: return (0..<min(64, range.count / 8)).map { _ in overwriteWord(of: range) }
    default: return (0..<Int.random(in: 1...4, using: &random)).map { _ in overwriteWord(of: anyRange()) }
    }
  }

  /// Puts words right again, the last one first.
  public func mend(_ damages: [Damage]) {
    for damage in damages.reversed() { object.write(damage.before, at: damage.offset) }
  }

  private mutating func flood(_ range: Range<Int>) -> Damage {
    let count = min(1024, range.count / 8)
    let damage = Damage(offset: range.lowerBound, before: bytes(of: range.lowerBound, words: count))
    let word = worse(than: word(at: anyOffset(range)))
    object.write((0..<count).flatMap { _ in bytes(word) }, at: damage.offset)
    return damage
  }

  private mutating func overwriteWord(of range: Range<Int>) -> Damage {
    let offset = anyOffset(range)
    let damage = Damage(offset: offset, before: bytes(of: offset, words: 1))
    object.write(bytes(worse(than: word(at: offset))), at: offset)
    return damage
  }

  private mutating func anyRange() -> Range<Int> { ranges[Int.random(in: 0..<ranges.count, using: &random)] }

  private mutating func anyOffset(_ range: Range<Int>) -> Int {
    range.lowerBound + 8 * Int.random(in: 0..<range.count / 8, using: &random)
  }

  /// Another word: an extreme, noise, one that is nearly right, one that is right elsewhere, or one whose lie is
  /// only in a half of it, or in a byte, so that all checks of the rest let it pass.
  private mutating func worse(than word: UInt64) -> UInt64 {
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      [0, 1, 2, 4096, 1 << 32, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max][Int.random(in: 0..<9, using: &random)]
    case 1: random.next()
    case 2: word ^ 1 << UInt64.random(in: 0..<64, using: &random)
    case 3: word &+ UInt64.random(in: 1...64, using: &random)
    case 4: word &- UInt64.random(in: 1...64, using: &random)
    // A page of the object, as a watermark would be.
    case 5: UInt64(Int.random(in: 0...byteCount / 4096, using: &random) * 4096)
    // A place in the object, 16 bytes each, as a slot would say it.
    case 6: UInt64.random(in: 0...UInt64(byteCount / 16), using: &random) << 32 | word & 0xFFFF_FFFF
    case 7: random.next() << 32 | word & 0xFFFF_FFFF
    case 8:
      word ^ UInt64.random(in: 1...255, using: &random) << (8 * UInt64.random(in: 0..<8, using: &random))
    default: self.word(at: anyOffset(anyRange()))
    }
  }

  private func bytes(of offset: Int, words count: Int) -> [UInt8] {
    object.bytes(from: offset, count: 8 * count)
  }

  private func bytes(_ word: UInt64) -> [UInt8] { withUnsafeBytes(of: word.littleEndian) { Array($0) } }

  private func word(at offset: Int) -> UInt64 {
    bytes(of: offset, words: 1).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
