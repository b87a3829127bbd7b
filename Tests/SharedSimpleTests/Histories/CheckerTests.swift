import Testing

@testable import StoreAgent

/// The checker of histories, on histories whose verdict is known.
struct CheckerTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let history: History
    init(_ name: String, _ history: History) {
      testDescription = name
      self.history = history
    }
  }

  static let right: [Case] = [
    Case("nothing happened", .handmade(final: [0, 0])),
    Case(
      "a get during a put sees the old value or the new one",
      .handmade(
        .by(0, 0...10, .put(0, 1)), .by(1, 1...2, .get(0, 0)), .by(1, 3...4, .get(0, 1)),
        .by(2, 5...6, .get(0, 1)))),
    Case(
      "overlapping increments, numbers in another order than the calls",
      .handmade(final: [2, 0], .by(0, 0...9, .increment(0, 2)), .by(1, 1...8, .increment(0, 1)))),
    Case(
      "a killed put took effect late",
      .handmade(
        final: [7, 0], .by(0, killed: 0, .put(0, 7)), .by(1, 5...6, .get(0, 0)), .by(1, 7...8, .get(0, 7)))),
    Case(
      "a killed put never took effect",
      .handmade(final: [0, 0], .by(0, killed: 0, .put(0, 7)), .by(1, 5...6, .get(0, 0)))),
    Case(
      "a walk takes its keys one by one",
      .handmade(
        .by(0, 0...9, .get(0, 1), .get(1, 0), kind: .walk), .by(1, 1...2, .put(1, 1)),
        .by(1, 3...4, .put(0, 1)))),
    Case(
      "removeAll during a snapshot that comes first",
      .handmade(
        initial: [3, 4], final: [0, 0], .by(0, 0...9, .removeAll(2)),
        .by(1, 1...8, .get(0, 3), .get(1, 4), kind: .snapshot))),
    Case(
      "lock-free gets see the keys of a transaction one after another, in any order",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .transaction), .by(1, 1...2, .get(1, 2)),
        .by(1, 3...4, .get(0, 0)), .by(1, 5...6, .get(0, 1)))),
    Case(
      "lock-free gets see a section's changes in their order",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .section), .by(1, 1...2, .get(0, 1)),
        .by(1, 3...4, .get(1, 0)))),
    Case(
      "a getOrPut that finds the key sees it in the middle of a transaction",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .transaction), .by(1, 1...2, .getOrPut(0, 5, 1)),
        .by(1, 3...4, .get(1, 0)))),
    Case(
      "a transaction sees its own writes, rolled back or not",
      .handmade(
        final: [5, 0], .by(0, 0...1, .put(0, 4), .get(0, 4), .increment(0, 5), kind: .transaction),
        .by(0, 2...3, .put(1, 9), .get(1, 9), kind: .transaction, outcome: .rolledBack))),
    Case(
      "a killed transaction, answered and yet none of it made",
      .handmade(
        final: [0, 0], .by(0, killed: 0, .put(0, 4), .put(1, 5), kind: .transaction),
        .by(1, 5...6, .get(0, 0), .get(1, 0), kind: .snapshot))),
    Case(
      "a killed transaction, completed by the next owner",
      .handmade(
        final: [4, 5], .by(0, killed: 0, .put(0, 4), .put(1, 5), kind: .transaction),
        .by(1, 5...6, .get(0, 4)),
        .by(1, 7...8, .get(1, 0)), .by(1, 9...10, .get(0, 4), .get(1, 5), kind: .snapshot))),
    Case(
      "a killed section, done in part",
      .handmade(
        final: [4, 0], .by(0, killed: 0, .put(0, 4), .put(1, 5).unanswered, kind: .section),
        .by(1, 5...6, .get(0, 4), .get(1, 0), kind: .snapshot))),
    Case(
      "a killed section, its unanswered step done",
      .handmade(
        final: [4, 5], .by(0, killed: 0, .put(0, 4), .put(1, 5).unanswered, kind: .section),
        .by(1, 5...6, .get(1, 5)))),
  ]

  @Test(arguments: right)
  func `A history that some order explains is found right`(example: Case) {
    #expect(LinearizabilityChecker.check(example.history) == .linearizable)
  }

  static let wrong: [Case] = [
    Case("a stale read", .handmade(.by(0, 0...1, .put(0, 1)), .by(1, 2...3, .get(0, 0)))),
    Case("a value that nobody put", .handmade(.by(0, 0...9, .put(0, 1)), .by(1, 1...2, .get(0, 3)))),
    Case(
      "bytes that nobody puts",
      .handmade(
        .by(
          0, 0...1,
          {
            var step = RecordedStep.get(0, 0)
            step.answer = RecordedValue.foreign.word
            return step
          }()))),
    Case(
      "a value that goes back",
      .handmade(.by(0, 0...9, .put(0, 1)), .by(1, 1...2, .get(0, 1)), .by(1, 3...4, .get(0, 0)))),
    Case(
      "two readers that disagree on the order of two puts",
      .handmade(
        .by(0, 0...1, .put(0, 1)), .by(1, 0...1, .put(0, 2)), .by(2, 2...3, .get(0, 1)),
        .by(3, 4...5, .get(0, 2)))),
    Case(
      "a lost update",
      .handmade(final: [1, 0], .by(0, 0...9, .increment(0, 1)), .by(1, 1...8, .increment(0, 1)))),
    Case("a wrong increment", .handmade(initial: [4, 0], .by(0, 0...1, .increment(0, 6)))),
    Case("a put that is not there at the end", .handmade(final: [0, 0], .by(0, 0...1, .put(0, 1)))),
    Case(
      "two that both removed one entry",
      .handmade(initial: [1, 0], .by(0, 0...9, .remove(0, true)), .by(1, 1...8, .remove(0, true)))),
    Case(
      "two compareAndSwap of one value that both did it",
      .handmade(initial: [1, 0], .by(0, 0...9, .swap(0, 1, 2, true)), .by(1, 1...8, .swap(0, 1, 3, true)))),
    Case(
      "a killed put that was seen and is gone",
      .handmade(.by(0, killed: 0, .put(0, 7)), .by(1, 5...6, .get(0, 7)), .by(1, 7...8, .get(0, 0)))),
    Case(
      "a torn snapshot",
      .handmade(
        .by(0, 0...1, .put(0, 1)), .by(0, 2...3, .put(1, 1)),
        .by(1, 0...9, .get(0, 0), .get(1, 1), kind: .snapshot))),
    Case(
      "a removeAll that leaves an entry",
      .handmade(initial: [3, 4], final: [0, 4], .by(0, 0...1, .removeAll(2)))),
    Case("a removeAll that counts wrong", .handmade(initial: [3, 4], .by(0, 0...1, .removeAll(1)))),
    Case(
      "a snapshot of half a transaction",
      .handmade(
        .by(0, 0...9, .put(0, 1), .put(1, 2), kind: .transaction),
        .by(1, 1...8, .get(0, 1), .get(1, 0), kind: .snapshot))),
    Case(
      "a section in the middle of a transaction",
      .handmade(
        .by(0, 0...9, .put(0, 1), .put(1, 2), kind: .transaction),
        .by(1, 1...8, .get(0, 1), .increment(1, 1), kind: .section))),
    Case(
      "a lock-free get that sees a key of a transaction come and go",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .transaction), .by(1, 1...2, .get(0, 1)),
        .by(1, 3...4, .get(0, 0)))),
    Case(
      "a transaction half visible, and a writer gets in between",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .transaction), .by(1, 1...2, .get(0, 1)),
        .by(1, 3...4, .put(1, 9)), .by(1, 5...6, .get(1, 2)))),
    Case(
      "a section's changes out of order",
      .handmade(
        .by(0, 0...20, .put(0, 1), .put(1, 2), kind: .section), .by(1, 1...2, .get(1, 2)),
        .by(1, 3...4, .get(0, 0)))),
    Case(
      "half of a killed transaction at the end",
      .handmade(final: [4, 0], .by(0, killed: 0, .put(0, 4), .put(1, 5), kind: .transaction))),
    Case(
      "a killed transaction, seen in part and then undone",
      .handmade(
        final: [0, 0], .by(0, killed: 0, .put(0, 4), .put(1, 5), kind: .transaction),
        .by(1, 5...6, .get(0, 4)))),
    Case(
      "a rolled back transaction that changed something",
      .handmade(
        final: [4, 0], .by(0, 0...1, .put(0, 4), kind: .transaction, outcome: .rolledBack))),
    Case(
      "an answered step of a killed section that is gone",
      .handmade(final: [0, 0], .by(0, killed: 0, .put(0, 4), .put(1, 5).unanswered, kind: .section))),
  ]

  @Test(arguments: wrong)
  func `A history that no order explains is found wrong`(example: Case) {
    guard case .violated = LinearizabilityChecker.check(example.history) else {
      Issue.record("\(example.testDescription) was found right")
      return
    }
  }

  @Test
  func `A history that is right stays so key by key and as a whole, and one false answer makes it wrong`() {
    var random = SplitMix64(seed: 20_261_124)
    for turn in 0..<200 {
      // Made by a store used by one process at a time; then each operation is given time around its moment.
      var mix = RecordedMix(
        style: turn.isMultiple(of: 2) ? .keyed : .whole, keyCount: 3, lane: 0, round: 1, seed: random.next())
      var entries = [RecordedValue](repeating: .missing, count: 3)
      let initial = entries
      var operations: [RecordedOperation] = []
      for moment in 0..<24 {
        var operation = mix.next()
        let before = entries
        for index in operation.steps.indices {
          operation.steps[index].answer = operation.steps[index].perform(on: &entries)
          mix.learn(operation.steps[index])
        }
        if operation.outcome == .rolledBack { entries = before }
        operation.lane = moment
        operation.called = UInt64(moment * 100 + 1000 - random.below(300))
        operation.returned = UInt64(moment * 100 + 1000 + random.below(300))
        operations.append(operation)
      }
      var history = History(initial: initial, operations: operations, final: entries)
      let verdict = LinearizabilityChecker.check(history)
      #expect(verdict == .linearizable)
      guard let victim = history.operations.firstIndex(where: { $0.steps[0].verb == .get }) else { continue }
      history.operations[victim].steps[0].answer = RecordedValue(number: 77).word
      #expect(LinearizabilityChecker.check(history) != .linearizable)
    }
  }
}
