import TestSupport
import Testing

@testable import SharedSimple

/// Slots and blocks, counted without the lock.
@Suite struct TableSurveyTests {
  private static func survey(_ observer: SegmentObserver, slotLimit: Int = 37) throws -> TableSurvey {
    var survey = TableSurvey()
    while try observer.survey(&survey, slotLimit: slotLimit) {}
    return survey
  }

  @Test func `Counts agree with the header, whatever came and went`() throws {
    let temporary = TemporaryStore("survey")
    let store = try temporary.open()
    defer { store.close() }
    let observer = try SegmentObserver(temporary.name)
    var random = SeededGenerator(seed: 11)
    for round in 0..<40 {
      for _ in 0..<100 {
        let key = "key:\(Int.random(in: 0..<2000, using: &random))"
        if Int.random(in: 0..<3, using: &random) == 0 {
          try store.remove(key)
        } else {
          try store.put(key, String(repeating: "v", count: Int.random(in: 1...30, using: &random)))
        }
      }
      if round == 30 { try store.removeAll() }
      let survey = try Self.survey(observer)
      let sample = try observer.sample()
      #expect(survey.isComplete && survey.isHeapWhole)
      #expect(survey.slotCount == sample.table.slotCount)
      #expect(survey.cells.reduce(0) { $0 + $1.live } == sample.table.entryCount)
      #expect(survey.cells.reduce(0) { $0 + $1.removed } == sample.table.removedSlotCount)
      #expect(survey.probeLengths.reduce(0, +) == sample.table.entryCount)
      #expect(survey.blocks.reduce(0) { $0 + $1.live } == sample.table.entryCount)
      #expect(survey.blocks.reduce(0) { $0 + $1.free * $1.byteCount } == sample.memory.heapFree)
      #expect(survey.blocks.reduce(0) { $0 + $1.live * $1.byteCount } == sample.memory.heapLive)
      #expect(survey.blocks.map(\.byteCount) == survey.blocks.map(\.byteCount).sorted())
    }
  }

  @Test func `A table that grows meanwhile is counted from its start`() throws {
    let temporary = TemporaryStore("survey-growing")
    let store = try temporary.open()
    defer { store.close() }
    let observer = try SegmentObserver(temporary.name)
    for number in 0..<10 { try store.put("a\(number)", "1") }
    var survey = TableSurvey()
    _ = try observer.survey(&survey, slotLimit: 3)
    let before = survey.generation
    for number in 0..<5000 { try store.put("b\(number)", "1") }
    while try observer.survey(&survey, slotLimit: 100) {}
    #expect(survey.generation != before)
    #expect(survey.probeLengths.reduce(0, +) == 5010)
    #expect(survey.cells.count <= 4096)
  }
}
