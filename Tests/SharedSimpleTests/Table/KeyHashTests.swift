import TestSupport
import Testing

@testable import SharedSimple

/// The keyed hash.
struct KeyHashTests {
  /// As random as a segment's own, if not by chance: halves that are each other's complement, say, are a weak key.
  private let key = KeyHash.Key(low: 0x0123_4567_89AB_CDEF, high: 0x5A69_788F_9EAD_BCC3)

  private func hash(_ bytes: [UInt8], _ key: KeyHash.Key) -> UInt32 {
    KeyDigest(bytes.span.bytes, key: key).hash
  }

  @Test func `The same bytes and key give the same hash; another key, another one`() {
    var random = SeededGenerator(printedFor: "the keyed hash")
    let (one, other) = (
      KeyHash.Key(low: random.next(), high: random.next()),
      KeyHash.Key(low: random.next(), high: random.next())
    )
    var same = 0
    for length in 1...200 {
      let bytes = random.bytes(length)
      #expect(hash(bytes, one) == hash(bytes, one))
      if hash(bytes, one) == hash(bytes, other) { same += 1 }
    }
    #expect(same < 3)
  }

  /// By a second implementation of the comment in KeyHash: segments outlive a library.
  @Test func `Hashes are those of the format`() {
    let hashes: KeyValuePairs<Int, UInt32> = [
      1: 0x11697F3A, 3: 0xC7D276BB, 7: 0x6C3711B9, 8: 0x24AE569B, 9: 0xBB5AFC50, 16: 0x65F574B4,
      17: 0xA1BF2307, 24: 0xA1E90191, 31: 0xFC77850F, 200: 0x250D82E1,
    ]
    for (length, expected) in hashes {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      #expect(hash(bytes, key) == expected, "\(length) bytes")
      let words = bytes + [UInt8](repeating: 0, count: 8)
      let other = KeyHash.hash(byteCount: length, key: key) { index in words.span.bytes.word(index) }
      #expect(other == expected, "\(length) bytes, by words")
    }
  }

  @Test func `Keys that differ in one bit or in zeros at the end have other hashes`() {
    var hashes: Set<UInt32> = []
    for length in 1...64 { hashes.insert(hash([UInt8](repeating: 0, count: length), key)) }
    #expect(hashes.count == 64)
    hashes = []
    for bit in 0..<256 {
      var bytes = [UInt8](repeating: 0x55, count: 32)
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      hashes.insert(hash(bytes, key))
    }
    #expect(hashes.count == 256)
  }

  /// Equal words but for one that is chosen to make up for the other length, were the length only xored into it.
  @Test func `No word of a key makes up for another length`() {
    let constants: [UInt64] = [1, 0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3]
    for constant in constants {
      var hashes: Set<UInt32> = []
      for length in 17...24 {
        var bytes = [UInt8](repeating: 0, count: length)
        withUnsafeBytes(of: (UInt64(length) &* constant).littleEndian) { word in
          bytes.replaceSubrange(8..<16, with: word)
        }
        bytes[16] = 1
        hashes.insert(hash(bytes, key))
      }
      #expect(hashes.count == 8)
    }
  }

  @Test func `Numbered keys spread evenly over a small table`() {
    let key = KeyHash.Key(low: 1, high: 2)
    var buckets = [Int](repeating: 0, count: 64)
    for index in 0..<6400 { buckets[Int(hash(Array("key \(index)".utf8), key) & 63)] += 1 }
    // 100 each expected; with a deviation of 10, 50 is five of them.
    #expect(buckets.allSatisfy { (50...150).contains($0) })
  }

  @Test func `Padded words are those of the bytes followed by zeros, whatever lies behind the span`() {
    for length in 1...33 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      let padded = bytes + [UInt8](repeating: 0, count: 8)
      for index in 0..<((length + 7) / 8) {
        let expected = padded[(8 * index)..<(8 * index + 8)].reversed().reduce(UInt64(0)) {
          $0 << 8 | UInt64($1)
        }
        let isLast = index == bytes.span.bytes.lastIndex
        #expect((isLast ? bytes.span.bytes.lastWord : bytes.span.bytes.word(index)) == expected)
      }
    }
  }
}
