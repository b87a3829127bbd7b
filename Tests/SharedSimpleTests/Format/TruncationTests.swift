import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// Objects that somebody has cut short, or made longer.
///
/// Who attaches, and every call of an observer, asks the object's size: an error. Handles that read or write do
/// not ask, as `get` makes no system call: touching what was cut off is a SIGBUS, which the format's comment
/// says is not promised against. Nor is a cut between an observer's question and its look: hence a /dev/shm where
/// no other test looks.
struct TruncationTests: Sendable {
  let segment = TemporaryStore("truncated")
  private static let reservation = 1 << 20

  /// Sizes around each border of the format, and some between.
  static let sizes: [Int] = {
    let geometry = Geometry(reservation: reservation, valueLimit: 32, initialSlots: 8, creator: 1)
    let header = SegmentFormat.headerByteCount
    let borders =
      [8, SegmentFormat.Identity.byteCount, SegmentFormat.mutex, 4096, header]
      + [SegmentFormat.claimedHeaderByteCount] + [.window0, .window1, .heap].map(geometry.start)
      + [geometry.start(.heap) + (64 << 10), reservation]
    var random = SeededGenerator(printedFor: "objects cut short")
    let any = (0..<Effort.times(20)).map { _ in Int.random(in: 0..<reservation, using: &random) }
    return Set([0] + borders.flatMap { [$0 - 1, $0, $0 + 1] } + any).subtracting([reservation]).sorted()
  }()

  private func makeSegment() throws {
    unlink(segment.path)
    let store = try segment.open { $0.reservation = Self.reservation }
    for index in 0..<100 { try store.put("key \(index)", "value \(index)") }
    store.close()
  }

  /// A cut within a value leaves its beginning, and then zeros: bytes that nothing tells from others.
  private static func isValue(_ bytes: [UInt8], of index: Int) -> Bool {
    let whole = Array("value \(index)".utf8)
    let kept = bytes.prefix { $0 != 0 }
    return bytes.count == whole.count && whole.starts(with: kept)
      && bytes[kept.endIndex...].allSatisfy { $0 == 0 }
  }

  @Test func `Cut or lengthened to any size before attaching: each mode says so, and the name is not lost`()
    throws
  {
    try PrivateShm.run { [self] in
      for byteCount in Self.sizes {
        try makeSegment()
        truncate(segment.path, byteCount)
        // Nothing, a beginning that could still become a segment, one that could not, and one that says more.
        let expected =
          byteCount == 0
          ? "timedOut" : byteCount < SegmentFormat.Identity.byteCount ? "notASegment" : "corrupted"
        for mode in [OpenMode.shared, .existing, .readOnly] {
          let found = refusal { try segment.open(mode) { $0.attachTimeout = .milliseconds(1) } }
          #expect(found == expected, "\(byteCount) bytes, \(mode)")
        }
        #expect(refusal { try SegmentObserver(segment.name, attachTimeout: .zero) } == expected)
        #expect(refusal { try SegmentCheck.run(segment.name) } == expected)
        #expect(RawObject(segment).bytes().count == byteCount)
        if expected == "notASegment" {
          #expect(refusal { try segment.open(.exclusive) } == expected)
          continue
        }
        let fresh = try segment.open(.exclusive) { $0.reservation = Self.reservation }
        try fresh.put("a", "1")
        #expect(try fresh.dictionary() == ["a": "1"])
        expectSound(segment)
      }
    }
  }

  /// A watermark that claims what has been cut off is no proof that it is there, to whom it is not lost either.
  @Test func `Cut where a process has believed it, with a watermark that claims more: no page is touched`()
    throws
  {
    let store = try segment.open { $0.reservation = Self.reservation }
    try store.put("key", "value")
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name, "mode=readOnly") == .done([]))
    #expect(try agent.ask("get", "h", "key".hex).value == "value".hex)
    let index = HashIndex(store.segment, try store.segment.liveTable())
    let digest = "key".withRawSpan { KeyDigest($0, key: store.segment.hashKey) }
    let (position, slot) = try #require(index.probe(digest.hash))
    let (start, believed) = (store.segment.heapStart, store.segment.heapLimit)
    func write(_ word: UInt64, at offset: Int) {
      RawObject(segment).write(withUnsafeBytes(of: word) { Array($0) }, at: offset)
    }
    let beyond = RecordNumber(rawValue: UInt32((believed + 32768) / 16))
    write(UInt64(believed + 65536), at: SegmentFormat.watermarks + 8 * Region.heap.rawValue)
    write(Slot(record: beyond, hash: slot.hash).rawValue, at: index.offset(position))
    truncate(segment.path, start + believed)
    #expect(try agent.ask("get", "h", "key".hex).refusal == "corrupted")
    // The same with a whole object, by a process that has lost its descriptor and may not write.
    truncate(segment.path, Self.reservation)
    #expect(try agent.ask("lose-objects") == .done([]))
    let allocated = RawObject(segment).dataRanges.map(\.count).reduce(0, +)
    #expect(try agent.ask("get", "h", "key".hex).refusal == "corrupted")
    #expect(RawObject(segment).dataRanges.map(\.count).reduce(0, +) == allocated)
  }

  @Test func `A header with a hole in it is refused by a list as by an opening`() throws {
    try PrivateShm.run { [self] in
      try makeSegment()
      truncate(segment.path, 4096)
      truncate(segment.path, Self.reservation)
      let listing = try SharedStore.list().first { $0.name == segment.name }
      #expect(listing?.sample == nil)
      #expect(refusal { if let refusal = listing?.refusal { throw refusal } } == "corrupted")
      #expect(refusal { try segment.open(.existing) } == "corrupted")
    }
  }

  /// Its geometry stays, so that it is looked at each time; what lies behind comes and goes.
  @Test func `A list of all segments is safe from one that is cut while it is looked at`() throws {
    try PrivateShm.run { [self] in
      try makeSegment()
      let agent = try AgentProcess()
      let header = RawObject(segment).bytes(count: SegmentFormat.headerByteCount)
      try agent.send("list-on")
      // Whole for random times, so that each step of a look meets a cut.
      var random = SeededGenerator(printedFor: "a segment cut while it is listed")
      for _ in 0..<Effort.times(4_000) {
        truncate(segment.path, 4096)
        truncate(segment.path, Self.reservation)
        RawObject(segment).write(header)
        for _ in 0..<Int.random(in: 0..<2000, using: &random) { _ = getppid() }
      }
      #expect(try agent.end().number ?? 0 > 0)
    }
  }

  @Test
  func
    `Cut to any size under an observer: each of its calls says so, and it sees all once it is whole again`()
    throws
  {
    try PrivateShm.run { [self] in
      for byteCount in Self.sizes where byteCount < Self.reservation {
        try makeSegment()
        let observer = try SegmentObserver(segment.name)
        _ = try observer.sample()
        let image = RawObject(segment).bytes()
        truncate(segment.path, byteCount)
        var cursor = TableCursor()
        let error = StoreError.corrupted(
          name: segment.name, detail: "it has been cut to \(byteCount) of \(Self.reservation) bytes")
        #expect(throws: error) { try observer.sample() }
        #expect(throws: error) { try observer.sequence() }
        #expect(throws: error) { try observer.writeClock() }
        #expect(throws: error) { try observer.entry("key 7") }
        #expect(throws: error) { try observer.scan(&cursor, slotLimit: 64) { _, _, _ in } }
        // Another handle of the process shares the observer's mapping, and must not trust it.
        #expect(refusal { try segment.open(.readOnly) { $0.attachTimeout = .zero } } != nil)
        #expect(refusal { try segment.open(.existing) { $0.attachTimeout = .zero } } != nil)
        RawObject(segment).write(image)
        #expect(try observer.entry("key 7")?.valueText == "value 7")
      }
    }
  }

  @Test func `Cut and lengthened again under an observer: the holes are errors or nothing, never a crash`()
    throws
  {
    try PrivateShm.run { [self] in
      for byteCount in Self.sizes where byteCount < Self.reservation {
        try makeSegment()
        let observer = try SegmentObserver(segment.name)
        truncate(segment.path, byteCount)
        truncate(segment.path, Self.reservation)
        var cursor = TableCursor()
        _ = refusal { try observer.sample() }
        _ = refusal { try observer.writeClock() }
        for index in 0..<100 {
          guard let value = try? observer.entry("key \(index)")?.value else { continue }
          #expect(Self.isValue(value, of: index), "cut to \(byteCount) bytes")
        }
        _ = refusal { while try observer.scan(&cursor, slotLimit: 64, { _, _, _ in }) {} }
        // Attached anew, a header with a hole in it is refused, and a region is believed up to its first hole.
        let found = refusal {
          let store = try segment.open(.readOnly) { $0.attachTimeout = .zero }
          for index in 0..<100 {
            if let value = try? store.bytes("key \(index)") { #expect(Self.isValue(value, of: index)) }
          }
        }
        #expect(
          [nil, "corrupted", "notASegment", "timedOut", "incompatible"].contains(found), "\(byteCount) bytes")
      }
    }
  }
}
