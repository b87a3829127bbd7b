import SharedSimple

/// What a store must do, on a dictionary.
struct DictionaryModel {
  let valueLimit: Int
  private(set) var entries: [[UInt8]: [UInt8]] = [:]

  init(valueLimit: Int) { self.valueLimit = valueLimit }

  /// Makes a move on the model.
  mutating func make(_ move: Move) -> Move.Outcome {
    switch move {
    case .put(let key, let value):
      if let refusal = refusal(key: key, value: value) { return refusal }
      entries[key] = value
      return .nothing
    case .putIfAbsent(let key, let value):
      if let refusal = refusal(key: key, value: value) { return refusal }
      guard entries[key] == nil else { return .truth(false) }
      entries[key] = value
      return .truth(true)
    case .putIfPresent(let key, let value):
      if let refusal = refusal(key: key, value: value) { return refusal }
      guard entries[key] != nil else { return .truth(false) }
      entries[key] = value
      return .truth(true)
    case .getOrPut(let key, let text):
      if let refusal = refusal(key: key, value: Array(text.utf8)) { return refusal }
      if let value = entries[key] { return Self.text(value) }
      entries[key] = Array(text.utf8)
      return .text(text)
    case .compareAndSwap(let key, let expected, let new):
      guard let current = entries[key] else { return .truth(false) }
      guard expected == nil || expected == current else { return .truth(false) }
      entries[key] = new
      return .truth(true)
    case .remove(let key): return .truth(entries.removeValue(forKey: key) != nil)
    case .removeIf(let key, let value):
      guard let current = entries[key], value == nil || value == current else { return .truth(false) }
      entries[key] = nil
      return .truth(true)
    case .increment(let key, let step): return increment(key, by: step)
    case .removeAll:
      defer { entries = [:] }
      return .number(Int64(entries.count))
    case .bytes(let key), .span(let key): return .found(entries[key])
    case .get(let key): return entries[key].map(Self.text) ?? .nothing
    case .contains(let key): return .truth(entries[key] != nil)
    case .count: return .number(Int64(entries.count))
    case .all, .forEach: return .entries(entries)
    case .section(let source, let target):
      guard let value = entries[source] else { return .nothing }
      entries[source] = nil
      entries[target] = value
      return .bytes(value)
    case .transaction(let moves, let isRolledBack):
      let before = entries
      let outcomes = moves.map { make($0) }
      if isRolledBack { entries = before }
      return .several(outcomes)
    }
  }

  private mutating func increment(_ key: [UInt8], by step: Int64) -> Move.Outcome {
    var number: Int64 = 0
    if let value = entries[key] {
      guard let text = String(validating: value, as: UTF8.self), let parsed = Int64(text) else {
        return .refused("notANumber")
      }
      number = parsed
    }
    let (sum, overflow) = number.addingReportingOverflow(step)
    if overflow { return .refused("overflow") }
    let text = Array(String(sum).utf8)
    guard text.count <= valueLimit else { return .refused("valueTooLong") }
    entries[key] = text
    return .number(sum)
  }

  private func refusal(key: [UInt8], value: [UInt8]) -> Move.Outcome? {
    if key.isEmpty { return .refused("emptyKey") }
    if key.count > 65535 { return .refused("keyTooLong") }
    if value.isEmpty { return .refused("emptyValue") }
    if value.count > valueLimit { return .refused("valueTooLong") }
    return nil
  }

  private static func text(_ value: [UInt8]) -> Move.Outcome {
    String(validating: value, as: UTF8.self).map { .text($0) } ?? .refused("notText")
  }
}
