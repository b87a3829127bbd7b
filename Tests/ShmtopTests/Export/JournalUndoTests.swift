import Testing

@testable import ShmtopKit

@Suite struct JournalUndoTests {
  private func change(_ key: String, _ before: String?, _ after: String?) -> JournalLine {
    JournalLine(
      time: 0, segment: "s", key: Array(key.utf8), before: before.map { Array($0.utf8) },
      after: after.map { Array($0.utf8) })
  }

  /// Undoes changes in a store of texts.
  private func undo(_ changes: [JournalLine], in store: inout [String: String]) -> JournalUndo {
    var undo = JournalUndo(of: changes)
    undo.run { key, expected, new in
      let key = String(decoding: key, as: UTF8.self)
      guard store[key] == expected.map({ String(decoding: $0, as: UTF8.self) }) else { return false }
      store[key] = new.map { String(decoding: $0, as: UTF8.self) }
      return true
    }
    return undo
  }

  @Test func `goes backward through put, edit and removal`() {
    var store = ["b": "2"]
    let undo = undo(
      [change("a", nil, "1"), change("a", "1", "2"), change("b", "1", "2"), change("a", "2", nil)], in: &store
    )
    #expect(store == ["b": "1"])
    #expect(undo.undoneCount == 4 && undo.left.isEmpty)
  }

  @Test func `leaves a key that was changed since, with all that was done to it before`() {
    // The app put 1 again, which the first change did not.
    var store = ["a": "1", "b": "2"]
    let undo = undo([change("a", nil, "1"), change("b", "1", "2"), change("a", "1", "2")], in: &store)
    #expect(store == ["a": "1", "b": "1"])
    #expect(undo.undoneCount == 1)
    #expect(undo.left.map(\.after) == [Array("2".utf8), Array("1".utf8)])
  }

  @Test func `what changed nothing is not undone`() {
    var store = ["a": "1"]
    let undo = undo([change("a", "1", "1")], in: &store)
    #expect(undo.undoneCount == 0 && undo.left.isEmpty)
  }
}
