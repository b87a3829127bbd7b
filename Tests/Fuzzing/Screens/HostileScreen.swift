import Foundation
@testable import SharedSimple
@testable import ShmtopKit

/// Makes shmtop's model of what a hostile segment would say, presses keys, and looks at each screen: no cell may hold
/// what a terminal acts on, and no byte reach the terminal that the program has not put there.
///
///     byte 0      bit 0: ASCII; the rest: the view
///     then, step after step, as long as there are bytes:
///     byte 0      bits 7..4 what is done (see `Step`), bits 3..0 bytes that follow, less one
///     byte 1…     with what
///
/// Numbers come in as words of a sample in a recording: nothing but a type's own limits holds for these.
struct HostileScreen {
  private enum Step: Int, CaseIterable {
    case entry, entryOfOneKey, name, event, word, words, key, keys, paste, open, conflict, resize, pass, list,
      identity
    case draw
  }

  private var inspector: Inspector
  private let glyphs: GlyphSet
  private var rest: ArraySlice<UInt8>
  private var entries: [(key: [UInt8], value: [UInt8])] = []
  private var sample: SegmentSample
  private var seconds: UInt64 = 1
  private var stamp: UInt64 = 1000
  private var screens = 0

  /// Longer inputs say no more. Each screen is 8,400 cells.
  private static let screenLimit = 24
  private static let special: [Key] = [
    .up, .down, .left, .right, .enter, .escape, .tab, .backTab, .pageUp, .pageDown, .home, .end, .backspace,
    .delete,
    .shiftUp, .shiftDown, .control("u"), .control("w"), .function(1), .function(4),
  ]

  init(_ bytes: [UInt8]) {
    let first = bytes.first ?? 0
    glyphs = first & 1 == 0 ? .unicode : .ascii
    rest = bytes.dropFirst()
    inspector = Inspector(
      width: 100, height: 30, delay: 1, now: Moment(wall: 1_795_454_700_000_000_000, monotonic: 1 << 40))
    sample = SegmentSample()
    sample.takenWall = inspector.now.wall
    sample.takenMonotonic = inspector.now.monotonic
    sample.table.slotCount = 64
    sample.table.entryCount = 3
    sample.table.growthThreshold = 48
    sample.participants = (0..<3).map { slot in
      var participant = ParticipantSample()
      (participant.slot, participant.pid) = (slot, Int32(4000 + slot))
      return participant
    }
    var identity = SegmentIdentity()
    identity.name = "fuzzed"
    inspector.attached(to: identity, access: .shared)
    inspector.take(sample)
    _ = inspector.handle(.key(.character(Character(String(first >> 1 % 5 + 1)))))
  }

  mutating func run() {
    while let head = rest.popFirst(), screens < Self.screenLimit {
      let bytes = Array(rest.prefix(Int(head & 15) + 1))
      guard !bytes.isEmpty else { break }
      rest = rest.dropFirst(bytes.count)
      perform(Step.allCases[Int(head >> 4)], bytes)
    }
    pass()
    draw()
  }

  private mutating func perform(_ step: Step, _ bytes: [UInt8]) {
    switch step {
    case .entry: entries.append((bytes, bytes.reversed() + bytes))
    case .entryOfOneKey:
      entries.append(([UInt8](repeating: bytes.first ?? 0, count: 1 << (bytes.count & 15)), bytes))
    case .name:
      sample.participants[Int(bytes[0]) % sample.participants.count].name = Array(
        bytes.dropFirst().prefix(16))
    case .event: note(event: bytes)
    case .word, .words: change(bytes, all: step == .words)
    case .key: press(Self.special[Int(bytes[0]) % Self.special.count])
    case .keys: for character in String(decoding: bytes, as: UTF8.self) { press(.character(character)) }
    case .paste: handle(.paste(String(decoding: bytes, as: UTF8.self)))
    case .open:
      let purposes: [OpenPurpose] = [.edit, .remove, .detail, .copy]
      let key = entries.last?.key ?? bytes
      carryOut(inspector.opened(key: key, value: bytes, stamp: stamp, purpose: purposes[Int(bytes[0] & 3)]))
    case .conflict:
      inspector.finished(
        .replace(key: bytes, seen: bytes, new: [1]),
        bytes[0] & 1 == 0 ? .conflict(now: bytes) : .done(before: bytes))
    case .resize:
      let width = Int(bytes[0]) % WatchedTerminal.width + 1
      let height = Int(bytes.last!) % WatchedTerminal.height + 1
      handle(.resize(width: width, height: height))
    case .pass: pass()
    case .list:
      var identity = SegmentIdentity()
      identity.name = String(decoding: bytes, as: UTF8.self)
      inspector.take([SourceListing(name: identity.name, identity: identity, sample: sample, refusal: nil)])
    case .identity:
      var identity = SegmentIdentity()
      identity.name = String(decoding: bytes, as: UTF8.self)
      inspector.attached(to: identity, access: .readOnly("it is so"))
    case .draw: draw()
    }
  }

  private mutating func note(event bytes: [UInt8]) {
    var event = SegmentEvent()
    var words = RecordedWords.words(of: event)
    for (index, byte) in bytes.enumerated() where index < words.count { words[index] = Self.number(byte) }
    event = (try? RecordedWords.event(from: words)) ?? event
    event.number = UInt64(sample.events.count + 1)
    sample.events.append(event)
  }

  /// Changes a number of the sample, or many that stand together.
  private mutating func change(_ bytes: [UInt8], all: Bool) {
    var words = RecordedWords.words(of: sample)
    let place = (Int(bytes[0]) | (bytes.count > 1 ? Int(bytes[1]) << 8 : 0)) % words.count
    let numbers = bytes.dropFirst(2)
    if all {
      for (index, byte) in numbers.enumerated() where place + index < words.count {
        words[place + index] = Self.number(byte)
      }
    } else {
      words[place] = numbers.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    let events = sample.events
    // A word that is none of the choices there are leaves the sample as it is.
    guard var changed = try? RecordedWords.sample(from: words) else { return }
    // A sampler finds some row at least: its own.
    if changed.participants.isEmpty { changed.participants = sample.participants }
    changed.events = events
    // The system's own number, which is true.
    changed.memory.allocated = 1 << 20
    sample = changed
  }

  /// Small numbers, powers of two, and the ends of all types.
  private static func number(_ byte: UInt8) -> UInt64 {
    switch byte {
    case 0..<64: UInt64(byte)
    case 64..<128: 1 << UInt64(byte - 64)
    case 128..<192: (1 << UInt64(byte - 128)) &- 1
    default: UInt64.max - UInt64(255 - byte)
    }
  }

  // MARK: - Going on

  private mutating func pass() {
    seconds += 1
    stamp += 10
    inspector.tick(
      Moment(wall: inspector.now.wall + 1_000_000_000, monotonic: inspector.now.monotonic + 1_000_000_000))
    inspector.take(sample)
    guard inspector.wantsEntries else { return }
    inspector.beginPass(sequence: stamp)
    _ = inspector.readOn { note in
      for (number, entry) in entries.enumerated() where !entry.key.isEmpty {
        note(entry.key.span.bytes, entry.value.span.bytes, stamp - UInt64(number % 10))
      }
      return (goesOn: false, progress: 1)
    }
    settle()
  }

  private mutating func settle() {
    while inspector.entries.chore != nil { _ = inspector.workOn(10_000) }
    while inspector.entries.isSorting { _ = inspector.sortOn(10_000) }
    while inspector.wantsSizes { _ = inspector.sizeOn(10_000) }
  }

  private mutating func press(_ key: Key) { handle(.key(key)) }

  private mutating func handle(_ input: Input) {
    carryOut(inspector.handle(input))
    settle()
  }

  private mutating func carryOut(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .open(let key, let purpose):
        let value = entries.first { $0.key == key }?.value
        carryOut(inspector.opened(key: key, value: value, stamp: stamp, purpose: purpose))
      case .copy(let text): WatchedTerminal.shared.copy(text)
      case .write(let seen, let file, _): inspector.wrote(.exists, seen, to: file)
      default: break
      }
    }
  }

  private mutating func draw() {
    screens += 1
    let screen = InspectorView(inspector).screen(glyphs: glyphs)
    for (place, cell) in screen.cells.enumerated() {
      guard let glyph = cell.glyph else { continue }
      let isPlain = glyph.unicodeScalars.allSatisfy {
        ![.control, .format, .lineSeparator, .paragraphSeparator, .surrogate].contains(
          $0.properties.generalCategory)
      }
      guard isPlain, glyphs == .unicode || glyph.isASCII else {
        found(
          "a cell holds \(String(glyph).debugDescription) in \(screen.glyphLines[place / screen.width].debugDescription)"
        )
      }
    }
    WatchedTerminal.shared.show(screen)
  }
}
