import Testing
import TestSupport

@testable import ShmtopKit

/// The table of entries and its orders, against plain dictionaries and arrays.
@Suite struct EntryTableTests {
  private struct Entry: Equatable {
    var value: [UInt8]
    var stamp: UInt64
  }

  /// A model that is fed passes over a dictionary.
  private static func pass(_ entries: [[UInt8]: Entry], over model: inout EntriesModel, order: [[UInt8]]) {
    model.beginPass()
    for key in order {
      let entry = entries[key]!
      model.note(key: key.span.bytes, value: entry.value.span.bytes, stamp: entry.stamp)
    }
    model.endPass()
    // In slices of odd sizes: where a slice ends must not matter.
    var amount = 1
    while model.isSorting {
      _ = model.sortOn(amount, height: 10)
      amount = amount % 977 + 13
    }
  }

  @Test(arguments: EntryColumn.allCases, [false, true])
  func `Orders are those of a plain sort, whatever came and went`(_ column: EntryColumn, _ isDescending: Bool)
  {
    var random = SeededGenerator(seed: 7)
    var entries: [[UInt8]: Entry] = [:]
    var model = EntriesModel()
    model.sort(by: SortOrder(column, isDescending: isDescending))
    var stamp: UInt64 = 0
    for round in 0..<12 {
      // Growing, then shrinking to nothing; the table's own order is another one now and then.
      for _ in 0..<(round == 0 ? 1500 : Int.random(in: 0...200, using: &random)) {
        stamp += 1
        let key = Array("key:\(Int.random(in: 0..<3000, using: &random))".utf8)
        let length = Int.random(in: 1...90, using: &random)
        entries[key] = Entry(
          value: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, stamp: stamp)
      }
      for key in entries.keys where Int.random(in: 0..<10, using: &random) < round / 3 { entries[key] = nil }
      if round == 11 { entries = [:] }
      let order =
        round.isMultiple(of: 3)
        ? entries.keys.shuffled(using: &random) : entries.keys.sorted { $0.lexicographicallyPrecedes($1) }
      Self.pass(entries, over: &model, order: order)

      let table = model.table
      #expect(table.liveCount == entries.count)
      let live = model.rows.filter { table.mark($0) != .removed }
      #expect(live.count == entries.count)
      for row in live {
        let entry = entries[table.key(row)]
        #expect(entry?.stamp == table.stamp(row))
        #expect(entry?.value.count == table.valueLength(row))
        #expect(entry.map { Array($0.value.prefix(EntryTable.valuePrefixLimit)) } == table.valuePrefix(row))
        #expect(table.row(of: table.key(row)) == row)
      }
      let sorted = model.rows.sorted { table.precedes($0, $1, in: model.sort) }
      #expect(model.rows == sorted)
      #expect(Set(model.rows).count == model.rows.count)
    }
  }

  @Test func `What came, changed and went is marked, and goes a pass later`() {
    func entries(_ text: String...) -> [[UInt8]: Entry] {
      Dictionary(
        uniqueKeysWithValues: text.map {
          (Array($0.prefix(1).utf8), Entry(value: [1], stamp: UInt64($0.dropFirst())!))
        })
    }
    var model = EntriesModel()
    func marks() -> [String] {
      model.rows.map { String(decoding: model.table.key($0), as: UTF8.self) + "\(model.table.mark($0))" }
    }
    func pass(_ set: [[UInt8]: Entry]) {
      Self.pass(set, over: &model, order: set.keys.sorted { $0.lexicographicallyPrecedes($1) })
    }
    pass(entries("a1", "b2", "c3"))
    #expect(marks() == ["anone", "bnone", "cnone"])
    pass(entries("a1", "b4", "d5"))
    #expect(marks() == ["anone", "bchanged", "cremoved", "dadded"])
    pass(entries("a1", "b4", "d5"))
    #expect(marks() == ["anone", "bchanged", "dadded"])
    pass(entries("a1", "b4", "c6", "d5"))
    #expect(marks() == ["anone", "bnone", "cadded", "dnone"])
  }

  @Test func `A held order keeps every row in its place`() {
    var model = EntriesModel()
    let keys = (0..<20).map { Array("k\($0)".utf8) }
    var entries = Dictionary(uniqueKeysWithValues: keys.map { ($0, Entry(value: [0], stamp: 1)) })
    model.sort(by: SortOrder(.written, isDescending: true))
    Self.pass(entries, over: &model, order: keys)
    let before = model.rows
    model.isHeld = true
    for round in 2..<6 as Range<UInt64> {
      entries[keys[Int(round)]]!.stamp = round
      entries[keys[19 - Int(round)]] = nil
      Self.pass(entries, over: &model, order: entries.keys.sorted { $0.lexicographicallyPrecedes($1) })
      #expect(model.rows == before)
    }
    model.isHeld = false
    while model.isSorting { _ = model.sortOn(1000, height: 10) }
    #expect(model.rows.first.map { model.table.key($0) } == keys[5])
    #expect(model.rows.filter { model.table.mark($0) != .removed }.count == entries.count)
  }

  @Test func `Tables of more than one piece keep every key and value, also where pieces end`() {
    var random = SeededGenerator(seed: 9)
    var table = EntryTable()
    // Keys of every length up to the longest, so that pieces end in the middle of what comes next.
    let keys = (0..<70_000).map { number -> [UInt8] in
      let length = number.isMultiple(of: 700) ? 65_535 : Int.random(in: 6...40, using: &random)
      let tail = [UInt8](repeating: UInt8(number & 0xFF), count: length)
      return Array((Array("\(number):".utf8) + tail).prefix(65_535))
    }
    for round in 0..<3 {
      table.beginPass()
      // Values that grow move to where there is room.
      for (number, key) in keys.enumerated() {
        let value = [UInt8](repeating: UInt8((number + round) & 0xFF), count: (number + 20 * round) % 90)
        table.note(key: key.span.bytes, value: value.span.bytes, stamp: UInt64(number + round))
      }
      table.endPass()
      table.forget()
      var wrong = 0
      for (number, key) in keys.enumerated() {
        let prefix = [UInt8](
          repeating: UInt8((number + round) & 0xFF), count: min(64, (number + 20 * round) % 90))
        guard let row = table.row(of: key), table.key(row) == key, table.valuePrefix(row) == prefix else {
          wrong += 1
          continue
        }
      }
      #expect(wrong == 0)
      #expect(table.liveCount == keys.count)
    }
    let written = table
    table.setPinned(true, keys[3])
    #expect(!written.isPinned(table.row(of: keys[3])!))
  }

  @Test func `Keys that hash alike are still told apart`() {
    var index = EntryIndex()
    for row in 0..<100 as Range<EntryTable.Row> { index.insert(row, hash: row % 3) { $0 % 3 } }
    for row in stride(from: EntryTable.Row(0), to: 100, by: 2) { index.remove(row, hash: row % 3) { $0 % 3 } }
    for row in 0..<100 as Range<EntryTable.Row> {
      #expect(index.row(hash: row % 3) { $0 == row } == (row % 2 == 1 ? row : nil))
    }
  }
}
