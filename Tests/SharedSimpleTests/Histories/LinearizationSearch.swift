@testable import StoreAgent

/// The search for an order of moments (see LinearizabilityChecker).
struct LinearizationSearch {
  private let history: History
  private let operations: [CheckedOperation]

  /// How far an order has come.
  private struct Configuration: Hashable {
    /// Operations that are over, a bit each.
    var over: BitSet
    /// What a lock-free get would see.
    var visible: [RecordedValue]
    var open: OpenOperation?
  }

  /// An operation that has the mutex, between two of its moments.
  private enum OpenOperation: Hashable {
    /// Steps done.
    case section(Int, steps: Int)
    /// What is still to become visible, by key.
    case transaction(Int, hidden: [Int: RecordedValue])
  }

  init(_ history: History) {
    self.history = history
    operations = CheckedOperation.all(of: history)
  }

  func run() -> LinearizabilityChecker.Verdict {
    var met: Set<Configuration> = []
    let first = Configuration(over: BitSet(count: operations.count), visible: history.initial, open: nil)
    var stack = [first]
    var furthest = first
    while let configuration = stack.popLast() {
      if isComplete(configuration) { return .linearizable }
      if configuration.over.count > furthest.over.count { furthest = configuration }
      if met.count > LinearizabilityChecker.limit { return .undecided }
      for next in successors(of: configuration) where met.insert(next).inserted { stack.append(next) }
    }
    return .violated(explanation(furthest))
  }

  private func isComplete(_ configuration: Configuration) -> Bool {
    operations.indices.allSatisfy { configuration.over.contains($0) || operations[$0].mayBeMissing }
  }

  /// The configurations after one more moment; those that are most likely to lead on come last.
  private func successors(of configuration: Configuration) -> [Configuration] {
    let waiting = operations.indices.filter { !configuration.over.contains($0) }
    let bound = waiting.lazy.map { operations[$0].returned }.min() ?? .max
    let enabled = waiting.filter { operations[$0].called <= bound }

    // An operation that changes nothing, and whose answer is right now, may as well have its moment now: it takes
    // nothing from the others.
    for number in enabled where operations[number].isRead {
      let operation = operations[number]
      guard operation.isLockFree || configuration.open == nil, agrees(operation, configuration.visible) else {
        continue
      }
      return [with(configuration) { $0.over.insert(number) }]
    }

    switch configuration.open {
    case .section(let number, let steps)?:
      return readersFirst(enabled, configuration) + goOn(with: number, after: steps, configuration)
    case .transaction(let number, let hidden)?:
      return readersFirst(enabled, configuration) + reveal(of: number, hidden, configuration)
    case nil:
      // The one that returned first was probably first: last, so that it is taken first.
      let ordered = enabled.sorted { operations[$0].returned > operations[$1].returned }
      return ordered.flatMap { begin($0, configuration) }
    }
  }

  /// Lock-free operations that may change something after all: `getOrPut` of a value that was there.
  private func readersFirst(_ enabled: [Int], _ configuration: Configuration) -> [Configuration] {
    enabled.compactMap { number in
      let operation = operations[number]
      guard operation.kind == .single, let step = operation.steps.first, step.verb == .getOrPut,
        configuration.visible[step.key] != .missing, agrees(operation, configuration.visible)
      else { return nil }
      return with(configuration) { $0.over.insert(number) }
    }
  }

  /// Gives an operation the mutex, or its one moment.
  private func begin(_ number: Int, _ configuration: Configuration) -> [Configuration] {
    let operation = operations[number]
    if operation.isRead { return [] }
    switch operation.kind {
    case .section where operation.isSeenWithin:
      return goOn(with: number, after: 0, configuration)
    case .section:
      var result: [Configuration] = []
      var visible = configuration.visible
      for (index, step) in operation.steps.enumerated() {
        guard step.agrees(on: &visible) else { break }
        guard index + 1 == operation.steps.count || operation.mayEnd(after: index + 1) else { continue }
        let seen = visible
        result.append(
          with(configuration) {
            $0.visible = seen
            $0.over.insert(number)
          })
      }
      return result
    case .single, .snapshot, .walk, .transaction:
      var after = configuration.visible
      guard operation.steps.allSatisfy({ $0.agrees(on: &after) }) else { return [] }
      if operation.kind == .transaction, operation.isSeenWithin {
        let changed = after.indices.filter { after[$0] != configuration.visible[$0] }
        if changed.count > 1 {
          let hidden = Dictionary(uniqueKeysWithValues: changed.map { ($0, after[$0]) })
          return reveal(of: number, hidden, configuration)
        }
      }
      let seen = after
      return [
        with(configuration) {
          $0.visible = seen
          $0.over.insert(number)
        }
      ]
    }
  }

  /// The next step of a section; or, if its process may have been killed here, its end.
  private func goOn(with number: Int, after steps: Int, _ configuration: Configuration) -> [Configuration] {
    let operation = operations[number]
    var result: [Configuration] = []
    if steps > 0, operation.mayEnd(after: steps) {
      result.append(
        with(configuration) {
          $0.open = nil
          $0.over.insert(number)
        })
    }
    var visible = configuration.visible
    if operation.steps[steps].agrees(on: &visible) {
      result.append(
        with(configuration) {
          $0.visible = visible
          $0.open = .section(number, steps: steps + 1)
          if steps + 1 == operation.steps.count {
            $0.open = nil
            $0.over.insert(number)
          }
        })
    }
    return result
  }

  /// Each key of a transaction that may become visible next.
  private func reveal(
    of number: Int, _ hidden: [Int: RecordedValue], _ configuration: Configuration
  ) -> [Configuration] {
    hidden.map { key, value in
      with(configuration) {
        var rest = hidden
        rest[key] = nil
        $0.visible[key] = value
        $0.open = rest.isEmpty ? nil : .transaction(number, hidden: rest)
        if rest.isEmpty { $0.over.insert(number) }
      }
    }
  }

  /// Whether the store, as it is, would give an operation's answers.
  private func agrees(_ operation: CheckedOperation, _ visible: [RecordedValue]) -> Bool {
    var scratch = visible
    return operation.steps.allSatisfy { $0.agrees(on: &scratch) }
  }

  private func with(_ configuration: Configuration, _ change: (inout Configuration) -> Void) -> Configuration
  {
    var result = configuration
    change(&result)
    return result
  }

  private func explanation(_ furthest: Configuration) -> String {
    let left = operations.indices.filter { !furthest.over.contains($0) }.map { operations[$0].summary }
    return """
      no order explains this:
      \(history)
      at best \(furthest.over.count) of \(operations.count) were explained, with \(furthest.visible) in the store; \
      not these:
      \(left.joined(separator: "\n"))
      """
  }
}
