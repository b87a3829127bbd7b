@testable import StoreAgent

// Histories written by hand: times are small numbers, values are numbers.
extension History {
  /// Two keys, unless said otherwise, which have these numbers at first; 0 is nothing.
  static func handmade(
    initial: [UInt64] = [0, 0], final: [UInt64]? = nil, _ operations: RecordedOperation...
  ) -> History {
    History(
      initial: initial.map(RecordedValue.handmade), operations: operations,
      final: final?.map(RecordedValue.handmade))
  }
}

extension RecordedValue {
  static func handmade(_ number: UInt64) -> RecordedValue {
    number == 0 ? .missing : RecordedValue(number: number)
  }
}

extension RecordedOperation {
  /// Called and returned by a process.
  static func by(
    _ lane: Int, _ time: ClosedRange<UInt64>, _ steps: RecordedStep..., kind: Kind = .single,
    outcome: Outcome = .done
  ) -> RecordedOperation {
    RecordedOperation(
      kind: kind, steps: steps, outcome: outcome, lane: lane, called: time.lowerBound,
      returned: time.upperBound)
  }

  /// Called by a process that was killed before it returned, at once.
  static func by(
    _ lane: Int, killed time: UInt64, _ steps: RecordedStep..., kind: Kind = .single
  ) -> RecordedOperation {
    RecordedOperation(kind: kind, steps: steps, lane: lane, called: time, gone: time + 1)
  }
}

extension RecordedStep {
  static func get(_ key: Int, _ number: UInt64) -> RecordedStep {
    step(.get, key: key, answer: RecordedValue.handmade(number).word)
  }
  static func put(_ key: Int, _ number: UInt64) -> RecordedStep {
    step(.put, key: key, value: number, answer: anyAnswer)
  }
  static func increment(_ key: Int, _ number: UInt64) -> RecordedStep {
    step(.increment, key: key, answer: RecordedValue.handmade(number).word)
  }
  static func remove(_ key: Int, _ wasThere: Bool) -> RecordedStep {
    step(.remove, key: key, answer: wasThere ? 1 : 0)
  }
  static func swap(_ key: Int, _ expected: UInt64, _ new: UInt64, _ did: Bool) -> RecordedStep {
    step(.compareAndSwap, key: key, value: new, expected: expected, answer: did ? 1 : 0)
  }
  static func getOrPut(_ key: Int, _ number: UInt64, _ answer: UInt64) -> RecordedStep {
    step(.getOrPut, key: key, value: number, answer: RecordedValue.handmade(answer).word)
  }
  static func removeAll(_ count: UInt64) -> RecordedStep { step(.removeAll, answer: count) }

  /// The same step, unanswered because the process was killed.
  var unanswered: RecordedStep {
    var step = self
    step.answer = nil
    return step
  }

  private static func step(
    _ verb: Verb, key: Int = 0, value: UInt64 = 0, expected: UInt64 = 0, answer: UInt64
  ) -> RecordedStep {
    var step = RecordedStep(verb, key: key, value: .handmade(value), expected: .handmade(expected))
    step.answer = answer
    return step
  }
}
