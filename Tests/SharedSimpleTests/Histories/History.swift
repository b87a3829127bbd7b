@testable import StoreAgent

/// What some processes did to a few keys between two moments at which nobody did anything.
struct History: Sendable {
  var initial: [RecordedValue]
  var operations: [RecordedOperation]
  /// What was found afterwards, when every process had ended or stood still.
  var final: [RecordedValue]?
}

extension History {
  /// Whether every operation concerns one key or takes its keys at moments of their own, so that the history may be
  /// checked key by key: linearizability is local.
  var isKeyed: Bool {
    operations.allSatisfy { operation in
      switch operation.kind {
      case .single: operation.steps.allSatisfy { $0.verb != .removeAll }
      case .walk: true
      case .snapshot, .section, .transaction: false
      }
    }
  }

  /// The history of one key, as number 0.
  func ofKey(_ key: Int) -> History {
    let operations = operations.compactMap { operation in
      var part = operation
      part.steps = operation.steps.filter { $0.key == key }
      for index in part.steps.indices { part.steps[index].key = 0 }
      return part.steps.isEmpty ? nil : part
    }
    return History(initial: [initial[key]], operations: operations, final: final.map { [$0[key]] })
  }

  /// How many operations overlapped in time with one of another process on the same key.
  var overlapping: Int {
    operations.count { one in
      operations.contains { other in
        other.lane != one.lane && one.called <= other.returned ?? .max && other.called <= one.returned ?? .max
          && one.sharesKey(with: other)
      }
    }
  }

  var pending: Int { operations.count { $0.returned == nil } }
}

extension RecordedOperation {
  func sharesKey(with other: RecordedOperation) -> Bool {
    steps.contains { step in
      other.steps.contains { $0.key == step.key || $0.verb == .removeAll || step.verb == .removeAll }
    }
  }
}

extension History: CustomStringConvertible {
  /// A line an operation, in the order of the calls; times in nanoseconds from the first.
  var description: String {
    let ordered = operations.sorted { $0.called < $1.called }
    let start = ordered.first?.called ?? 0
    let lines = ordered.map { operation in
      let end = operation.returned.map { "\($0 - start)" } ?? "killed"
      return "\(operation.called - start) … \(end)  process \(operation.lane)  \(operation.summary)"
    }
    return (["initial: \(initial)"] + lines + ["final: \(final.map { "\($0)" } ?? "not known")"])
      .joined(separator: "\n")
  }
}

extension RecordedOperation {
  var summary: String {
    let steps = steps.map { step in
      var words = "\(step.verb) \(step.key)"
      if step.expected != .missing { words += " if \(step.expected)" }
      if step.value != .missing { words += " \(step.value)" }
      switch (step.verb, step.answer) {
      case (_, nil): words += " -> ?"
      case (.get, let answer?), (.getOrPut, let answer?), (.increment, let answer?):
        words += " -> \(RecordedValue(word: answer))"
      case (_, RecordedStep.anyAnswer): break
      case (_, let answer?): words += " -> \(answer)"
      }
      return words
    }
    return "\(kind)\(outcome == .done ? "" : " \(outcome)") { \(steps.joined(separator: "; ")) }"
  }
}
