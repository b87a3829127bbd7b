import SharedSimple
import Testing

@testable import ShmtopKit

/// Marks, ranges, pins, groups, and what is done with many entries at once.
@Suite struct ManyEntriesTests {
  private static func marked(_ staged: StagedStore) -> [String] {
    let table = staged.inspector.entries.table
    return staged.inspector.entries.rows.filter { table.isMarked($0) }
      .map { String(decoding: table.key($0), as: UTF8.self) }
  }

  private static func keys(_ staged: StagedStore) -> [String] {
    let entries = staged.inspector.entries
    return entries.rows.map { String(decoding: entries.table.key($0), as: UTF8.self) }
  }

  @Test func `A mark follows its key, whatever the order, and goes with it`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("/", "user:1003", "<Enter>", " ")
    staged.press("I", "s")
    staged.settle()
    #expect(Self.marked(staged) == ["user:1003"])
    for _ in 0..<3 { staged.read([(key: [0x61], value: [0x62], stamp: 9000)]) }
    staged.press("<Esc>")
    staged.settle()
    #expect(Self.marked(staged).isEmpty)
    #expect(staged.inspector.entries.table.markedCount == 0)
  }

  @Test func `A range marks all rows from its start to where one is, in either direction`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("/", "user:1003", "<Enter>", "v", "<Down>", "<Down>")
    #expect(staged.inspector.entries.range?.count == 3)
    #expect(Self.marked(staged).isEmpty)
    staged.press("v")
    #expect(Self.marked(staged) == ["user:1003", "user:1004", "user:1005"])
    staged.press("<S-Up>", "<S-Up>", "<S-Up>", " ")
    #expect(Self.marked(staged).first == "user:1002")
    staged.press("U")
    staged.settle()
    #expect(Self.marked(staged).isEmpty)
    staged.press("v", "<Down>", "<Esc>")
    #expect(Self.marked(staged).isEmpty && staged.inspector.entries.rangeStart == nil)
  }

  @Test func `Nothing is removed or written while a range is open`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>", "v", "<Down>")
    for key in ["D", "w"] {
      #expect(staged.press(key).isEmpty)
      #expect(staged.inspector.dialog == nil)
    }
  }

  @Test func `Marked entries are removed only behind their number, with the stamps that were seen`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("/", "user:1000", "<Enter>", " ", " ", " ")
    staged.press("\\", "!user", "<Enter>")
    staged.settle()
    staged.press("D")
    staged.settle()
    guard case .removeMany(let seen, _, _) = staged.inspector.dialog else {
      Issue.record("Nothing was asked.")
      return
    }
    #expect(seen.count == 3 && seen.hiddenCount == 3)
    #expect(staged.press("y", "<Enter>").isEmpty)
    #expect(staged.press("<^U>", "2", "<Enter>").isEmpty)
    let effects = staged.press("<^U>", "3", "<Enter>")
    #expect(effects == [.removeAll(seen)])
    #expect(seen[1].key == Array("user:1001".utf8) && seen[1].stamp == 1001)
    #expect(seen[1].value == Array("name 7".utf8))
  }

  @Test func `A pinned key stays on top, also sorted, filtered and gone`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("/", "user:1003", "<Enter>", "p")
    staged.settle()
    #expect(Self.keys(staged).first == "user:1003")
    staged.press("\\", "config", "<Enter>")
    staged.settle()
    #expect(Self.keys(staged).first == "user:1003" && Self.keys(staged).count == 3)
    staged.press("I")
    staged.settle()
    #expect(Self.keys(staged).first == "user:1003")
    for _ in 0..<4 { staged.read([(key: [0x61], value: [0x62], stamp: 9000)]) }
    #expect(Self.keys(staged).first == "user:1003")
    let entries = staged.inspector.entries
    #expect(entries.table.mark(entries.rows[0]) == .removed)
    staged.inspector.attached(to: StagedStore.identity, access: .shared)
    staged.pass(5)
    #expect(Self.keys(staged).first == "user:1003")
  }

  @Test func `Pinned rows stand still while the others scroll`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<End>", "p")
    staged.settle()
    let pinned = Self.keys(staged)[0]
    staged.press("<End>")
    let lines = staged.screen().glyphLines
    #expect(lines[8].contains(pinned))
    #expect(lines.contains { $0.contains("user:1022") })
  }

  @Test func `Groups add up to all entries, and open as a filter that Esc takes back`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("P")
    staged.settle()
    let groups = try #require(staged.inspector.entries.groups)
    #expect(groups.rows.reduce(0) { $0 + $1.count } == staged.inspector.entries.table.liveCount)
    #expect(groups.rows.first?.prefix == Array("user:".utf8) && groups.rows.first?.count == 24)
    staged.press("<Enter>")
    staged.settle()
    #expect(Self.keys(staged).count == 24)
    #expect(staged.inspector.entries.filter?.text == "^user:")
    staged.press("<Esc>")
    staged.settle()
    #expect(staged.inspector.entries.groups?.rows.count == groups.rows.count)
    #expect(staged.inspector.entries.filter == nil)
  }

  @Test func `A prefix ends at the first sign, else at a weaker one; no bytes of it are lost`() {
    func prefix(_ key: String, after: Int = 0) -> Int? {
      KeyGroup.prefixLength(of: Array(key.utf8)[...], after: after)
    }
    #expect(prefix("user:1:name") == 5)
    #expect(prefix("user:1:name", after: 5) == 7)
    #expect(prefix("big_user:1") == 9)
    #expect(prefix("user_1") == 5)
    #expect(prefix("plain") == nil)
    let hostile: [UInt8] = [0x1B, 0xFF, 0x5E, 0x5C, 0x3A]
    #expect(RowFilter.beginning(with: hostile)?.prefix == hostile)
    #expect(RowFilter.beginning(with: hostile)?.matches((hostile + [1])[...]) ?? false)
  }

  @Test func `A search goes on in slices, and another order waits for its end`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.read((0..<10_000).map { (key: Array("k\(10_000 + $0)".utf8), value: [1], stamp: 1) })
    staged.press("/", "k19999", "<Enter>")
    #expect(staged.inspector.entries.chore != nil)
    #expect(!staged.inspector.entries.isSorting)
    staged.settle()
    #expect(staged.inspector.entries.selectedKey == Array("k19999".utf8))
    staged.press("/", "nowhere", "<Enter>")
    staged.press("<Esc>")
    #expect(staged.inspector.entries.chore == nil)
    staged.press("/", "nowhere", "<Enter>")
    staged.settle()
    #expect(staged.inspector.notice?.text.contains("nowhere") ?? false)
  }

  @Test func `What is too long for the clipboard is refused with a word`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    let key = Array("k".utf8)
    let short = staged.inspector.opened(key: key, value: Array("a\n".utf8), stamp: 1, purpose: .copy)
    #expect(short == [.copy(#"a\n"#)])
    let value = [UInt8](repeating: 0x61, count: 100_000)
    let long = staged.inspector.opened(key: key, value: value, stamp: 1, purpose: .copy)
    #expect(long.isEmpty)
    #expect(staged.inspector.notice?.text.hasPrefix("Not copied") ?? false)
  }

  @Test func `The outcome of a removal says what was removed, what had changed and what was gone`() {
    var outcome = BulkOutcome(.remove)
    for number in 0..<1200 { outcome.done(.remove(key: Array("\(number)".utf8), seen: [1])) }
    (outcome.changed, outcome.gone, outcome.untried) = (1, 2, 3)
    #expect(
      outcome.sentence
        == "Removed 1,200 entries; 1 had changed and was left; 2 were gone already; 3 were not tried. u puts them back."
    )
  }

  @Test func `What was removed together is put back together, behind its number`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    var outcome = BulkOutcome(.remove)
    for key in ["a", "b", "c"] { outcome.done(.remove(key: Array(key.utf8), seen: [1, 2])) }
    staged.inspector.changedMany(outcome)
    staged.press("u")
    #expect(staged.screen().glyphLines.contains { $0.contains("3 entries") })
    #expect(staged.press("u", "<Enter>").isEmpty)
    staged.press("u")
    #expect(staged.press("y") == [.putBackAll(outcome.undo!)])
    // Stopped behind the first: the other two can still be put back.
    var back = BulkOutcome(.putBack)
    back.done(.add(key: [0x61], value: [1, 2]))
    back.untried = 2
    back.undo = outcome.undo!.dropFirst(1)
    staged.inspector.changedMany(back)
    #expect(staged.inspector.notice?.text == "Put 1 entry back; 2 were not tried. u goes on with the rest.")
    staged.press("u")
    guard case .putBack(let rest) = staged.inspector.dialog else {
      Issue.record("Nothing was asked.")
      return
    }
    #expect((0..<rest.count).map { rest[$0].key } == [[0x62], [0x63]])
    #expect(rest[1].value == [1, 2])
  }

  @Test func `What is removed beyond what is kept is left to the journal, and it is said`() {
    var outcome = BulkOutcome(.remove)
    let value = [UInt8](repeating: 1, count: 1 << 20)
    for number in 0..<65 { outcome.done(.remove(key: [UInt8(number + 1)], seen: value)) }
    #expect(outcome.undo == nil && outcome.done == 65)
    #expect(outcome.sentence.contains("load --undo"))
  }
}
