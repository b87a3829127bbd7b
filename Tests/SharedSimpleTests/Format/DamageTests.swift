import Glibc
import TestSupport
import Testing

@testable import SharedSimple
@testable import StoreAgent

/// Damaged segments: an error or right data, never a crash, never a loop without end.
///
/// The damaging is done in agents, which may crash; what they were at is then in the progress file.
struct DamageTests {
  let segment = TemporaryStore("damage")
  let copy = TemporaryStore("damaged")

  /// What one agent tries before another takes over: each copy leaves a mapping behind in its process.
  private static let batch = 4000

  @Test func `Each byte of the identity, the lock and the table, damaged in turn`() throws {
    var random = SeededGenerator(printedFor: "each header byte damaged")
    let image = try makeImage()
    // The participants and the event ring, the bulk of the header, are damaged in places only.
    try damage(image, from: 0, to: min(headerByteCount, 2048), stride: 1, seed: random.seedOfPart())
    let stride = max(1, (headerByteCount - 2048) / Effort.times(3000))
    let first = 2048 + Int.random(in: 0..<stride, using: &random)
    if first < headerByteCount {
      try damage(image, from: first, to: headerByteCount, stride: stride, seed: random.seedOfPart())
    }
  }

  @Test func `Each value of each byte of the mutex's kind and of the table word`() throws {
    let image = try makeImage()
    // The kind is the fifth 32-bit word of glibc's mutex; its code believes it.
    let kind = SegmentFormat.mutex + 16
    try run(image, "from=\(kind)", "to=\(kind + 4)", "every=1")
    try run(image, "from=\(SegmentFormat.tableWord)", "to=\(SegmentFormat.tableWord + 2)", "every=1")
  }

  @Test func `Each word of the header's first part, set to each extreme`() throws {
    let image = try makeImage()
    try run(image, "from=0", "to=\(SegmentFormat.waitHistogram)", "stride=8", "extremes=1")
    try run(
      image, "from=\(SegmentFormat.freeLists)", "to=\(SegmentFormat.freeLists + 8 * 8)", "stride=8",
      "extremes=1")
  }

  /// Its head a live record, of another key or of the one that is put: nothing may be written over it.
  @Test(arguments: ["k1", "k2"])
  func `A free list that leads to a live record is damage, and every key keeps its value`(put key: String)
    throws
  {
    let store = try segment.open()
    for key in ["k1", "k2", "k3"] { try store.put(key, "old value") }
    // A second value, so that a block has been freed and the direct way of a put is open.
    try store.put("k3", "new value")
    let index = HashIndex(store.segment, try store.segment.liveTable())
    let digest = "k1".withRawSpan { KeyDigest($0, key: store.segment.hashKey) }
    let record = try #require(index.probe(digest.hash)).slot.record
    let granules = RecordHeap(store.segment).lengths(record).granules
    RawObject(segment).write(
      withUnsafeBytes(of: UInt64(record.rawValue)) { Array($0) },
      at: SegmentFormat.freeLists + 8 * SizeClass(granules: granules).index)
    #expect(refusal { try store.put(key, "new value") } == "corrupted")
    #expect(refusal { try store.put("k4", "new value") } == "corrupted")
    #expect(try store.dictionary() == ["k1": "old value", "k2": "old value", "k3": "new value"])
    #expect(try store.count == 3)
  }

  @Test func `Random words damaged, one to three at a time`() throws {
    var random = SeededGenerator(printedFor: "random words damaged")
    let image = try makeImage()
    try run(image, "words=\(Effort.times(500))", "above=0", "seed=\(random.seedOfPart())")
    try run(image, "words=\(Effort.times(1500))", "above=\(headerByteCount)", "seed=\(random.seedOfPart())")
  }

  @Test
  func `Random words damaged under a dead holder: recovery ends, with an error or a store that works`()
    throws
  {
    var random = SeededGenerator(printedFor: "random words damaged under a dead holder")
    let image = try makeImage(holderIsDead: true)
    try run(image, "words=\(Effort.times(500))", "above=256", "seed=\(random.seedOfPart())")
    try run(image, "words=\(Effort.times(1000))", "above=\(headerByteCount)", "seed=\(random.seedOfPart())")
  }

  @Test func `An object cut short is an error`() throws {
    _ = try makeImage()
    let object = RawObject(segment)
    let whole = object.bytes()
    for byteCount in [1, 8, 100, 4095, 4096, headerByteCount - 1, headerByteCount, whole.count - 1] {
      let cut = RawObject(copy)
      unlink(copy.path)
      cut.write(Array(whole.prefix(byteCount)))
      for mode in [OpenMode.shared, .existing, .readOnly] {
        let found = refusal { try copy.open(mode) { $0.attachTimeout = .milliseconds(10) } }
        #expect(["notASegment", "corrupted", "timedOut"].contains(found), "\(byteCount) bytes")
      }
    }
  }

  @Test func `An object longer than its header says is an error or a segment, not a crash`() throws {
    _ = try makeImage()
    let object = RawObject(segment)
    object.resize(object.bytes().count + 4096)
    let found = refusal { try segment.open(.existing).get("number") }
    #expect(found == nil || found == "corrupted" || found == "notASegment")
  }

  // MARK: -

  private var headerByteCount: Int {
    (try? SegmentObserver(segment.name).sample().memory.headerByteCount) ?? 0
  }

  private func damage(_ image: ScratchFile, from: Int, to: Int, stride: Int, seed: UInt64) throws {
    for start in Swift.stride(from: from, to: to, by: Self.batch * stride) {
      let end = min(start + Self.batch * stride, to)
      try run(image, "from=\(start)", "to=\(end)", "stride=\(stride)", "seed=\(seed &+ UInt64(start))")
    }
  }

  private func run(_ image: ScratchFile, _ options: String...) throws {
    let progress = ScratchFile()
    let agent = try AgentProcess()
    let command = (["damage", copy.name, image.path, "progress=\(progress.path)"] + options).joined(
      separator: " ")
    do {
      let reply = try agent.ask(command, within: .seconds(300))
      guard case .done(let counts) = reply else {
        Issue.record("\(command): \(reply)")
        return
      }
      print("damaged copies: \(counts[0]), of which \(counts[1]) were refused something")
    } catch {
      Issue.record("copy \(progress.word(1)), damaged from byte \(progress.word(0)): \(error)")
    }
  }

  /// A small segment with some of everything, taken apart for the agent.
  private func makeImage(holderIsDead: Bool = false) throws -> ScratchFile {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.initialSlots = 8
    }
    func put(_ index: Int, byteCount: Int) throws {
      let key = Workload.key(prefix: "k", index: index)
      try store.put(key, DescribedValue.make(key: key, sequence: UInt64(index), byteCount: byteCount))
    }
    for index in 0..<60 { try put(index, byteCount: 20) }
    for index in 40..<60 { try store.remove(Workload.key(prefix: "k", index: index)) }
    for index in 0..<10 { try put(index, byteCount: 32) }
    try store.increment("number", by: 7)
    store.close()
    if holderIsDead {
      let holder = try AgentProcess()
      #expect(try holder.ask("open", "h", segment.name) == .done([]))
      #expect(try holder.ask("hold", "h") == .done([]))
      holder.kill()
    }

    let object = RawObject(segment)
    var bytes: [UInt8] = []
    func append(_ word: Int) { withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) } }
    append(object.bytes().count)
    append(40)
    append(headerByteCount)
    for range in object.dataRanges {
      append(range.lowerBound)
      append(range.count)
      bytes += object.bytes(from: range.lowerBound, count: range.count)
    }
    let image = ScratchFile(byteCount: 0)
    RawObject(path: image.path).write(bytes)
    return image
  }
}
