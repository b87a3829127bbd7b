import SharedSimple

/// The table: how full it is, how far searches go, how its memory is used, how large entries are.
struct TableView: ScrolledView {
  let inspector: Inspector
  static let sheetHeight = 200

  static let meaning = "Slots are counted without the lock."

  var isCompact: Bool { inspector.layout.isCompact }
  /// Rows left free between the parts.
  private var gap: Int { isCompact ? 0 : 1 }
  var width: Int { inspector.layout.width }

  func drawAll(into sheet: inout Screen) -> Int {
    guard let sample = inspector.sample else { return 0 }
    var row = drawLoad(sample, into: &sheet, row: 0) + gap
    guard let survey = inspector.table.survey else {
      guard !inspector.wantsSurvey else {
        sheet.write("Counting the slots…", row: row, column: 1, role: .faint)
        return row + 1
      }
      // Entries are known of other moments too.
      let note = Self.uncounted.first { $0.count <= width - 2 } ?? ""
      sheet.write(note, row: row, column: 1, role: .faint)
      let sizes = Area(row: row + 1 + gap, column: 1, height: 40, width: width - 2)
      row = drawSizes(into: &sheet, area: sizes) + gap
      return drawLargest(into: &sheet, row: row)
    }
    row = drawMap(survey, into: &sheet, row: row) + gap
    // Side by side where there is room for two.
    let isWide = width >= 100
    let half = isWide ? (width - 4) / 2 : width - 2
    let probes = Area(row: row, column: 1, height: 40, width: half)
    let afterProbes = drawProbes(survey, into: &sheet, area: probes)
    let sizeRow = isWide ? row : afterProbes + gap
    let sizes = Area(row: sizeRow, column: isWide ? half + 3 : 1, height: 40, width: half)
    let afterSizes = drawSizes(into: &sheet, area: sizes)
    row = max(afterProbes, afterSizes) + gap
    row = drawHeap(survey, sample.memory, into: &sheet, row: row) + gap
    return drawLargest(into: &sheet, row: row)
  }

  /// What is said in place of slots and blocks, in more words and in fewer.
  private static let uncounted = [
    "Slots and free blocks are counted only of a segment that is there now; they are not recorded.",
    "Slots and blocks are counted only of what is there now.",
  ]
}
