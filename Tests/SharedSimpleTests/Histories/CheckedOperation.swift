@testable import StoreAgent

/// An operation as the search needs it.
struct CheckedOperation {
  let kind: RecordedOperation.Kind
  let steps: [RecordedStep]
  let called: UInt64
  /// `.max` where the process was killed first.
  let returned: UInt64
  /// It changes nothing, whenever its moment is.
  let isRead: Bool
  /// Its moment may be while another operation has the mutex.
  let isLockFree: Bool
  /// It may never have taken effect.
  let mayBeMissing: Bool
  /// Lock-free reads overlap with it: its moments are to be told apart.
  var isSeenWithin = false
  let summary: String

  /// All operations of a history that have told something, and what was found at its end.
  static func all(of history: History) -> [CheckedOperation] {
    var parts = history.operations.flatMap(Self.parts)
    if let final = history.final {
      var snapshot = RecordedOperation(
        kind: .snapshot,
        steps: final.enumerated().map { key, value in
          var step = RecordedStep(.get, key: key)
          step.answer = value.word
          return step
        })
      snapshot.called = (history.operations.map { $0.returned ?? $0.called }.max() ?? 0) + 1
      snapshot.returned = snapshot.called
      parts.append(CheckedOperation(snapshot, snapshot.steps))
    }
    for index in parts.indices where [.section, .transaction].contains(parts[index].kind) {
      parts[index].isSeenWithin = parts.contains {
        $0.isLockFreeVerb && $0.called <= parts[index].returned && parts[index].called <= $0.returned
      }
    }
    return parts
  }

  private static func parts(_ operation: RecordedOperation) -> [CheckedOperation] {
    switch operation.kind {
    case _ where operation.outcome == .busy: []
    case .walk:
      operation.returned == nil ? [] : operation.steps.map { CheckedOperation(operation, [$0], as: .single) }
    default: [CheckedOperation(operation, operation.steps)]
    }
  }

  private init(
    _ operation: RecordedOperation, _ steps: [RecordedStep], as kind: RecordedOperation.Kind? = nil
  ) {
    self.kind = kind ?? operation.kind
    self.steps = steps
    called = operation.called
    returned = operation.returned ?? .max
    isRead = operation.outcome == .rolledBack || steps.allSatisfy(\.isRead)
    isLockFree = self.kind == .single && steps.allSatisfy(\.isLockFree)
    let answered = steps.prefix { $0.answer != nil }.count
    mayBeMissing = returned == .max && !(self.kind == .section && answered > 0)
    summary = operation.summary
  }

  private var isLockFreeVerb: Bool {
    kind == .single && (steps.first?.verb == .get || steps.first?.verb == .getOrPut)
  }

  /// Whether a section may have ended after so many steps, because its process was killed.
  func mayEnd(after count: Int) -> Bool {
    returned == .max && steps[count...].allSatisfy { $0.answer == nil }
  }
}
