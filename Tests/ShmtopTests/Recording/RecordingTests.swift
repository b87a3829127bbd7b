import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

/// What goes into a recording comes out of it, and nothing that is in a file does harm.
@Suite struct RecordingTests {
  private static let moment = Moment(wall: StagedStore.start, monotonic: 1)

  private static func inspector() -> Inspector {
    Inspector(width: 80, height: 24, delay: 1, now: moment)
  }

  @Test func `Every frame of a recording shows the sample and the entries that were there, in any order`()
    throws
  {
    var generator = SeededGenerator(printedFor: "recording")
    var staged = StagedRecording(generator, remarks: true)
    staged.grow(250)
    var playback = Playback(try StagedRecording.frames(of: staged.bytes))
    var inspector = Self.inspector()
    playback.showFirst(on: &inspector)
    var place = 0
    for _ in 0..<60 {
      // Mostly steps, as keys make them, and now and then a leap.
      let step = [1, 1, 1, -1, -1, Int.random(in: -250...250, using: &generator)].randomElement(
        using: &generator)!
      playback.perform(.frame(step), now: 0, on: &inspector)
      place = min(max(0, place + step), 249)
      #expect(inspector.timeline?.position == place)
      #expect(inspector.sample == staged.frames[place].sample)
      #expect(inspector.remarks == staged.frames[place].remarks)
      #expect(inspector.shownEntries == staged.frames[place].entries, "frame \(place)")
    }
  }

  @Test func `A recording that goes on for long starts afresh now and then`() throws {
    var staged = StagedRecording(SeededGenerator(printedFor: "afresh"))
    staged.grow(1300, changes: 1)
    let segments = staged.bodies.count { $0[0] == RecordingFormat.Kind.segment.rawValue }
    #expect(segments >= 3)
  }

  @Test func `Ten thousand entries, of which a hundred change a second, take less than 100 MB an hour`()
    throws
  {
    // A hundredth of it.
    var table = EntryTable()
    var encoder = FrameEncoder()
    encoder.attached(to: StagedStore.identity)
    var byteCount = 0
    var wholeByteCount = 0
    var stamps = [UInt64](repeating: 1, count: 10_000)
    var sequence: UInt64 = 10_000
    let value = [UInt8](repeating: 0x61, count: 64)
    for second in 0..<36 as Range<UInt64> {
      var sample = StagedStore.sample(second)
      sample.sequence = sequence
      for body in encoder.bodies(for: sample, clock: []) { byteCount += body.count + 8 }
      table.beginPass()
      for entry in 0..<10_000 {
        let key = Array("customer:account:\(entry)".utf8)
        table.note(key: key.span.bytes, value: value.span.bytes, stamp: stamps[entry])
      }
      table.endPass()
      table.forget()
      encoder.beginPass(wall: sample.takenWall)
      while let body = encoder.nextPart(of: &table) { byteCount += body.count + 8 }
      if second == 0 { wholeByteCount = byteCount }
      for change in 0..<100 {
        sequence += 1
        stamps[(Int(second) * 7919 + change * 97) % 10_000] = sequence
      }
    }
    // What is told anew is no longer, in all, than the differences.
    #expect((byteCount - wholeByteCount) * 100 * 2 < 100_000_000)
  }

  @Test func `A file that is cut off anywhere replays up to there, and says so`() throws {
    var staged = StagedRecording(SeededGenerator(printedFor: "cut"))
    staged.grow(12)
    let bytes = staged.bytes
    var ends: Set<Int> = [Recording.headerLength]
    for body in staged.bodies { ends.insert(ends.max()! + 8 + body.count) }
    for length in stride(from: 0, to: bytes.count, by: bytes.count / 300) {
      guard let frames = try? StagedRecording.frames(of: Array(bytes[..<length])) else { continue }
      guard case .file(_, let end) = frames.origin else { continue }
      if ends.contains(length) {
        #expect(end == .whole)
      } else {
        #expect(end == .cutOff(byteCount: length - ends.filter { $0 < length }.max()!))
      }
    }
    // It goes on where it was cut off.
    var length = bytes.count - 3
    var frames = try RecordedFrames(name: "growing", size: length) { count, offset in
      offset + count <= length ? Array(bytes[offset..<(offset + count)]) : nil
    }
    let before = frames.index.recordCount
    length = bytes.count
    let hasGrown = frames.grow(to: length)
    #expect(hasGrown && frames.index.recordCount == before + 1)
    let hasGrownAgain = frames.grow(to: length)
    #expect(!hasGrownAgain)
  }

  @Test func `A damaged byte ends the replay there, and never before`() throws {
    var generator = SeededGenerator(printedFor: "damaged byte")
    var staged = StagedRecording(generator)
    staged.grow(20)
    let bytes = staged.bytes
    for _ in 0..<60 {
      var damaged = bytes
      let place = Int.random(in: Recording.headerLength..<bytes.count, using: &generator)
      damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
      guard let frames = try? StagedRecording.frames(of: damaged) else { continue }
      guard case .file(_, let end) = frames.origin else { continue }
      #expect(end != .whole)
      var playback = Playback(frames)
      var inspector = Self.inspector()
      playback.showFirst(on: &inspector)
      // The frame in which the damage is may lack entries; all before it are as they were.
      for number in 0..<frames.index.endFrame {
        #expect(inspector.sample == staged.frames[number].sample)
        if number + 1 < frames.index.endFrame {
          #expect(inspector.shownEntries == staged.frames[number].entries)
        }
        playback.perform(.frame(1), now: 0, on: &inspector)
      }
    }
  }

  @Test func `No bytes in a file, though their checksums are right, do harm`() throws {
    var generator = SeededGenerator(printedFor: "hostile recording")
    var staged = StagedRecording(generator)
    staged.grow(15)
    for round in 0..<150 {
      var bodies = staged.bodies
      for _ in 0...Int.random(in: 0..<4, using: &generator) { Self.damage(&bodies, &generator) }
      let bytes = bodies.reduce(into: Recording.header) { $0 += Recording.record($1) }
      guard let frames = try? StagedRecording.frames(of: bytes) else { continue }
      var playback = Playback(frames)
      var inspector = Self.inspector()
      playback.showFirst(on: &inspector)
      for number in 0..<min(20, frames.index.endFrame) {
        _ = inspector.handle(
          .key(.character(Character(String(1 + (round + number) % ViewKind.allCases.count)))))
        _ = InspectorView(inspector).screen(glyphs: .unicode)
        playback.perform(number == 9 ? .start : .frame(1), now: 0, on: &inspector)
      }
    }
  }

  private static func damage(_ bodies: inout [[UInt8]], _ generator: inout SeededGenerator) {
    let place = bodies.indices.randomElement(using: &generator)!
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bodies.swapAt(place, bodies.indices.randomElement(using: &generator)!)
    case 1: bodies.insert(bodies.randomElement(using: &generator)!, at: place)
    case 2: bodies[place].removeLast(Int.random(in: 0..<bodies[place].count, using: &generator))
    case 3:
      // As large as numbers get.
      let at = bodies[place].indices.randomElement(using: &generator)!
      bodies[place].replaceSubrange(at...at, with: [UInt8](repeating: 0xFF, count: 9) + [1])
    default:
      let at = bodies[place].indices.randomElement(using: &generator)!
      bodies[place][at] = UInt8.random(in: .min ... .max, using: &generator)
    }
  }

  @Test func `What is no recording, or of another version, is refused in words`() {
    var header = Recording.header
    #expect(Recording.refusal(ofHeader: header) == nil)
    #expect(Recording.refusal(ofHeader: Array(header[..<9])) == "it is no recording of shmtop")
    header[8] = 3
    #expect(Recording.refusal(ofHeader: header) == "its first bytes are damaged")
    func refusal(version: UInt8) -> String? {
      header[8] = version
      var writer = ByteWriter(bytes: Array(header[..<12]))
      writer.fixed32(Checksum.of(writer.bytes[...]))
      return Recording.refusal(ofHeader: writer.bytes)
    }
    #expect(refusal(version: 3)?.contains("version 3") == true)
    #expect(refusal(version: 1) == nil, "those made before there were remarks")
  }

  @Test func `What was said is said again, and what a file says besides does no harm`() throws {
    func again(_ sentence: String) throws -> String? {
      var remarks = Remarks()
      remarks.findings = [Finding(.table, sentence)]
      var writer = ByteWriter()
      RecordedRemarks.write(remarks, to: &writer)
      var reader = ByteReader(writer.bytes[...])
      return try RecordedRemarks.read(&reader).findings.first?.sentence
    }
    for key in ["\u{1B}[2J", "a\\b", "\\\u{1B}", "größe"] {
      let sentence = "Keys collide, such as “\(SafeText(key).text)”."
      #expect(try again(sentence) == sentence)
    }
    #expect(try again("\u{1B}[2J\u{202E}") == #"\x1b[2J\u{202e}"#)
    let long = String(repeating: "a", count: 4095)
    #expect(try again(long + "ö") == long)
  }

  @Test func `The checksum is CRC-32C`() {
    #expect(Checksum.of(Array("123456789".utf8)[...]) == 0xE306_9283)
  }

  @Test func `Numbers of every length come back`() throws {
    let numbers: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, 1 << 62, .max - 1, .max]
    var writer = ByteWriter()
    for number in numbers {
      writer.number(number)
      writer.signed(number)
      writer.fixed64(number)
    }
    writer.words(numbers + [0, 0, 0, 5], after: numbers)
    var reader = ByteReader(writer.bytes[...])
    for number in numbers {
      #expect(try reader.number() == number)
      #expect(try reader.signed() == number)
      #expect(try reader.fixed64() == number)
    }
    #expect(try reader.words(after: numbers) == numbers + [0, 0, 0, 5])
    #expect(reader.isAtEnd)
  }
}
