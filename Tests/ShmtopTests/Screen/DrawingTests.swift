import Testing

@testable import ShmtopKit

/// Drawing into the grid of cells.
@Suite struct DrawingTests {
  @Test func `A wide character takes two cells, or none where only one is left`() {
    var screen = Screen(width: 5, height: 1)
    #expect(screen.write("漢字x", row: 0, column: 0) == 5)
    #expect(screen[0, 1].glyph == nil)
    var narrow = Screen(width: 3, height: 1)
    #expect(narrow.write("漢字", row: 0, column: 0) == 2)
    #expect(narrow[0, 2] == .blank)
  }

  @Test func `Nothing is drawn outside`() {
    var screen = Screen(width: 4, height: 2)
    screen.write("abc", row: 5, column: 0)
    screen.write("abc", row: -1, column: 0)
    screen.write("abcdef", row: 1, column: 2)
    screen.write("xyz", row: 0, column: -1)
    screen.fill(Area(row: -3, column: -3, height: 2, width: 2), with: "#")
    screen.frame(Area(row: 1, column: 2, height: 9, width: 9), title: "far too long a title")
    #expect(screen.glyphLines[0] == "yz")
  }

  @Test(arguments: [0.0, 0.001, 0.5, 0.999, 1.0, 2.0, .nan, -1]) func `A gauge stays in its brackets`(
    _ share: Double
  ) {
    for width in 0..<30 {
      var screen = Screen(width: 30, height: 1)
      Gauge(live: share, removed: share, mark: share).draw(into: &screen, row: 0, column: 0, width: width)
      #expect(screen.glyphLines[0].count <= width)
    }
  }

  @Test func `A sparkline shows the newest values, scaled to the top`() {
    let line = Sparkline(values: [9, 0, 1, 2, 4, nil], top: 4)
    #expect(line.text(width: 5, glyphs: .unicode) == "▁▂▄█ ")
    #expect(line.text(width: 8, glyphs: .unicode) == "  █▁▂▄█ ")
    #expect(Sparkline(values: [], top: 0).text(width: 3, glyphs: .ascii) == "   ")
  }

  @Test func `Columns that do not fit are left out, the chosen one never`() {
    let columns = (0..<5).map { Column(id: $0, title: "\($0)", width: 6, grows: $0 == 0, meaning: "") }
    let layout = ColumnLayout(columns, importance: [0, 1, 2, 3, 4], chosen: 4, start: 0, width: 22)
    #expect(layout.places.map(\.column.id) == [0, 1, 4])
    #expect(layout.places.last.map { $0.start + $0.width } == 22)
  }
}
