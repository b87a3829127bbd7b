import OriginalSegment
import SharedSimple
import TestSupport

@testable import ShmtopKit

/// A recording of a store that is nowhere but in it, and what each of its frames was made of.
struct StagedRecording {
  struct Item: Hashable {
    var value: [UInt8]
    var length: Int
    var stamp: UInt64
  }

  private(set) var bodies: [[UInt8]] = []
  private(set) var history = History()
  /// What each frame's entries and sample were.
  private(set) var frames: [(sample: SegmentSample, remarks: Remarks, entries: [[UInt8]: Item])] = []
  private var remarks = Remarks()
  private var encoder = FrameEncoder()
  private var table = EntryTable()
  private var store: [[UInt8]: Item] = [:]
  private var events: [SegmentEvent] = []
  private var sequence: UInt64 = 6000
  private var generator: SeededGenerator

  /// Whether something is said beside samples.
  private let hasRemarks: Bool

  init(_ generator: SeededGenerator, entries: Int = 40, remarks: Bool = false) {
    hasRemarks = remarks
    self.generator = generator
    encoder.attached(to: StagedStore.identity)
    for _ in 0..<entries { write() }
  }

  /// The whole file.
  var bytes: [UInt8] { bodies.reduce(into: Recording.header) { $0 += Recording.record($1) } }

  /// Makes so many more frames, with so many changes before each.
  mutating func grow(_ count: Int, changes: Int = 6) {
    for _ in 0..<count {
      for _ in 0..<changes { if Int.random(in: 0..<4, using: &generator) == 0 { remove() } else { write() } }
      var sample = StagedStore.sample(UInt64(frames.count))
      sample.sequence = sequence
      sample.participants.removeLast(Int.random(in: 0..<3, using: &generator))
      if Bool.random(using: &generator) { sample.lock.holder = 4003 }
      if frames.count % 7 == 6 {
        var event = SegmentEvent()
        (event.number, event.kind, event.wall) = (UInt64(9 + frames.count), .cleared, sample.takenWall)
        events.append(event)
      }
      sample.events += events
      if hasRemarks, Int.random(in: 0..<4, using: &generator) == 0 { remark() }
      for body in encoder.bodies(for: sample, clock: [], remarks: remarks) { keep(body) }
      // Now and then a pass is not over by the next sample.
      if Int.random(in: 0..<5, using: &generator) > 0 { pass(wall: sample.takenWall) }
      frames.append((sample, remarks, frames.last?.entries ?? [:]))
      if passed { frames[frames.count - 1].entries = store }
    }
  }

  private var passed = false

  private mutating func pass(wall: UInt64) {
    table.beginPass()
    for (key, item) in store.shuffled(using: &generator) {
      table.note(key: key.span.bytes, value: item.value.span.bytes, length: item.length, stamp: item.stamp)
    }
    table.endPass()
    table.forget()
    encoder.beginPass(wall: wall)
    while let body = encoder.nextPart(of: &table) { keep(body) }
    passed = true
  }

  private mutating func remark() {
    remarks = Remarks()
    remarks.findings = Finding.Subject.allCases.shuffled(using: &generator).dropLast(1).map {
      Finding($0, "It is said of \($0).", isGrave: Bool.random(using: &generator))
    }
    remarks.hiddenProcesses = Int.random(in: 0..<300, using: &generator)
    guard Bool.random(using: &generator) else { return }
    var looks = LockWatch()
    for time in 0..<UInt64(Int.random(in: 0..<50, using: &generator)) {
      let owner = Int32.random(in: 0..<3, using: &generator)
      let word: Int32 = owner == 0 ? 0 : Int32.random(in: 1...2, using: &generator)
      looks.note(OriginalMutex(lockWord: word, owner: owner), monotonic: time * 1000)
    }
    remarks.looks = looks
  }

  private mutating func keep(_ body: [UInt8]) {
    bodies.append(body)
    history.note(body, wholePassLength: encoder.wholePassLength)
  }

  private mutating func write() {
    passed = false
    sequence += 1
    let length = [0, 1, 7, 64, 5000].randomElement(using: &generator)!
    let value = (0..<min(length, 64)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let key = Array("key:\(Int.random(in: 0..<200, using: &generator))".utf8)
    store[key] = Item(value: value, length: length, stamp: sequence)
  }

  private mutating func remove() {
    passed = false
    sequence += 1
    if let key = store.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).randomElement(using: &generator)
    {
      store[key] = nil
    }
  }

  /// Reads bytes as a file would.
  static func frames(of bytes: [UInt8]) throws -> RecordedFrames {
    try RecordedFrames(name: "test", size: bytes.count) { count, offset in
      offset + count <= bytes.count ? Array(bytes[offset..<(offset + count)]) : nil
    }
  }
}

extension Inspector {
  /// The entries that it shows.
  var shownEntries: [[UInt8]: StagedRecording.Item] {
    var shown: [[UInt8]: StagedRecording.Item] = [:]
    for row in entries.rows where entries.table.mark(row) != .removed {
      shown[entries.table.key(row)] = StagedRecording.Item(
        value: entries.table.valuePrefix(row), length: entries.table.valueLength(row),
        stamp: entries.table.stamp(row))
    }
    return shown
  }
}
