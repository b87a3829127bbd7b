import Glibc
import TestSupport
import Testing

@testable import SharedSimple
@testable import StoreAgent

/// Words of a live segment overwritten under those who use it: an error or right data, never a crash, a loop
/// without end, or a page allocated by reading.
///
/// The mutex's own bytes are left out: glibc follows pointers in a mutex, so against a writer that overwrites
/// them nobody is safe.
struct LiveDamageTests {
  let segment = TemporaryStore("overwritten")
  private typealias F = SegmentFormat
  private static let entryCount = 200
  /// Of each region, about what so many entries lie in: what is behind leads nobody anywhere.
  private static let usedByteCount = 16384

  /// The words between mutex and statistics, which steer all the others, the table word and the watermarks once
  /// more among them; then the rest of the header.
  private static let steering = F.mutex + RobustMutex.byteCount..<F.waitHistogram
  private static let header = [
    0..<F.mutex, steering, F.tableWord..<F.eventCount, F.freeLists..<F.freeLists + 8 * 16,
    F.waitHistogram..<F.claimedHeaderByteCount,
  ]

  @Test func `The header and the index overwritten under readers: errors, nothing, or what was put`() throws {
    try overwriteUnderReaders(heap: false, seed: "header and index overwritten under readers")
  }

  @Test func `Everything overwritten under readers: no crash, no endless loop, no page allocated`() throws {
    try overwriteUnderReaders(heap: true, seed: "everything overwritten under readers")
  }

  /// The readers' own rows and the segment's entries are all that is written but for the damage; and that is
  /// put right again each time, so that in the end all is as it was.
  private func overwriteUnderReaders(heap: Bool, seed: String) throws {
    var random = SeededGenerator(printedFor: seed)
    let geometry = try makeSegment()
    let readers = try ["role=reader mode=readOnly", "role=reader", "role=observer"].map {
      (role: $0, agent: try AgentProcess())
    }
    func start() throws {
      for (role, agent) in readers {
        try agent.send(
          "endure", segment.name, role, "entries=\(Self.entryCount)", "anyValue=\(heap ? 1 : 0)",
          "seed=\(random.seedOfPart())")
      }
      usleep(20_000)
    }
    func end() throws {
      for (_, agent) in readers {
        let reply = try agent.end()
        guard case .done = reply else {
          Issue.record("\(reply)")
          continue
        }
      }
    }
    try start()
    let object = RawObject(segment)
    let allocated = object.allocated
    let claimed = object.dataRanges.filter { $0.lowerBound >= F.headerByteCount }
    let regions =
      Self.header
      + ranges(of: geometry, heap: heap).flatMap { region in
        claimed.map { $0.clamped(to: region.prefix(Self.usedByteCount)) }
      }
    var vandal = Vandal(segment, ranges: regions, seed: random.seedOfPart())
    for _ in 0..<Effort.times(60) {
      for _ in 0..<15 {
        let damages = vandal.strike()
        usleep(.random(in: 0...2000, using: &random))
        vandal.mend(damages)
      }
      // What is put right again ends a loop that would have no end: each call ends while the damage is there, too.
      let damages = vandal.strike()
      usleep(.random(in: 0...10_000, using: &random))
      try end()
      vandal.mend(damages)
      try start()
    }
    try end()
    #expect(object.allocated == allocated)
    let store = try segment.open(.readOnly)
    for index in 0..<Self.entryCount {
      let key = Workload.key(prefix: "k", index: index)
      #expect(DescribedValue.sequence(of: try store.bytes(key) ?? [], key: key) == UInt64(index))
    }
  }

  @Test func `Everything overwritten under readers and writers: no crash, and every call ends`() throws {
    var random = SeededGenerator(printedFor: "everything overwritten under writers")
    // What writers make of a lie stays: a new segment every time.
    for _ in 0..<Effort.times(12) {
      let geometry = try makeSegment()
      var agents: [AgentProcess] = []
      for role in ["role=reader", "role=observer", "role=writer", "role=writer"] {
        let agent = try AgentProcess()
        try agent.send(
          "endure", segment.name, role, "entries=\(Self.entryCount)", "anyValue=1",
          "seed=\(random.seedOfPart())")
        agents.append(agent)
      }
      usleep(30_000)
      let regions =
        Self.header
        + ranges(of: geometry, heap: true).map { $0.lowerBound..<$0.lowerBound + Self.usedByteCount }
      // Nothing beyond what is there: it is the readers that must not allocate, not this test.
      let there = RawObject(segment).dataRanges
      let claimed = regions.flatMap { region in there.map { $0.clamped(to: region) } }
      var vandal = Vandal(segment, ranges: claimed, seed: random.seedOfPart())
      for _ in 0..<30 {
        _ = vandal.strike()
        usleep(.random(in: 0...3000, using: &random))
      }
      for agent in agents {
        let reply = try agent.end()
        guard case .done = reply else {
          Issue.record("\(reply)")
          continue
        }
      }
    }
  }

  @Test func `Watermarks that claim all there could be: nobody looks where nothing is`() throws {
    var random = SeededGenerator(printedFor: "watermarks that claim all")
    let geometry = try makeSegment()
    let store = try segment.open(.existing)
    let observer = try SegmentObserver(segment.name)
    let (words, index) = (store.segment.words, HashIndex(store.segment, try store.segment.liveTable()))
    for region in Region.allCases {
      words.store(UInt64(geometry.byteCount(region)), at: F.watermarks + 8 * region.rawValue)
    }
    for position in 0..<index.slotCount where index.slot(position).isLive {
      let record = UInt32.random(in: 2..<UInt32(geometry.heapByteCount / 16), using: &random)
      index.publish(
        Slot(record: RecordNumber(rawValue: record), hash: index.slot(position).hash), at: position)
    }
    let allocated = RawObject(segment).allocated
    func readAll() {
      for handle in [store, try? segment.open(.readOnly)] {
        for index in 0..<Self.entryCount {
          _ = refusal { try handle?.bytes(Workload.key(prefix: "k", index: index)) }
        }
        _ = refusal { try handle?.forEach { _, _ in true } }
      }
      _ = refusal { try observer.sample() }
      _ = refusal { try observer.entry(Workload.key(prefix: "k", index: 1)) }
      var cursor = TableCursor()
      _ = refusal { while try observer.scan(&cursor, slotLimit: 64, { _, _, _ in }) {} }
      _ = refusal { try SegmentCheck.run(segment.name) }
    }
    readAll()
    #expect(RawObject(segment).allocated == allocated)
    for slotsLog2 in 3...geometry.slotsLog2Limit {
      for window in 0...1 {
        let table = TableWord(generation: 77, slotsLog2: slotsLog2, window: window)
        words.store(table.rawValue, at: F.tableWord)
        readAll()
        #expect(RawObject(segment).allocated == allocated, "2^\(slotsLog2) slots in window \(window)")
      }
    }
  }

  @Test(arguments: [0, TableWord.retiredBit, 3, 2, 31 << 2, 63 << 2 | 2, .max])
  func `A table word that names no table, for handles that have not looked yet: refused by every call`(
    word: UInt64
  ) throws {
    _ = try makeSegment()
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("open", "reader", segment.name, "mode=readOnly") == .done([]))
    let store = try segment.open(.existing)
    store.segment.words.store(word, at: SegmentFormat.tableWord)
    let refusal = TableWord(rawValue: word).isRetired ? "replaced" : "corrupted"
    for handle in ["h", "reader"] {
      for index in 0..<Self.entryCount {
        let key = Workload.key(prefix: "k", index: index)
        #expect(try agent.ask("get", handle, key.hex).refusal == refusal)
      }
      #expect(try agent.ask("count", handle).refusal == refusal)
    }
    #expect(try agent.ask("put", "h", "k".hex, "1".hex).refusal == refusal)
  }

  @Test(arguments: [Slot.removed.rawValue, 7, 2 << 32 | 7, .max])
  func `A table without an empty slot: every search ends`(word: UInt64) throws {
    _ = try makeSegment()
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("open", "reader", segment.name, "mode=readOnly") == .done([]))
    let store = try segment.open(.existing)
    let index = HashIndex(store.segment, try store.segment.liveTable())
    for position in 0..<index.slotCount { index.publish(Slot(rawValue: word), at: position) }
    for handle in ["h", "reader"] {
      #expect(try agent.ask("get", handle, "a".hex).refusal == "corrupted")
      #expect(try agent.ask("visit-all", handle).refusal == "corrupted")
    }
    #expect(try agent.ask("put", "h", "a".hex, "1".hex).refusal == "corrupted")
    #expect(try agent.ask("remove", "h", "a".hex).refusal == "corrupted")
    #expect(try agent.ask("check", segment.name) != .done([]))
  }

  @Test func `Counts, rings and statistics overwritten under writers: no value that nobody put`() throws {
    var random = SeededGenerator(printedFor: "statistics overwritten under writers")
    for _ in 0..<Effort.times(6) {
      _ = try makeSegment()
      var agents: [AgentProcess] = []
      for role in ["role=reader", "role=reader mode=readOnly", "role=writer"] {
        let agent = try AgentProcess()
        try agent.send(
          "endure", segment.name, role, "entries=\(Self.entryCount)", "seed=\(random.seedOfPart())")
        agents.append(agent)
      }
      usleep(30_000)
      // What leads no writer to a block of the heap.
      let ranges = [
        0..<F.mutex, F.acquisitions..<F.sequence, F.liveCount..<F.heapTop, F.freeGranules..<F.pending,
        F.eventCount..<F.freeLists, F.writeClock..<F.claimedHeaderByteCount,
      ]
      var vandal = Vandal(segment, ranges: ranges, seed: random.seedOfPart())
      for _ in 0..<200 {
        _ = vandal.strike()
        usleep(.random(in: 0...1000, using: &random))
      }
      for agent in agents {
        let reply = try agent.end()
        guard case .done = reply else {
          Issue.record("\(reply)")
          continue
        }
      }
    }
  }

  // MARK: -

  private func ranges(of geometry: Geometry, heap: Bool) -> [Range<Int>] {
    (0...1).map(F.smallTable)
      + (heap ? [Region.window0, .window1, .heap] : [.window0, .window1]).map { region in
        geometry.start(region)..<geometry.start(region) + geometry.byteCount(region)
      }
  }

  private func makeSegment() throws -> Geometry {
    unlink(segment.path)
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.initialSlots = 8
    }
    for index in 0..<Self.entryCount {
      let key = Workload.key(prefix: "k", index: index)
      try store.put(key, DescribedValue.make(key: key, sequence: UInt64(index), byteCount: 16 + index % 17))
    }
    defer { store.close() }
    return store.segment.geometry
  }
}
