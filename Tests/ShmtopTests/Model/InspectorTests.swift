import SharedSimple
import Testing

@testable import ShmtopKit

/// What keys do, and what they must not do.
@Suite struct InspectorTests {
  private static let key = Array("counter:requests".utf8)

  @Test func `A dialog keeps the key it was opened for, whatever the rows do`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("/", "counter", "<Enter>")
    let effects = staged.press("e")
    #expect(effects == [.open(key: Self.key, purpose: .edit)])
    staged.inspector.opened(key: Self.key, value: Array("41268".utf8), purpose: .edit)
    staged.press("<^U>", "5")
    staged.read([(key: [0x61], value: [0x62], stamp: 9000)])
    staged.read([(key: [0x61], value: [0x62], stamp: 9000)])
    staged.press("<Enter>")
    #expect(
      staged.press("y") == [.apply(.replace(key: Self.key, seen: Array("41268".utf8), new: Array("5".utf8)))])
  }

  @Test func `No is the default of every question`() {
    for answer in ["<Enter>", "<Esc>", "n", "D", "<Del>", "e"] {
      var staged = StagedStore.watched(width: 80, height: 24)
      staged.inspector.opened(key: Self.key, value: [0x31], purpose: .remove)
      #expect(staged.press(answer).isEmpty)
    }
  }

  @Test func `A value that changed meanwhile is asked about: overwrite, reload, leave`() {
    let change = Change.replace(key: Self.key, seen: [0x31], new: [0x32])
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.finished(change, .conflict(now: [0x39]))
    #expect(staged.press("<Enter>").isEmpty)
    #expect(staged.inspector.dialog == nil)
    staged.inspector.finished(change, .conflict(now: [0x39]))
    #expect(staged.press("w").isEmpty)
    #expect(staged.press("o") == [.apply(.replace(key: Self.key, seen: [0x39], new: [0x32]))])
    staged.inspector.finished(change, .conflict(now: [0x39]))
    #expect(staged.press("r") == [.open(key: Self.key, purpose: .edit)])
  }

  @Test func `Up and down count a number, and leave other text alone`() {
    var line = InputLine("41")
    _ = line.perform(.stepUp)
    #expect(line.text == "42")
    _ = line.perform(.stepDown)
    _ = line.perform(.stepDown)
    #expect(line.text == "40")
    var text = InputLine("forty")
    _ = text.perform(.stepUp)
    #expect(text.text == "forty")
    var largest = InputLine("9223372036854775807")
    _ = largest.perform(.stepUp)
    #expect(largest.text == "9223372036854775807")
  }

  @Test func `Pasted text does nothing outside a line that is typed into`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    #expect(staged.inspector.handle(.paste("qDy\n")).isEmpty)
    #expect(staged.inspector.dialog == nil)
    staged.press("/")
    _ = staged.inspector.handle(.paste("a\nb\u{1b}"))
    guard case .prompt(.search, let line, _) = staged.inspector.dialog else {
      Issue.record("The prompt is gone.")
      return
    }
    #expect(line.text == #"a\nb\x1b"#)
  }

  @Test func `Read-only refuses every change, and says why`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.attached(to: StagedStore.identity, access: .readOnly("you may only read its file"))
    staged.pass(5)
    for key in ["e", "a", "D", "<Del>"] {
      #expect(staged.press("<Down>", key).isEmpty)
      #expect(staged.inspector.dialog == nil)
      #expect(staged.inspector.notice?.text == "Read-only: you may only read its file.")
    }
  }

  @Test func `The selection goes with its key when the order changes`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>", "<Down>")
    let key = try #require(staged.inspector.entries.selectedKey)
    staged.press("<Esc>")
    staged.read([(key: [0x61], value: [1], stamp: 9000)] + StagedStore.entries(2))
    #expect(staged.inspector.entries.cursor.place == 3)
    #expect(staged.inspector.entries.selectedKey == key)
  }

  @Test func `Sorting shows the top and holds nothing; a row that is followed stays selected`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<End>", "<Up>")
    #expect(staged.inspector.isOrderHeld)
    staged.press("<Right>", "<Right>", "s")
    staged.settle()
    let entries = staged.inspector.entries
    #expect(!staged.inspector.isOrderHeld && !entries.isHeld)
    #expect(entries.sort == SortOrder(.length, isDescending: true))
    #expect(entries.cursor.place == 0 && entries.cursor.top == 0)
    #expect(entries.selectedKey == entries.table.key(entries.rows[0]))
    // It goes on: what becomes longest comes first.
    staged.read([(key: [0x61], value: Array(repeating: 1, count: 60), stamp: 9000)] + StagedStore.entries(2))
    #expect(staged.inspector.entries.rows.first.map { staged.inspector.entries.table.key($0) } == [0x61])
    staged.press("<Down>", "<Down>", "F")
    let key = try #require(staged.inspector.entries.selectedKey)
    staged.press("I")
    staged.settle()
    #expect(staged.inspector.entries.selectedKey == key && !staged.inspector.isOrderHeld)
  }

  @Test func `A row that is gone leaves no row selected in its place`() {
    var cursor = RowCursor<Int>()
    cursor.select(place: 2, in: [10, 20, 30, 40], height: 10)
    cursor.settle(in: [10, 20, 40], height: 10)
    #expect(cursor.selected == nil)
    cursor.move(by: 1, in: [10, 20, 40], height: 10)
    #expect(cursor.selected == 40)
  }

  @Test func `A held order is let go by Esc, or by itself after some seconds`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>")
    #expect(staged.inspector.isOrderHeld)
    staged.press("<Esc>")
    #expect(!staged.inspector.isOrderHeld)
    staged.press("<Down>")
    staged.inspector.tick(Moment(wall: 0, monotonic: .max))
    #expect(!staged.inspector.isOrderHeld)
  }

  @Test func `A filter is applied as it is typed, and taken back by Esc`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    func settle() { while staged.inspector.entries.isSorting { _ = staged.inspector.sortOn(1000) } }
    let all = staged.inspector.entries.rows.count
    staged.press("\\", "config")
    settle()
    #expect(staged.inspector.entries.rows.count == 2)
    staged.press("<Esc>")
    settle()
    #expect(staged.inspector.entries.rows.count == all)
    staged.press("\\", "!user:", "<Enter>")
    settle()
    #expect(staged.inspector.entries.rows.count == all - 24)
    staged.press("\\", "<^U>", "/^user:100[0-4]$/", "<Enter>")
    settle()
    #expect(staged.inspector.entries.rows.count == 5)
  }

  @Test func `Typed escapes become bytes, and a wrong one is explained`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("a", #"k\x0"#, "<Enter>")
    guard case .addKey(_, let problem?) = staged.inspector.dialog else {
      Issue.record("Nothing was explained.")
      return
    }
    #expect(problem.contains("hexadecimal"))
    staged.press("0", "<Enter>", #"\xff"#, "<Enter>")
    #expect(staged.press("y") == [.apply(.add(key: [0x6B, 0], value: [0xFF]))])
  }

  @Test func `A value longer than the store takes is refused before anything is asked`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("a", "k", "<Enter>", String(repeating: "v", count: 65), "<Enter>")
    guard case .addValue(_, _, let problem?) = staged.inspector.dialog else {
      Issue.record("Nothing was explained.")
      return
    }
    #expect(problem.contains("at most 64"))
  }

  @Test func `The command line's view, column and filter are taken, and others refused`() throws {
    var inspector = StagedStore(width: 80, height: 24).inspector
    try inspector.start(view: .processes, sort: "-gets", filter: "work")
    #expect(inspector.view == .processes)
    #expect(inspector.processes.sort == SortOrder(.gets, isDescending: true))
    #expect(throws: UsageError.self) { try inspector.start(view: .entries, sort: "size", filter: nil) }
    #expect(throws: UsageError.self) { try inspector.start(view: .lock, sort: "key", filter: nil) }
    #expect(throws: UsageError.self) { try inspector.start(view: .entries, sort: nil, filter: "/(/") }
  }

  @Test func `A column to sort by opens the view that has it, where no other is asked for`() throws {
    func start(
      _ view: ViewKind?, _ standard: ViewKind = .entries, sort: String
    ) throws(UsageError) -> Inspector {
      var inspector = StagedStore(width: 80, height: 24).inspector
      try inspector.start(view: view, standard: standard, sort: sort, filter: nil)
      return inspector
    }
    let processes = try start(nil, sort: "-pid")
    #expect(processes.view == .processes)
    #expect(processes.processes.sort == SortOrder(.pid, isDescending: true))
    #expect(try start(nil, sort: "stamp").view == .entries)
    // The settings name a view that cannot be sorted, or not by this.
    #expect(try start(nil, .lock, sort: "key").view == .entries)
    #expect(try start(nil, .processes, sort: "key").view == .entries)
    let wrong = #expect(throws: UsageError.self) { try start(.entries, sort: "pid") }
    #expect(
      wrong?.description
        == "pid is a column of the view processes, not of entries: use -v processes.")
    let unknown = #expect(throws: UsageError.self) { try start(nil, sort: "-size") }
    #expect(unknown?.description.hasPrefix("There is no column size; use key, ") == true)
    #expect(unknown?.description.hasSuffix("attached of the processes.") == true)
  }

  @Test func `A remark on a key goes with the next key that does something`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    for next in ["2", "<Tab>", "<Down>"] {
      staged.press("x")
      #expect(staged.inspector.notice?.text == "x does nothing here; ? shows all keys.")
      staged.press(next)
      #expect(staged.inspector.notice == nil)
    }
    // That what is shown is past holds no more once Z has gone on.
    staged.press("Z", "u")
    #expect(staged.inspector.notice?.text.hasPrefix("What is shown is past") == true)
    staged.press("Z")
    #expect(staged.inspector.notice == nil)
    // What was done is still told, and what failed only until a key is pressed, whatever it does.
    staged.inspector.finished(.remove(key: Self.key, seen: [0x31]), .done(before: [0x31]))
    staged.press("<Down>")
    #expect(staged.inspector.notice?.kind == .done)
    _ = staged.inspector.handle(.mouse(MouseEvent(.click, row: 0, column: 0)))
    #expect(staged.inspector.notice?.kind == .done)
    staged.press("x")
    _ = staged.inspector.handle(.mouse(MouseEvent(.click, row: 10, column: 10)))
    #expect(staged.inspector.notice == nil)
    // How a range is marked, as long as one is.
    staged.press("1", "<Down>", "v", "<Down>")
    #expect(staged.inspector.notice?.text.hasPrefix("From here: move") == true)
    staged.press("2")
    #expect(staged.inspector.notice == nil)
  }

  @Test func `Gone, back and live again are not hidden by what was said before`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    var identity = StagedStore.identity
    identity.inode += 1
    staged.inspector.attached(to: identity, access: .shared)
    #expect(staged.inspector.notice?.text.hasPrefix("Another segment has this name") == true)
    staged.pass(5)
    #expect(staged.inspector.notice != nil)
    staged.inspector.lost()
    #expect(staged.screen().glyphLines.contains { $0.hasPrefix(" Unlinked: this is the last") })
    // What failed is still to be known.
    staged.inspector.report("The file cannot be written.")
    staged.pass(6)
    #expect(staged.inspector.presence == .live && staged.inspector.notice != nil)
    staged.press("Z", "u")
    let live = staged.inspector.background
    staged.inspector.resume(from: live)
    #expect(staged.inspector.notice == nil)
    // A key that was looked at and is back.
    let entry = Entry(key: Self.key, value: [0x31], stamp: 6000)
    staged.inspector.opened(key: entry.key, value: entry.value, stamp: entry.stamp, purpose: .detail)
    _ = staged.inspector.look(at: nil)
    staged.inspector.opened(key: Self.key, value: nil, purpose: .edit)
    #expect(staged.inspector.notice?.text == "counter:requests is gone.")
    _ = staged.inspector.look(at: Entry(key: Self.key, value: [0x32], stamp: 6001))
    #expect(staged.inspector.notice == nil)
  }

  @Test(arguments: [
    ("2", "e", "e does nothing here; it works in view 1 (Entries)."),
    ("1", "R", "R does nothing here; it works in view 2 (Processes)."),
    ("3", "\\", "\\ does nothing here; it works in view 1 (Entries), 2 (Processes) and 4 (Events)."),
    ("1", "P", nil), ("1", "x", "x does nothing here; ? shows all keys."),
  ])
  func `A key that does nothing here says where it does`(_ view: String, _ key: String, _ sentence: String?) {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press(view, key)
    #expect(staged.inspector.notice?.text == sentence)
  }

  @Test func `A key of the list says so in a pane over it, and nothing is promised in a question`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("P")
    staged.settle()
    staged.press("a")
    #expect(
      staged.inspector.notice?.text == "a does nothing here; it works in the list of entries, after Esc.")
    staged.inspector.opened(key: Self.key, value: [0x31], purpose: .remove)
    staged.press("x")
    #expect(staged.inspector.notice?.text == "x does nothing here.")
  }

  @Test func `^G leaves whatever is asked`() {
    let change = Change.replace(key: Self.key, seen: [0x31], new: [0x32])
    for dialog in [
      Dialog.confirm(change, rows: 1), .conflict(change, now: nil, times: 1), .columns(place: 0),
      .prompt(.search, line: InputLine(), problem: nil),
    ] {
      var staged = StagedStore.watched(width: 80, height: 24)
      staged.inspector.dialog = dialog
      #expect(staged.press("<^G>").isEmpty)
      #expect(staged.inspector.dialog == nil, "\(dialog)")
    }
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.progressed(BulkProgress(.remove, done: 1, total: 2))
    #expect(staged.press("<^G>") == [.stop])
    staged.press("<Esc>")
    staged = StagedStore.watched(width: 80, height: 24)
    staged.press("a", "new")
    staged.inspector.lost()
    staged.press("<^G>")
    #expect(staged.inspector.dialog == nil)
  }

  @Test func `What is typed into a dialog never becomes commands when the segment is replaced`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("a", "new")
    staged.inspector.attached(to: StagedStore.identity, access: .shared)
    staged.pass(5)
    #expect(staged.press("keyDyq", "<Enter>", "y").isEmpty)
    #expect(staged.inspector.isDialogOutdated)
    staged.press("<Esc>")
    #expect(staged.inspector.dialog == nil)
    #expect(staged.inspector.entries.selectedKey == nil)
    #expect(staged.press("D").isEmpty)
    staged.press("<Down>")
    #expect(staged.inspector.entries.selectedKey != nil)
  }

  @Test func `Dead processes are counted whatever the filter shows`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("2", "\\", "writer", "<Enter>")
    #expect(staged.inspector.processes.deadCount == 1)
  }
}

/// Changes: what is made of an answer, and how one is taken back.
@Suite struct ChangingTests {
  private static let key = Array("counter:requests".utf8)

  @Test func `Overwriting writes over what was shown, and over the unseen only where that is asked for`() {
    let change = Change.replace(key: Self.key, seen: [0x31], new: [0x32])
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.finished(change, .conflict(now: [0x33]))
    let second = Change.replace(key: Self.key, seen: [0x33], new: [0x32])
    #expect(staged.press("o") == [.apply(second)])
    // A hot counter: it has changed again.
    staged.inspector.finished(second, .conflict(now: [0x34]))
    #expect(staged.screen().glyphLines.contains { $0.contains("seen or not") })
    #expect(staged.press("w") == [.apply(.replace(key: Self.key, seen: nil, new: [0x32]))])
    // What is gone by then is added, if nobody else does.
    staged.inspector.finished(change, .conflict(now: nil))
    #expect(staged.press("o") == [.apply(.add(key: Self.key, value: [0x32]))])
  }

  @Test(
    arguments: [
      (.replace(key: key, seen: [0x31], new: [0x32]), [0x31], .replace(key: key, seen: [0x32], new: [0x31])),
      (.add(key: key, value: [0x32]), nil, .remove(key: key, seen: [0x32])),
      (.remove(key: key, seen: [0x31]), [0x31], .add(key: key, value: [0x31])),
      (.replace(key: key, seen: nil, new: [0x32]), [0x35], .replace(key: key, seen: [0x32], new: [0x35])),
    ] as [(Change, [UInt8]?, Change)])
  func `A change is taken back if what it wrote is still there`(
    _ change: Change, _ before: [UInt8]?, _ inverse: Change
  ) {
    var staged = StagedStore.watched(width: 80, height: 24)
    #expect(staged.press("u").isEmpty && staged.inspector.dialog == nil)
    staged.inspector.finished(change, .done(before: before))
    staged.press("u")
    #expect(staged.inspector.dialog == .confirm(.undo(inverse), rows: 1))
    #expect(staged.press("<Enter>").isEmpty)
    staged.press("u")
    #expect(staged.press("y") == [.apply(.undo(inverse))])
    staged.inspector.finished(.undo(inverse), .conflict(now: [0x39]))
    #expect(staged.inspector.dialog == nil)
    #expect(staged.inspector.notice?.text.contains("has been changed since") == true)
    #expect(staged.press("u").isEmpty && staged.inspector.dialog == nil)
  }

  @Test func `What the journal cannot keep is said before it is done, and No is the default`() {
    let change = Change.add(key: Self.key, value: [0x32])
    for (answer, effects) in [("<Enter>", []), ("n", []), ("y", [.applyUnjournaled(change)])]
      as [(String, [Effect])]
    {
      var staged = StagedStore.watched(width: 80, height: 24)
      staged.inspector.cannotJournal(change, "The journal cannot be opened: Permission denied.")
      #expect(staged.screen().glyphLines.contains { $0.contains("Permission denied") })
      #expect(staged.press(answer) == effects)
    }
  }

  @Test func `While a change waits for the lock keys are answered, another waits for it, and Esc gives up`() {
    let change = Change.add(key: Self.key, value: [0x32])
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>")
    let wait = LockWait(holder: 4003, holderState: "T", failure: "The lock could not be had.")
    staged.inspector.waits(wait, tried: 0.51, limit: 3)
    let sentence = "Waiting for the lock, 0.5 of 3 s: pid 4003 (slow, stopped) holds it. Esc gives up."
    #expect(staged.inspector.notice?.text == sentence)
    staged.press("<Down>")
    #expect(staged.inspector.notice?.text == sentence)
    #expect(staged.press("e").isEmpty)
    #expect(staged.inspector.notice?.text.contains("waits for the lock") == true)
    staged.press("2")
    #expect(staged.inspector.view == .processes)
    // As much of the holder as is known.
    for (pid, state, holder) in [
      (4711, "S", "pid 4711 (sleeping)"), (4711, "?", "pid 4711"), (4001, "", "pid 4001 (writer)"),
      (0, "?", "a process that cannot be named from here"),
    ] as [(Int32, String, String)] {
      staged.inspector.waits(
        LockWait(holder: pid, holderState: state, failure: ""), tried: 1, limit: 3)
      #expect(
        staged.inspector.notice?.text == "Waiting for the lock, 1.0 of 3 s: \(holder) holds it. Esc gives up."
      )
    }
    #expect(staged.press("<Esc>") == [.giveUp])
    staged.inspector.finished(change, .failed("Nothing was changed."))
    #expect(!staged.inspector.isWaitingForLock)
  }

  @Test func `What the lock could not be had for is said once it is given up`() {
    let change = Change.add(key: Self.key, value: [0x32])
    var staged = StagedStore.watched(width: 80, height: 24)
    let wait = LockWait(holder: 4003, failure: "The lock could not be had within 3 s.")
    staged.inspector.waits(wait, tried: 3, limit: 3)
    staged.inspector.finished(change, .busy(wait))
    #expect(staged.inspector.notice?.kind == .failure)
    #expect(staged.inspector.notice?.text == "The lock could not be had within 3 s.")
  }

  @Test func `A key that is to be added and is there is said as soon as it is typed`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    let effects = staged.press("a", "config:motd", "<Enter>")
    #expect(effects == [.open(key: Array("config:motd".utf8), purpose: .add)])
    staged.inspector.opened(key: Array("config:motd".utf8), value: Array("hello".utf8), purpose: .add)
    let lines = staged.screen().glyphLines
    #expect(lines.contains { $0.contains("config:motd is there already (hello, 5 bytes)") }, "\(lines)")
    // Another key goes on from there; one that is not there says nothing.
    staged.press("2", "<Enter>")
    staged.inspector.opened(key: Array("config:motd2".utf8), value: nil, purpose: .add)
    #expect(staged.inspector.notice == nil)
    staged.press("v", "<Enter>")
    let change = Change.add(key: Array("config:motd2".utf8), value: [0x76])
    #expect(staged.press("y") == [.apply(change)])
  }

  @Test func `What was added meanwhile by another is not said to have changed`() {
    let change = Change.add(key: Self.key, value: [0x32])
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.finished(change, .conflict(now: [0x33]))
    let lines = staged.screen().glyphLines
    #expect(lines.contains { $0.contains("This key is there already") })
    #expect(!lines.contains { $0.contains("you saw") || $0.contains("has changed") })
    for (name, value) in [("now", "3"), ("yours", "2")] {
      #expect(lines.contains { $0.contains(name) && $0.contains("\(value) (1 byte)") })
    }
    #expect(staged.press("o") == [.apply(.replace(key: Self.key, seen: [0x33], new: [0x32]))])
    staged.inspector.finished(change, .conflict(now: [0x34]))
    #expect(staged.screen().glyphLines.contains { $0.contains("It has changed again (2 times)") })
  }

  @Test(arguments: [(1, "Cleared 1 row of dead processes."), (3, "Cleared 3 rows of dead processes.")])
  func `Cleared rows are counted`(_ count: Int, _ sentence: String) {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.finished(.reap, .reaped(count))
    #expect(staged.inspector.notice?.text == sentence)
  }

  @Test func `What was changed and taken back is not said never to have been changed`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("u")
    #expect(staged.inspector.notice?.text == "You have not changed anything yet.")
    let change = Change.replace(key: [0x61], seen: [0x31], new: [0x32])
    staged.inspector.finished(change, .done(before: [0x31]))
    staged.press("u")
    for case .apply(let undo) in staged.press("y") {
      staged.inspector.finished(undo, .done(before: [0x32]))
    }
    staged.press("u")
    #expect(staged.inspector.dialog == nil)
    #expect(staged.inspector.notice?.text == "Nothing left to take back.")
  }
}
