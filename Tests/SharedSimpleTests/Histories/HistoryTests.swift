import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// What real processes saw, killed and stopped ones among them, held against one store used by one at a time.
struct HistoryTests {
  @Test func `700 histories of operations on single keys are linearizable`() throws {
    try record(700, HistoryRecorder.Plan(style: .keyed, operations: 120))
  }

  @Test
  func `500 histories with snapshots, sections, transactions and removeAll are linearizable`() throws {
    try record(500, HistoryRecorder.Plan(style: .whole, operations: 48))
  }

  private func record(_ count: Int, _ plan: HistoryRecorder.Plan) throws {
    let random = SeededGenerator(printedFor: "\(count) histories, \(plan.style.rawValue)")
    let segment = TemporaryStore("history")
    let recorder = try HistoryRecorder(segment, plan, random: random)
    for number in 0..<Effort.times(count) {
      let history = try recorder.record()
      let verdict = LinearizabilityChecker.check(history)
      guard verdict == .linearizable else {
        Issue.record("history \(number): \(verdict)")
        return
      }
    }
    print("\(plan.style.rawValue): \(recorder.figures)")
    #expect(recorder.figures.overlapping > 0 && recorder.figures.pending > 0)
    expectSound(segment)
  }

  @Test(arguments: PlantedFault.allCases)
  func `A planted fault is found in what real processes recorded`(fault: PlantedFault) throws {
    let random = SeededGenerator(printedFor: "planted \(fault.rawValue)")
    let style: RecordedMix.Style =
      [.staleGet, .splitIncrement, .blindRemove].contains(fault) ? .keyed : .whole
    let plan = HistoryRecorder.Plan(style: style, killing: 0, stopping: 0, fault: fault)
    let recorder = try HistoryRecorder(TemporaryStore("planted"), plan, random: random)
    for number in 0..<500 {
      if case .violated = LinearizabilityChecker.check(try recorder.record()) {
        print("planted \(fault.rawValue): found in history \(number + 1)")
        return
      }
    }
    Issue.record("\(fault.rawValue) was not found: \(recorder.figures)")
  }
}
