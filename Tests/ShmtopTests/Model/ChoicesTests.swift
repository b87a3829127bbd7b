import SharedSimple
import Testing

@testable import ShmtopKit

/// Columns, kinds of events, the mouse.
@Suite struct ChoicesTests {
  @Test func `Columns are shown, hidden and moved, but for the one that says what a row is`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    func titles() -> String { staged.screen().glyphLines[7] }
    staged.press("c", "<Space>")
    #expect(titles().contains("KEY"))
    staged.press("<Down>", "<Space>", "<Enter>")
    #expect(!titles().contains("VALUE"))
    staged.press("c", "<Right>", "<Enter>")
    #expect(staged.inspector.entries.columns.order.prefix(2) == [.value, .key])
    staged.inspector.attached(to: StagedStore.identity, access: .shared)
    staged.pass(5)
    #expect(!titles().contains("VALUE"))
  }

  @Test func `Where the column that rows are sorted by is hidden, the line of the views names it`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    func tabs() -> String { staged.screen().glyphLines[6] }
    // By LENGTH, the third column, which is hidden then, with the next one chosen.
    staged.press("<Right>", "<Right>", "s")
    #expect(!tabs().contains("by "))
    staged.press("c", "<Down>", "<Down>", "<Space>", "<Enter>", "<Right>")
    #expect(tabs().contains("by LENGTH"))
  }

  @Test func `Columns of a file of settings are taken, and what it leaves out is hidden`() {
    var choice = ColumnChoice<EntryColumn>(required: .key)
    choice.show([.stamp, .value])
    #expect(choice.shown == [.key, .stamp, .value])
    #expect(choice.order.count == EntryColumn.allCases.count)
  }

  @Test func `Inspectors that come and go can be left out of the events`() {
    var staged = StagedStore.watched(width: 80, height: 24) { sample in
      var event = SegmentEvent()
      (event.number, event.kind, event.pid, event.wall) = (99, .attached, 4999, StagedStore.start)
      sample.events.append(event)
    }
    staged.press("4")
    let all = staged.inspector.events.rows.count
    staged.press("f", "<Space>", "<Enter>")
    #expect(staged.inspector.events.rows.count == all - 1)
    #expect(!staged.inspector.events.rows.contains { $0.number == 99 })
    staged.press("f", "<Space>", "<Enter>")
    #expect(staged.inspector.events.rows.count == all)
  }

  @Test func `Growths are jumped between, round the end`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("4", ">")
    let first = staged.inspector.events.cursor.selected
    #expect(staged.inspector.events.rows.first { $0.number == first }?.isGrowth ?? false)
    staged.press(">")
    #expect(staged.inspector.events.cursor.selected == first)
  }

  private static func click(_ row: Int, _ column: Int, on staged: inout StagedStore) {
    _ = staged.inspector.handle(.mouse(MouseEvent(.click, row: row, column: column)))
    staged.settle()
  }

  @Test func `A click selects a row, sorts by a title, opens a tab, and does what a key's word says`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    Self.click(10, 5, on: &staged)
    #expect(staged.inspector.entries.cursor.place == 2)
    let length = staged.screen().glyphLines[7].distance(of: "LENGTH")!
    Self.click(7, length, on: &staged)
    #expect(staged.inspector.entries.sort == SortOrder(.length, isDescending: true))
    Self.click(7, length, on: &staged)
    #expect(staged.inspector.entries.sort == SortOrder(.length, isDescending: false))
    let lock = staged.screen().glyphLines[6].distance(of: "3 Lock")!
    Self.click(6, lock, on: &staged)
    #expect(staged.inspector.view == .lock)
    let help = staged.screen().glyphLines[23].distance(of: "Help")!
    Self.click(23, help, on: &staged)
    #expect(staged.inspector.isHelpOpen)
  }

  @Test func `On a low screen the tabs are in the first line`() {
    var staged = StagedStore.watched(width: 60, height: 12)
    Self.click(0, staged.screen().glyphLines[0].distance(of: " 5")! + 1, on: &staged)
    #expect(staged.inspector.view == .table)
  }

  @Test func `The wheel scrolls, and the selected row stays what it was`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>")
    let selected = staged.inspector.entries.selectedKey
    for _ in 0..<20 { _ = staged.inspector.handle(.mouse(MouseEvent(.wheelDown, row: 10, column: 5))) }
    #expect(staged.inspector.entries.selectedKey == selected)
    #expect(staged.inspector.entries.cursor.top == staged.inspector.entries.rows.count - 14)
    for _ in 0..<20 { _ = staged.inspector.handle(.mouse(MouseEvent(.wheelUp, row: 10, column: 5))) }
    #expect(staged.inspector.entries.cursor.top == 0)
  }

  @Test func `A click answers no question`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.inspector.opened(key: [0x6B], value: [0x31], purpose: .remove)
    let dialog = staged.inspector.dialog
    for row in 0..<24 {
      for column in 0..<80 {
        let effects = staged.inspector.handle(.mouse(MouseEvent(.click, row: row, column: column)))
        #expect(effects.isEmpty)
      }
    }
    #expect(staged.inspector.dialog == dialog)
  }

  @Test func `M gives the mouse away and takes it again`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    #expect(staged.press("M") == [.mouse(false)])
    #expect(staged.press("M") == [.mouse(true)])
  }
}

extension String {
  /// Where a text begins in this line, in characters.
  fileprivate func distance(of text: String) -> Int? {
    let (line, wanted) = (Array(self), Array(text))
    return (0...max(0, line.count - wanted.count)).first { Array(line[$0..<($0 + wanted.count)]) == wanted }
  }
}
