import Testing

@testable import SharedSimple

/// What a pass remembers of the tables it walked before.
struct TableCursorTests {
  @Test func `A part contains the homes walked, round the table's end too`() {
    for slotCount in [8, 16, 64] {
      for start in 0..<slotCount {
        for count in 0...slotCount {
          let part = TableCursor.Part(mask: UInt32(slotCount - 1), start: UInt32(start), count: UInt64(count))
          let walked = Set((0..<count).map { (start + $0) % slotCount })
          for home in 0..<slotCount {
            // Bits above the mask do not matter.
            let hash = UInt32(home) | 0xABCD_0000 & ~UInt32(slotCount - 1)
            if part.contains(hash) != walked.contains(home) {
              Issue.record("home \(home), \(count) slots walked from \(start) of \(slotCount)")
              return
            }
          }
        }
      }
    }
  }
}
