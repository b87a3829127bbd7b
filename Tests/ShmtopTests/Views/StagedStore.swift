import Glibc

@testable import SharedSimple
@testable import ShmtopKit

/// A store that is nowhere but in samples: always the same processes, entries and times.
struct StagedStore {
  /// 2026-11-23 17:25:00 UTC.
  static let start: UInt64 = 1_795_454_700_000_000_000
  private static let second: UInt64 = 1_000_000_000

  /// Times on screens are those of UTC, wherever the tests run.
  private static let zone: Void = {
    setenv("TZ", "UTC", 1)
    tzset()
  }()

  var inspector: Inspector
  private var seconds: UInt64 = 0

  init(width: Int, height: Int) {
    Self.zone
    inspector = Inspector(width: width, height: height, delay: 1, now: Self.moment(0))
  }

  private static func moment(_ seconds: UInt64) -> Moment {
    Moment(wall: start + seconds * second, monotonic: 500 * second + seconds * second)
  }

  /// The inspector two samples and two passes after it came.
  static func watched(width: Int, height: Int, _ adjust: (inout SegmentSample) -> Void = { _ in })
    -> StagedStore
  {
    var staged = StagedStore(width: width, height: height)
    staged.inspector.attached(to: identity, access: .shared)
    staged.inspector.take([
      WriteClockPoint(sequence: 900, wall: start - 7200 * second),
      WriteClockPoint(sequence: 5000, wall: start - 600 * second),
    ])
    for pass in 0..<3 as Range<UInt64> { staged.pass(pass, adjust) }
    return staged
  }

  /// One more second: a sample and a pass.
  mutating func pass(_ number: UInt64, _ adjust: (inout SegmentSample) -> Void = { _ in }) {
    seconds = number
    inspector.tick(Self.moment(number))
    var sample = Self.sample(number)
    adjust(&sample)
    inspector.take(sample)
    read(Self.entries(number))
  }

  /// A pass over these entries, and the sorting after it.
  mutating func read(_ entries: [(key: [UInt8], value: [UInt8], stamp: UInt64)]) {
    guard inspector.wantsEntries else { return }
    inspector.beginPass(sequence: inspector.sample?.sequence)
    _ = inspector.readOn { note in
      for entry in entries { note(entry.key.span.bytes, entry.value.span.bytes, entry.stamp) }
      return (goesOn: false, progress: 1)
    }
    settle()
  }

  /// Does all the work that there is to do between keys.
  mutating func settle() {
    while inspector.entries.chore != nil { _ = inspector.workOn(10_000) }
    while inspector.entries.isSorting { _ = inspector.sortOn(10_000) }
    if inspector.wantsSurvey {
      _ = inspector.surveyOn {
        $0 = Self.survey; return false
      }
    }
    while inspector.wantsSizes { _ = inspector.sizeOn(10) }
  }

  /// Presses keys: letters as they are, others by their names in angle brackets.
  @discardableResult
  mutating func press(_ keys: String...) -> [Effect] {
    keys.flatMap { key in
      if let named = Self.named[key] { return inspector.handle(.key(named)) }
      return key.flatMap { inspector.handle(.key(.character($0))) }
    }
  }

  private static let named: [String: Key] = [
    "<Up>": .up, "<Down>": .down, "<Left>": .left, "<Right>": .right, "<Enter>": .enter, "<Esc>": .escape,
    "<Tab>": .tab, "<PgDn>": .pageDown, "<PgUp>": .pageUp, "<Home>": .home, "<End>": .end,
    "<BkSp>": .backspace,
    "<Space>": .character(" "), "<S-Down>": .shiftDown, "<S-Up>": .shiftUp,
    "<Del>": .delete, "<^U>": .control("u"), "<^A>": .control("a"), "<^G>": .control("g"),
  ]

  func screen(_ glyphs: GlyphSet = .unicode) -> Screen { InspectorView(inspector).screen(glyphs: glyphs) }

  // MARK: - What is in it

  static let identity: SegmentIdentity = {
    var identity = SegmentIdentity()
    identity.name = "billing"
    identity.creator = 4000
    identity.createdWall = start - 7200 * second
    identity.valueLimit = 64
    return identity
  }()

  static func entries(_ pass: UInt64) -> [(key: [UInt8], value: [UInt8], stamp: UInt64)] {
    func entry(_ key: String, _ value: String, _ stamp: UInt64) -> (
      key: [UInt8], value: [UInt8], stamp: UInt64
    ) {
      (Array(key.utf8), Array(value.utf8), stamp)
    }
    var entries = [
      entry("counter:requests", String(41_234 + pass * 17), 6000 + pass * 100),
      entry("config:motd", "Maintenance tonight\n22:00 to 23:00 UTC", 700),
      entry("config:größe", "größer als gedacht", 4000),
      (key: [0x69, 0x64, 0x00, 0xFF], value: [0x00], stamp: 5100),
      entry("漢字", "wide characters keep columns straight", 5200),
    ]
    for number in 0..<24 {
      entries.append(entry("user:\(1000 + number)", "name \(number * 7)", 1000 + UInt64(number)))
    }
    if pass < 2 { entries.append(entry("session:old", "about to go", 5900)) }
    if pass == 2 { entries.append(entry("session:new", "just come", 6201)) }
    return entries
  }

  /// Slots and blocks as they might have been counted.
  static let survey: TableSurvey = {
    var survey = TableSurvey()
    survey.generation = 4
    survey.slotCount = 64
    survey.cells = (0..<64).map { slot in
      var cell = TableSurvey.Cell()
      if slot % 13 == 5 { cell.removed = 1 } else if slot * 7 % 15 < 7 { cell.live = 1 }
      return cell
    }
    survey.probeLengths = [21, 5, 2, 0, 1, 0, 0, 1] + Array(repeating: 0, count: 56)
    survey.longestProbe = 8
    for (size, live, free) in [(48, 26, 3), (64, 2, 0), (80, 2, 11), (1024, 0, 1)] {
      var blocks = TableSurvey.Blocks(byteCount: size)
      (blocks.live, blocks.free) = (live, free)
      survey.blocks.append(blocks)
    }
    survey.isComplete = true
    return survey
  }()

  static func participant(
    _ slot: Int, _ pid: Int32, _ name: String, attached: UInt64, _ counters: (inout OperationCounters) -> Void
  ) -> ParticipantSample {
    var participant = ParticipantSample()
    participant.slot = slot
    participant.pid = pid
    participant.name = Array(name.utf8)
    participant.attachedWall = start - attached * second
    participant.liveness = .running
    counters(&participant.counters)
    return participant
  }

  static func sample(_ pass: UInt64) -> SegmentSample {
    var sample = SegmentSample()
    sample.takenWall = start + pass * second
    sample.takenMonotonic = 500 * second + pass * second
    sample.sequence = 6000 + pass * 101
    sample.table.generation = 4
    sample.table.slotCount = 64
    sample.table.entryCount = 30
    sample.table.removedSlotCount = 5
    sample.table.growthThreshold = 48
    sample.memory.headerByteCount = 65_536
    sample.memory.windowClaimed = [4096, 4096]
    sample.memory.heapClaimed = 65_536
    sample.memory.heapLive = 3000
    sample.memory.heapFree = 2048
    sample.memory.systemFree = 12 << 30
    sample.memory.systemTotal = 16 << 30
    sample.participantCapacity = 256
    var writer = participant(0, 4001, "writer", attached: 7200) {
      $0.puts = 5000 + pass * 1200
      $0.waits = 40 + pass * 3
      $0.waitNanoseconds = 900_000 + pass * 90_000
    }
    writer.waitsCaused = 10 + pass
    writer.waitNanosecondsCaused = 1_000_000 + pass * 80_000
    var slow = participant(2, 4003, "slow", attached: 3600) { $0.puts = 100 + pass }
    slow.waitsCaused = 90 + pass * 4
    slow.waitNanosecondsCaused = 900_000_000 + pass * 12_000_000
    var dead = participant(3, 4004, "doomed", attached: 600) { $0.puts = 77 }
    dead.liveness = .dead
    var own = participant(4, 4999, "shmtop", attached: 2) { _ in }
    own.isInspector = true
    sample.participants = [
      writer,
      participant(1, 4002, "reader", attached: 7100) {
        $0.hits = 1_000_000 + pass * 52_000
        $0.misses = 9000 + pass * 640
      },
      slow, dead, own,
    ]
    sample.lock.acquisitions = 90_000 + pass * 1201
    sample.lock.contended = 100 + pass * 30
    sample.lock.longestWait = 812_000_000
    sample.lock.recoveries = 1
    for (bucket, count) in [(9, 10), (10, 200), (11, 90), (12, 30), (14, 4), (20, 1)] as [(Int, UInt64)] {
      sample.lock.waits.counts[bucket] = count * (1 + pass)
      sample.lock.sampledHolds.counts[bucket - 2] = count * (1 + pass) / 2
    }
    sample.events = [
      event(1, .created, 7200, 4000, 0, 64, 64), event(2, .attached, 7200, 4001, 0, 0, 0),
      event(3, .attached, 7100, 4002, 0, 1, 0), event(4, .heapGrown, 6000, 4001, 20_000, 65_536, 131_072),
      event(5, .resized, 5000, 4001, 53_000, 32, 64), event(6, .attached, 600, 4004, 0, 3, 0),
      event(7, .recovered, 30, 4001, 1_500_000, 4004, 0), event(8, .detached, 20, 4005, 0, 5, 9_000_000_000),
    ]
    return sample
  }

  private static func event(
    _ number: UInt64, _ kind: SegmentEvent.Kind, _ ago: UInt64, _ pid: Int32, _ duration: UInt64,
    _ first: UInt64,
    _ second: UInt64
  ) -> SegmentEvent {
    var event = SegmentEvent()
    event.number = number
    event.kind = kind
    event.wall = start - ago * Self.second
    event.pid = pid
    event.duration = duration
    event.first = first
    event.second = second
    return event
  }
}
