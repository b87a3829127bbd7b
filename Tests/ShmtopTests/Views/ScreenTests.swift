import TestSupport
import Testing

@testable import SharedSimple
@testable import ShmtopKit

/// Whole screens against the files in Screens.
@Suite struct ScreenTests {
  static let sizes = [(60, 12), (80, 24), (120, 40)]

  @Test(arguments: ViewKind.allCases, sizes) func `Each view at each size`(
    _ view: ViewKind, _ size: (Int, Int)
  ) {
    var staged = StagedStore.watched(width: size.0, height: size.1)
    staged.press(String(view.number))
    staged.settle()
    ScreenFixture(name: "\(view.rawValue)-\(size.0)x\(size.1)").expect(staged.screen())
  }

  @Test(arguments: ViewKind.allCases, sizes) func `Each view of a segment of the Perl module`(
    _ view: ViewKind, _ size: (Int, Int)
  ) {
    var staged = StagedStore.original(width: size.0, height: size.1)
    staged.press(String(view.number))
    staged.settle()
    ScreenFixture(name: "original-\(view.rawValue)-\(size.0)x\(size.1)").expect(staged.screen())
  }

  @Test(arguments: ViewKind.allCases) func `Each view without colours`(_ view: ViewKind) {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press(String(view.number))
    staged.settle()
    ScreenFixture(name: "\(view.rawValue)-80x24-mono")
      .expect(staged.screen(), theme: Theme("mono", hasColors: true))
  }

  @Test(arguments: ViewKind.allCases) func `Each view without Unicode`(_ view: ViewKind) {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press(String(view.number))
    staged.settle()
    let screen = staged.screen(.ascii)
    #expect(screen.cells.allSatisfy { $0.glyph?.isASCII ?? true })
    ScreenFixture(name: "\(view.rawValue)-80x24-ascii").expect(screen)
  }

  @Test(arguments: ViewKind.allCases) func `Each view on a light ground`(_ view: ViewKind) {
    var staged = StagedStore.watched(width: 80, height: 24, Self.makeStuck)
    staged.press(String(view.number))
    staged.settle()
    ScreenFixture(name: "\(view.rawValue)-80x24-light")
      .expect(staged.screen(), theme: Theme("light", hasColors: true), colors: true)
  }

  @Test(arguments: ["dark", "light", "mono"]) func `What is grave looks other than what is a warning`(
    _ name: String
  ) {
    let theme = Theme(name, hasColors: true)
    let (warning, critical) = (theme.look(.warning), theme.look(.critical))
    #expect(warning.attributes != critical.attributes)
    #expect(name == "mono" || warning.color != critical.color)
  }

  @Test func `What is written most is shown in parts of all writes, and sorted by`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    for number in 3..<20 as Range<UInt64> { staged.pass(number) }
    staged.press("<Right>", "<Right>", "<Right>", "<Right>", "s")
    staged.settle()
    ScreenFixture(name: "writes-80x24").expect(staged.screen())
    expectPlain("writes", staged)
  }

  /// The same screen without colours, and without Unicode; a dialog on a light ground as well.
  private func expectPlain(_ name: String, _ staged: StagedStore) {
    ScreenFixture(name: "\(name)-80x24-mono")
      .expect(staged.screen(), theme: Theme("mono", hasColors: true))
    let ascii = staged.screen(.ascii)
    #expect(ascii.cells.allSatisfy { $0.glyph?.isASCII ?? true })
    ScreenFixture(name: "\(name)-80x24-ascii").expect(ascii)
    guard staged.inspector.dialog != nil else { return }
    ScreenFixture(name: "\(name)-80x24-light")
      .expect(staged.screen(), theme: Theme("light", hasColors: true), colors: true)
  }

  /// A holder that is stopped, somebody who waits for it, and hardly any memory left.
  private static func makeStuck(_ sample: inout SegmentSample) {
    sample.lock.holder = 4003
    sample.lock.holderParticipant = 2
    sample.lock.heldSinceMonotonic = 490_000_000_000
    sample.participants[2].liveness = .stopped
    sample.participants[0].waitingSinceMonotonic = 491_000_000_000
    sample.participants[0].waitingFor = 4003
    sample.memory.systemFree = 400 << 20
  }

  @Test(arguments: [("edit", ["<Down>", "e"]), ("remove", ["<Down>", "D"])], sizes)
  func `Dialogs about an entry`(_ dialog: (String, [String]), _ size: (Int, Int)) {
    var staged = StagedStore.watched(width: size.0, height: size.1)
    for key in dialog.1 {
      for case .open(let key, let purpose) in staged.press(key) {
        staged.inspector.opened(key: key, value: Array("Maintenance tonight".utf8), purpose: purpose)
      }
    }
    ScreenFixture(name: "\(dialog.0)-\(size.0)x\(size.1)").expect(staged.screen())
    if size == (80, 24) { expectPlain(dialog.0, staged) }
  }

  @Test func `The question before a change, and the conflict after it`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.opened(key: Array("counter:requests".utf8), value: Array("41234".utf8), purpose: .edit)
    staged.press("<Up>", "<Enter>")
    ScreenFixture(name: "question-80x24").expect(staged.screen())
    expectPlain("question", staged)
    for case .apply(let change) in staged.press("y") {
      staged.inspector.finished(change, .conflict(now: Array("41268".utf8)))
    }
    ScreenFixture(name: "conflict-80x24").expect(staged.screen())
    expectPlain("conflict", staged)
  }

  @Test(arguments: sizes) func `A stopped holder is said in words`(_ size: (Int, Int)) {
    var staged = StagedStore.watched(width: size.0, height: size.1, Self.makeStuck)
    staged.press("3")
    ScreenFixture(name: "stuck-\(size.0)x\(size.1)").expect(staged.screen())
    if size == (80, 24) { expectPlain("stuck", staged) }
  }

  @Test func `Paused, gone and read-only are said in words`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("Z", "2", "<Down>")
    ScreenFixture(name: "paused-80x24").expect(staged.screen())
    expectPlain("paused", staged)
    staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.attached(to: StagedStore.identity, access: .readOnly("you may only read its file"))
    staged.pass(5)
    staged.inspector.lost()
    staged.press("1", "e")
    ScreenFixture(name: "gone-80x24").expect(staged.screen())
    expectPlain("gone", staged)
  }

  @Test(arguments: sizes) func `A recording, and the last minutes, have a time bar`(_ size: (Int, Int)) throws
  {
    var recording = StagedRecording(SeededGenerator(seed: 1))
    recording.grow(60)
    var staged = StagedStore(width: size.0, height: size.1)
    let bytes = recording.bytes
    var playback = Playback(try StagedRecording.frames(of: Array(bytes[..<(bytes.count - 2)])))
    playback.showFirst(on: &staged.inspector)
    playback.perform(.frame(25), now: 0, on: &staged.inspector)
    ScreenFixture(name: "replay-\(size.0)x\(size.1)").expect(staged.screen())
    playback.perform(.play, now: 0, on: &staged.inspector)
    ScreenFixture(name: "replay-\(size.0)x\(size.1)-ascii").expect(staged.screen(.ascii))
    staged = StagedStore.watched(width: size.0, height: size.1)
    staged.press("Z")
    playback = Playback(recording.history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.frame(-9), now: 0, on: &staged.inspector)
    ScreenFixture(name: "history-\(size.0)x\(size.1)").expect(staged.screen())
  }

  @Test func `Taking back, a hot value, and a change without the journal are asked about`() {
    let key = Array("counter:requests".utf8)
    let change = Change.replace(key: key, seen: Array("41234".utf8), new: Array("5".utf8))
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.finished(change, .done(before: Array("41234".utf8)))
    staged.press("u")
    ScreenFixture(name: "undo-80x24").expect(staged.screen())
    expectPlain("undo", staged)
    staged.press("n")
    staged.inspector.finished(change, .conflict(now: Array("41268".utf8)))
    for case .apply(let again) in staged.press("o") {
      staged.inspector.finished(again, .conflict(now: Array("41285".utf8)))
    }
    ScreenFixture(name: "hot-80x24").expect(staged.screen())
    expectPlain("hot", staged)
    staged.inspector.cannotJournal(
      change, "The journal cannot be made in /home/operator/.local/state/shmtop: Read-only file system.")
    ScreenFixture(name: "unjournaled-80x24").expect(staged.screen())
    expectPlain("unjournaled", staged)
  }

  @Test func `Nothing in the store, and nothing that matches`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("\\", "nosuchkey")
    while staged.inspector.entries.isSorting { _ = staged.inspector.sortOn(1000) }
    ScreenFixture(name: "filter-80x24").expect(staged.screen())
    var empty = StagedStore(width: 80, height: 24)
    empty.inspector.attached(to: StagedStore.identity, access: .shared)
    empty.inspector.take(SegmentSample())
    empty.read([])
    ScreenFixture(name: "empty-80x24").expect(empty.screen())
  }

  @Test(arguments: sizes) func `The picker and the help`(_ size: (Int, Int)) {
    var staged = StagedStore(width: size.0, height: size.1)
    staged.inspector.take([
      SourceListing(
        name: "billing", identity: StagedStore.identity, sample: StagedStore.sample(0), refusal: nil),
      SourceListing(
        name: "legacy", refusal: .store(.unsupportedVersion(name: "legacy", found: 1, supported: 2))),
    ])
    ScreenFixture(name: "picker-\(size.0)x\(size.1)").expect(staged.screen())
    staged.press("?")
    ScreenFixture(name: "help-\(size.0)x\(size.1)").expect(staged.screen())
  }

  @Test func `A notice too long for a line is shown to its end`() {
    var staged = StagedStore.watched(width: 60, height: 12)
    staged.inspector.report(
      "The lock could not be had within 2000 ms: process 4003 holds it, and is stopped (T). Nothing was changed."
    )
    let lines = staged.screen().glyphLines
    #expect(lines[9].hasPrefix(" The lock could not"))
    #expect(lines[10].hasSuffix("Nothing was changed."))
  }

  @Test func `A screen too small says what it needs`() {
    var staged = StagedStore.watched(width: 59, height: 12)
    #expect(staged.screen().glyphLines.first == "shmtop needs 60x12 (here: 59x12)")
    #expect(staged.press("e").isEmpty)
    #expect(staged.press("q") == [.quit])
  }

  @Test(arguments: [(60, 12), (80, 24), (300, 100)])
  func `Nothing from a hostile segment reaches a cell raw`(_ size: (Int, Int)) {
    let attack = "\u{1b}]52;c;aGk=\u{7}\u{202e}\u{200b}\u{9b}31m\r\n\u{0}"
    var staged = StagedStore.watched(width: size.0, height: size.1) { sample in
      for row in sample.participants.indices { sample.participants[row].name = Array(attack.utf8) }
    }
    var identity = StagedStore.identity
    identity.name = attack
    staged.inspector.attached(to: identity, access: .shared)
    staged.pass(5)
    staged.read(
      (0..<50).map {
        (key: Array("\(attack)\($0)".utf8) + [0xFF, 0xC0], value: Array(attack.utf8), stamp: 1)
      })
    for keys in [
      ["1"], ["<Down>", "<Enter>"], ["<Right>"], ["<Left>", "<Left>"], ["<Esc>", "<Esc>", "P"], ["2"], ["3"],
      ["4"], ["5"],
    ] {
      for key in keys {
        for case .open(let key, let purpose) in staged.press(key) {
          staged.inspector.opened(key: key, value: Array(attack.utf8), stamp: 1, purpose: purpose)
        }
        staged.settle()
      }
      for cell in staged.screen().cells {
        for scalar in cell.glyph?.unicodeScalars ?? "".unicodeScalars {
          #expect(
            scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
        }
      }
    }
  }

  @Test func `The header's rates are the sums over the processes`() throws {
    let staged = StagedStore.watched(width: 120, height: 40)
    let difference = try #require(staged.inspector.difference)
    let rows = staged.inspector.processes.rows
    #expect(rows.reduce(0) { $0 + $1.rates.counts.gets } == difference.counts.gets)
    #expect(staged.inspector.processes.total == difference.counts)
  }

  @Test func `A letter that cannot be shown is typed as its escape, and is one letter to move over`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.opened(key: Array("config:größe".utf8), value: Array("größe".utf8), purpose: .edit)
    #expect(staged.screen(.ascii).glyphLines.contains { $0.contains(#"new     gr\u{f6}\u{df}e"#) })
    let columns = (0..<5).map { _ in
      defer { staged.press("<Left>") }
      return staged.screen(.ascii).cursor?.column ?? 0
    }
    #expect(zip(columns, columns.dropFirst()).map { $0 - $1 } == [1, 6, 6, 1])
    #expect(staged.screen().glyphLines.contains { $0.contains("new     größe") })
  }

  @Test func `What answers a question is said to its end on a narrow screen`() {
    let key = Array("counter:requests".utf8)
    var seen = SeenEntries(areMarked: true)
    seen.append(key: key, value: [0x61], stamp: 1)
    for dialog in [
      Dialog.confirm(.remove(key: key, seen: [0x61]), rows: 1), .putBack(seen),
      .unjournaled(.remove(key: key, seen: [0x61]), reason: "No space left on device."),
      .overwriteFile(seen, file: "billing.jsonl"), .confirm(.reap, rows: 3),
      .confirm(.undo(.add(key: key, value: [0x61])), rows: 1),
    ] {
      var staged = StagedStore.watched(width: 60, height: 12)
      staged.inspector.dialog = dialog
      let lines = staged.screen().glyphLines
      #expect(lines.contains { $0.contains("n No (Enter, Esc): changes nothing") }, "\(dialog)")
      #expect(lines.contains { $0.contains("y ") })
    }
  }

  @Test func `A hint too long for its two lines is seen to be cut`() {
    var staged = StagedStore.watched(width: 60, height: 24)
    let problem = String(repeating: "word ", count: 40)
    staged.inspector.dialog = .edit(key: [0x61], seen: [0x62], line: InputLine("c"), problem: problem)
    #expect(staged.screen().glyphLines.contains { $0.contains("word w…") })
    #expect(staged.screen(.ascii).glyphLines.contains { $0.contains("word w~") })
  }

  @Test func `Somebody who has just been seen with the lock holds it, for no time that is known`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.pass(3) { $0.lock.holder = 4003 }
    staged.press("3")
    let lines = staged.screen().glyphLines
    #expect(lines.contains { $0.contains("pid 4003 (slow) holds the lock; nobody waits.") })
    #expect(!lines.contains { $0.contains("0 ns;") })
  }

  @Test func `A growth of a large table is said to its end on a narrow screen`() {
    var staged = StagedStore.watched(width: 60, height: 12) { sample in
      for place in sample.events.indices where sample.events[place].kind == .resized {
        (sample.events[place].first, sample.events[place].second) = (1 << 20, 2 << 20)
        sample.events[place].duration = 496_000
      }
    }
    staged.press("5")
    #expect(
      staged.screen().glyphLines.contains { $0.hasSuffix("grew from 1,048,576 to 2,097,152 slots in 496 µs") }
    )
  }

  @Test func `The time bar marks what is rare, and of what happens all the time where it happens more`() {
    func marks(_ events: [Timeline.Happening]) -> Int {
      var timeline = Timeline(origin: .file(name: "f", end: .whole))
      (timeline.start, timeline.wall, timeline.end) = (1_000_000_000, 1_000_000_000, 3_601_000_000_000)
      timeline.events = events
      var screen = Screen(width: 80, height: 1, glyphs: .unicode)
      TimeBarView(timeline: timeline).draw(into: &screen, row: 0)
      return screen.glyphLines[0].count { $0 == "▼" }
    }
    func happening(_ cell: Int, _ count: Int) -> Timeline.Happening {
      Timeline.Happening(share: Double(cell) / 300, frameCount: count)
    }
    #expect(marks([100, 200].map { happening($0, 1) }) == 2)
    #expect(marks((0...300).map { happening($0, 1) }) == 0)
    #expect(marks((0...300).map { happening($0, $0 == 150 ? 90 : 1) }) == 1)
  }

  @Test func `What is cut ends in an ellipsis, and what fits or is blank behind does not`() {
    func line(_ pieces: [Piece], _ limit: Int) -> String {
      var screen = Screen(width: 20, height: 1, glyphs: .unicode)
      screen.write(pieces, row: 0, column: 1, limit: limit)
      return screen.glyphLines[0]
    }
    let pieces = [Piece("held "), Piece("12 s   ", .strong)]
    #expect(line(pieces, 9) == " held 12 s")
    #expect(line(pieces, 8) == " held 12…")
    #expect(line(pieces, 5) == " held…")
    #expect(line(pieces, 1) == " …")
    #expect(line([Piece("漢字漢字")], 4) == " 漢…")
    #expect(line(pieces, 0) == "")
  }
}
