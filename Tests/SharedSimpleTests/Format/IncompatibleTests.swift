import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// Segments of another version, machine or library, whole in themselves: refused by every mode, with the number.
struct IncompatibleTests {
  let segment = TemporaryStore("incompatible")
  private typealias I = SegmentFormat.Identity

  /// A segment with one word of its identity changed, and the checksum made to fit.
  private func makeSegment(word offset: Int, _ value: UInt64) throws {
    try segment.open { $0.reservation = 1 << 20 }.put("a", "1")
    let object = RawObject(segment)
    var words = object.bytes(count: I.byteCount).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    words[offset / 8] = value
    words[I.checksum / 8] = FNV1a.hash(words[..<(I.checksum / 8)])
    object.write(words.withUnsafeBytes { Array($0) })
  }

  private func expectRefused(_ error: StoreError) {
    for mode in [OpenMode.shared, .existing, .readOnly] {
      #expect(throws: error) { try segment.open(mode) }
    }
    #expect(throws: error) { try SegmentObserver(segment.name) }
    #expect(throws: error) { try SegmentCheck.run(segment.name) }
  }

  @Test(arguments: [0, 2, 3, 4, 6, 1_000_000])
  func `An older or newer format version is refused with both versions`(version: UInt64) throws {
    try makeSegment(word: I.version, version)
    expectRefused(.unsupportedVersion(name: segment.name, found: Int(version), supported: 5))
    // Starting afresh is allowed: it is ours, only of another time.
    let fresh = try segment.open(.exclusive)
    #expect(try fresh.count == 0)
  }

  @Test func `Another word size, mutex size, page size or byte order is refused by its name`() throws {
    let mark = SegmentFormat.byteOrderMark
    let cases: [(offset: Int, value: UInt64, word: String, right: Int)] = [
      (I.pointerBits, 32, "pointer", 64), (I.mutexByteCount, 24, "mutex", MemoryLayout<pthread_mutex_t>.size),
      (I.pageSize, 65536, "page", 4096), (I.byteOrder, mark.byteSwapped, "byte order", Int(mark)),
      (I.library, 2, "library", 1), (I.headerByteCount, 65536, "header size", SegmentFormat.headerByteCount),
      (I.participantCapacity, 100, "participant", SegmentFormat.participantCapacity),
      (I.eventCapacity, .max, "event", SegmentFormat.eventCapacity),
      (I.clockCapacity, 0, "clock", SegmentFormat.clockCapacity),
    ]
    for (offset, value, word, right) in cases {
      try makeSegment(word: offset, value)
      let error = #expect(throws: StoreError.self) { try segment.open() }
      guard case .incompatible(let name, let property, let found, let expected) = error else {
        Issue.record("\(word): \(error.debugDescription)")
        continue
      }
      #expect(name == segment.name)
      #expect(property.lowercased().contains(word))
      #expect(UInt64(found) == min(value, UInt64(Int.max)))
      #expect(expected == right)
      let sentence = "\(error!)"
      #expect(
        sentence.contains(property) && sentence.contains("\(found)") && sentence.contains("\(expected)"))
      expectRefused(.incompatible(name: segment.name, property: property, found: found, expected: expected))
      try SharedStore.unlink(segment.name)
    }
  }

  @Test func `A whole segment of a machine of the other byte order is recognised as what it is`() throws {
    try segment.open { $0.reservation = 1 << 20 }.put("a", "1")
    let object = RawObject(segment)
    let words = object.bytes(count: I.byteCount).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    object.write(words.map(\.byteSwapped).withUnsafeBytes { Array($0) })
    let mark = SegmentFormat.byteOrderMark
    expectRefused(
      .incompatible(
        name: segment.name, property: "byte order mark", found: Int(mark.byteSwapped), expected: Int(mark)))
    let fresh = try segment.open(.exclusive)
    #expect(try fresh.count == 0)
  }

  @Test func `A listing says of each why it is refused`() throws {
    try makeSegment(word: I.version, 9)
    let listing = try #require(try SharedStore.list().first { $0.name == segment.name })
    #expect(listing.refusal == .unsupportedVersion(name: segment.name, found: 9, supported: 5))
    #expect(listing.sample == nil)
  }
}
