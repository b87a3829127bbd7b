import Glibc
import OriginalSegment
import TestSupport
import Testing

/// What is seen of a live segment of the Perl module, without its lock.
struct OriginalReaderTests {
  private static func dictionary(_ sample: OriginalSample) -> [[UInt8]: [UInt8]] {
    Dictionary(sample.entries.map { ($0.key, $0.value) }) { first, _ in first }
  }

  @Test func `Shows what is in it, after growths`() throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "500", "user:")
    let counts = try app.first.ask("count")
    let sample = try OriginalReader(app.name).sample()
    let expected = (0..<500).map { (Array("user:\($0)".utf8), Array("\($0)".utf8)) }
    #expect(Self.dictionary(sample) == Dictionary(uniqueKeysWithValues: expected))
    #expect(sample.entries.count == 500)
    #expect(
      counts
        == .done([sample.entryCount, sample.slotCount, sample.unitsUsed, sample.unitCount].map(String.init)))
    #expect(sample.slotCount >= 512)
    #expect(!sample.mutex.isHeld && sample.mutex.isKnown)
    #expect(sample.damagedSlots == 0 && sample.restlessEntries == 0 && !sample.isHeldThroughout)
  }

  @Test func `Keys with a common suffix are named where they make searches long`() throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "400", "k", ":a-common-suffix")
    let sample = try OriginalReader(app.name).sample()
    #expect(sample.longestProbe > 100)
    let collision = try #require(sample.collision)
    #expect(String(decoding: collision.suffix, as: UTF8.self).hasSuffix(":a-common-suffix"))
    #expect(collision.keys.count == 8)

    let other = try OriginalApp()
    try other.first.ask("fill", "70", "a-common-prefix:")
    #expect(try OriginalReader(other.name).sample().collision == nil)
  }

  /// The agents' values have two equal halves, and each is another.
  @Test func `While processes write and grow it at full speed, every entry shown was once true`() throws {
    let app = try OriginalApp(processes: 2)
    let reader = try OriginalReader(app.name)
    let seconds = 3 * Effort.factor
    for process in app.processes { try process.send("hammer", "\(seconds)", "50", "2000") }
    var (samples, entries, unsettled) = (0, 0, 0)
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      do {
        let sample = try reader.sample()
        samples += 1
        entries += sample.entries.count
        for entry in sample.entries {
          let key = String(decoding: entry.key, as: UTF8.self)
          #expect(key.hasPrefix("key:") && Int(key.dropFirst(4)) != nil, "a key that was never put: \(key)")
          #expect(
            entry.value.count == 32 && entry.value.prefix(16) == entry.value.suffix(16),
            "a value of two: \(String(decoding: entry.value, as: UTF8.self))")
        }
        #expect(sample.damagedSlots == 0)
      } catch OriginalError.unsettled { unsettled += 1 }
    }
    for process in app.processes { _ = try process.reply() }
    print("\(samples) samples of \(entries) entries, \(unsettled) times unsettled")
    #expect(samples > 0 && entries > 0)
    #expect(try reader.sample().entryCount > 64, "it has grown meanwhile")
  }

  @Test func `Stopped in the midst of an update: all else is shown, and the sample says what it cannot know`()
    throws
  {
    let app = try OriginalApp()
    try app.first.ask("fill", "20")
    try app.stop(app.first, at: "update", in: "put key:7 0123456789abcdef0123456789abcdef")
    let sample = try OriginalReader(app.name).sample()
    #expect(sample.isHeldThroughout)
    #expect(sample.mutex.owner == app.first.pid)
    #expect(OriginalThread(sample.mutex.owner).state == .stopped)
    for entry in sample.entries where entry.key != Array("key:7".utf8) {
      #expect(entry.key == Array("key:".utf8) + entry.value)
    }
    app.first.resume()
    _ = try app.first.reply()
    let after = try OriginalReader(app.name).sample()
    #expect(!after.isHeldThroughout)
    #expect(Self.dictionary(after)[Array("key:7".utf8)] == Array("0123456789abcdef0123456789abcdef".utf8))
  }

  @Test(arguments: ["zeroed", "copied"]) func `Stopped in the midst of growth, nothing is made up`(
    _ place: String
  ) throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "40", "a:")
    let reader = try OriginalReader(app.name)
    try app.stop(app.first, at: place, in: "fill 200 b:")
    #expect(throws: OriginalError.self) { try reader.sample() }
    do {
      _ = try reader.sample()
    } catch {
      guard case .unsettled = error else { throw error }
    }
    app.first.resume()
    _ = try app.first.reply()
    #expect(try reader.sample().entries.count == 240)
  }

  @Test func `A new one under the name is told from the one that was`() throws {
    let app = try OriginalApp()
    try app.first.ask("put", "a", "old")
    let reader = try OriginalReader(app.name)
    #expect(reader.binding == .bound)
    try app.start("exclusive").ask("put", "a", "new")
    #expect(reader.binding == .replaced)
    #expect(try reader.sample().entries.map(\.value) == [Array("old".utf8)])
    #expect(try OriginalReader(app.name).sample().entries.map(\.value) == [Array("new".utf8)])
    unlink("/dev/shm/\(app.name)")
    #expect(reader.binding == .unlinked)
  }

  @Test func `Reading changes nothing, and takes no memory of the segment`() throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "100")
    let reader = try OriginalReader(app.name)
    func content() -> [[UInt8]] {
      ["", "_data"].map { RawObject(path: "/dev/shm/\(app.name)\($0)").bytes() }
    }
    let (before, allocated) = (content(), try reader.sample().allocated)
    for _ in 0..<20 { _ = try reader.sample() }
    #expect(content() == before)
    #expect(try reader.sample().allocated == allocated)
  }

  @Test func `Whatever stands in the objects, it is an error or entries`() throws {
    var random = SeededGenerator(printedFor: "damaged original segments")
    var refused = 0
    let rounds = Effort.times(300)
    for _ in 0..<rounds {
      let app = try OriginalApp()
      try app.first.ask("fill", "70")
      let object = app.name + (Bool.random(using: &random) ? "" : "_data")
      app.damage(object) { bytes in
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          let offset = Int.random(in: 0..<bytes.count / 8, using: &random) * 8
          let extremes: [UInt64] = [0, 1, .max, 0xFFFF_FFFF, 0xFFFF_FFFF_0000_0000, 1 << 63, random.next()]
          let word = extremes.randomElement(using: &random)!
          for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
        }
      }
      do {
        let sample = try OriginalReader(app.name).sample()
        #expect(sample.entries.allSatisfy { !$0.key.isEmpty && $0.value.count <= 32 })
      } catch {
        refused += 1
        #expect(!"\(error)".isEmpty)
      }
    }
    print("\(rounds) damaged segments, of which \(refused) were refused")
    #expect(refused > 0 && refused < rounds)
  }
}
