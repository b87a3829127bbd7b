@testable import StoreAgent

// What each step does to a store of which only some keys matter: the specification that histories are held against.
extension RecordedStep {
  /// Does the step to the entries, by key number; returns its answer.
  func perform(on entries: inout [RecordedValue]) -> UInt64 {
    if verb == .removeAll {
      let count = entries.count { $0 != .missing }
      entries = [RecordedValue](repeating: .missing, count: entries.count)
      return UInt64(count)
    }
    let old = entries[key]
    func swap(if condition: Bool, _ new: RecordedValue) -> UInt64 {
      if condition { entries[key] = new }
      return condition ? 1 : 0
    }
    switch verb {
    case .get: return old.word
    case .put:
      entries[key] = value
      return Self.anyAnswer
    case .putIfAbsent: return swap(if: old == .missing, value)
    case .putIfPresent: return swap(if: old != .missing, value)
    case .getOrPut:
      _ = swap(if: old == .missing, value)
      return entries[key].word
    case .compareAndSwap: return swap(if: old != .missing && old == expected, value)
    case .increment:
      entries[key] = RecordedValue(number: old.number + 1)
      return entries[key].word
    case .remove: return swap(if: old != .missing, .missing)
    case .removeIfValue: return swap(if: old != .missing && old == expected, .missing)
    case .removeAll: return 0
    }
  }

  /// Does the step; returns whether the answer that was recorded, if one was, is the model's.
  func agrees(on entries: inout [RecordedValue]) -> Bool {
    let modelled = perform(on: &entries)
    guard let answer, answer != Self.anyAnswer, modelled != Self.anyAnswer else { return true }
    return answer == modelled
  }

  /// Whether a step with this answer has changed nothing.
  var isRead: Bool {
    switch verb {
    case .get: true
    case .put, .increment: false
    case .getOrPut: answer != nil && answer != value.word
    case .putIfAbsent, .putIfPresent, .compareAndSwap, .remove, .removeIfValue, .removeAll: answer == 0
    }
  }

  /// Whether a step with this answer may have been done without the mutex.
  var isLockFree: Bool { verb == .get || verb == .getOrPut && isRead }
}
