import TestSupport
import Testing

@testable import SharedSimple

/// A pass's place is a hash: it must mean the same in a table of any size.
struct TableCursorTests {
  @Test(arguments: [3, 4, 10, 28])
  func `The homes of hashes are in their order, and a position's first hash is at home there`(slotsLog2: Int)
    throws
  {
    let segment = TemporaryStore("cursor")
    let store = try SharedStore(segment.name)
    let index = HashIndex(
      store.segment, TableWord(generation: 1, slotsLog2: slotsLog2, window: 0))
    for position in Set([0, 1, 2, index.slotCount / 2, index.slotCount - 1]) {
      let first = index.firstHash(at: position)
      #expect(index.home(UInt32(first)) == position)
      if position > 0 { #expect(index.home(UInt32(first - 1)) == position - 1) }
    }
    #expect(index.firstHash(at: index.slotCount) == TableCursor.end)
    #expect(index.home(.max) == index.slotCount - 1)
  }

  @Test func `A cursor tells how far its pass is`() {
    var cursor = TableCursor()
    #expect(cursor.progress == 0)
    cursor.nextHash = TableCursor.end / 4
    #expect(cursor.progress == 0.25)
    cursor.nextHash = TableCursor.end
    #expect(cursor.progress == 1)
  }
}
