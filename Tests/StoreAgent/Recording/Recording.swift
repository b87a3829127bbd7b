import Glibc
import SharedSimple

/// Does recorded operations to a store and writes down what they come to.
struct Recording {
  let store: SharedStore
  /// Does the lock-free reads.
  let reader: SharedStore
  let file: RecordingFile
  let lane: Int
  let fault: PlantedFault?

  /// A step with its bytes: made before the call, so that the time between call and return is the store's.
  private struct Prepared {
    let step: RecordedStep
    let (key, value, expected): ([UInt8], [UInt8], [UInt8])

    init(_ step: RecordedStep) {
      self.step = step
      key = RecordedMix.key(step.key)
      value = step.value.bytes
      expected = step.expected.bytes
    }
  }

  func perform(_ operation: RecordedOperation, number: Int, _ mix: inout RecordedMix) throws {
    var outcome = operation.outcome
    let steps = operation.steps.map { Prepared($0) }
    var answers = [UInt64?](repeating: nil, count: steps.count)
    /// Outlives a kill in the middle of the operation.
    func settle(_ index: Int, _ answer: UInt64) {
      answers[index] = answer
      file.answer(index, answer, number: number, lane: lane)
    }
    func settle(_ entries: [Entry]) {
      let values = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) })
      for (index, step) in steps.enumerated() {
        settle(index, RecordedValue(bytes: values[step.key]).word)
      }
    }

    let known = steps.first.map { mix.knows($0.step.key) } ?? .missing
    file.call(operation, number: number, lane: lane)
    do {
      switch operation.kind {
      case .single:
        settle(0, try perform(steps[0], known, &mix))
      case .walk:
        settle(try walk())
      case .snapshot where fault == .tornSnapshot:
        for (index, step) in steps.enumerated() {
          settle(index, try perform(step, known, &mix))
          sched_yield()
        }
      case .snapshot:
        settle(try store.all())
      case .section where fault == .splitSection:
        for (index, step) in steps.enumerated() {
          settle(index, try store.withLock { section in try perform(step, in: section) })
          sched_yield()
        }
      case .section:
        try store.withLock { section in
          for (index, step) in steps.enumerated() { settle(index, try perform(step, in: section)) }
        }
      case .transaction where fault == .splitTransaction:
        for (index, step) in steps.enumerated() {
          settle(index, try perform(step, known, &mix))
          sched_yield()
        }
      case .transaction:
        try store.transaction { transaction in
          for (index, step) in steps.enumerated() { settle(index, try perform(step, in: &transaction)) }
          guard outcome == .rolledBack, fault != .deafRollBack else { return }
          if number.isMultiple(of: 2) { throw GivenUp() }
          transaction.rollBack()
        }
      }
    } catch is GivenUp {
    } catch StoreError.busy where reader.mode == .readOnly {
      outcome = .busy
    }
    file.end(outcome, number: number, lane: lane)
    guard outcome == .done else { return }
    for (index, answer) in answers.enumerated() {
      var step = operation.steps[index]
      step.answer = answer
      mix.learn(step)
    }
  }

  private func perform(_ prepared: Prepared, _ known: RecordedValue, _ mix: inout RecordedMix) throws
    -> UInt64
  {
    let (key, value, expected) = (prepared.key, prepared.value, prepared.expected)
    switch prepared.step.verb {
    case .get:
      if fault == .staleGet, known != .missing, mix.happens(oneIn: 4) { return known.word }
      return RecordedValue(bytes: try reader.bytes(key)).word
    case .put:
      try store.put(key, value)
      return RecordedStep.anyAnswer
    case .putIfAbsent: return try store.putIfAbsent(key, value) ? 1 : 0
    case .putIfPresent: return try store.putIfPresent(key, value) ? 1 : 0
    case .getOrPut: return RecordedValue(bytes: try store.bytesOrPut(key, value)).word
    case .compareAndSwap: return try store.compareAndSwap(key, expected: expected, new: value) ? 1 : 0
    case .increment:
      if fault == .splitIncrement {
        let old = RecordedValue(bytes: try reader.bytes(key))
        sched_yield()
        let new = RecordedValue(number: old.number + 1)
        try store.put(key, new.bytes)
        return new.word
      }
      return RecordedValue(number: UInt64(try store.increment(key))).word
    case .remove:
      let wasThere = try store.remove(key)
      return wasThere || fault == .blindRemove ? 1 : 0
    case .removeIfValue: return try store.remove(key, ifValue: expected) ? 1 : 0
    case .removeAll: return UInt64(try store.removeAll())
    }
  }

  private func perform(_ prepared: Prepared, in section: borrowing LockedSection) throws -> UInt64 {
    let (key, value, expected) = (prepared.key, prepared.value, prepared.expected)
    switch prepared.step.verb {
    case .get: return RecordedValue(bytes: try section.bytes(key)).word
    case .put:
      try section.put(key, value)
      return RecordedStep.anyAnswer
    case .putIfAbsent: return try section.putIfAbsent(key, value) ? 1 : 0
    case .putIfPresent: return try section.putIfPresent(key, value) ? 1 : 0
    case .compareAndSwap: return try section.compareAndSwap(key, expected: expected, new: value) ? 1 : 0
    case .increment: return RecordedValue(number: UInt64(try section.increment(key))).word
    case .remove: return try section.remove(key) ? 1 : 0
    case .removeIfValue: return try section.remove(key, ifValue: expected) ? 1 : 0
    case .removeAll: return UInt64(try section.removeAll())
    case .getOrPut: throw Request.Misspelt(complaint: "a section has no getOrPut")
    }
  }

  private func perform(_ prepared: Prepared, in transaction: inout Transaction) throws -> UInt64 {
    let (key, value, expected) = (prepared.key, prepared.value, prepared.expected)
    switch prepared.step.verb {
    case .get: return RecordedValue(bytes: try transaction.bytes(key)).word
    case .put:
      try transaction.put(key, value)
      return RecordedStep.anyAnswer
    case .putIfAbsent: return try transaction.putIfAbsent(key, value) ? 1 : 0
    case .putIfPresent: return try transaction.putIfPresent(key, value) ? 1 : 0
    case .compareAndSwap: return try transaction.compareAndSwap(key, expected: expected, new: value) ? 1 : 0
    case .increment: return RecordedValue(number: UInt64(try transaction.increment(key))).word
    case .remove: return try transaction.remove(key) ? 1 : 0
    case .removeIfValue: return try transaction.remove(key, ifValue: expected) ? 1 : 0
    case .getOrPut, .removeAll:
      throw Request.Misspelt(complaint: "a transaction has no \(prepared.step.verb)")
    }
  }

  /// Thrown by the body of a transaction that is to change nothing.
  private struct GivenUp: Error {}

  private func walk() throws -> [Entry] {
    var found: [[UInt8]: [UInt8]] = [:]
    try reader.forEach { key, value in
      let key = key.withUnsafeBytes { Array($0) }
      // A key that is removed and put again meanwhile may be met twice.
      if found[key] == nil { found[key] = value.withUnsafeBytes { Array($0) } }
      return true
    }
    return found.map { Entry(key: $0.key, value: $0.value, stamp: 0) }
  }
}
