/// An endless run of random operations on few keys, made for being recorded.
struct RecordedMix {
  /// What the run has.
  enum Style: String, CaseIterable, Sendable {
    /// Each operation concerns one key, so that histories can be checked key by key; they may be long.
    case keyed
    /// Also operations on several keys at one instant.
    case whole
  }

  let style: Style
  let keyCount: Int
  let lane: Int
  let round: UInt64
  private var random: SplitMix64
  private var made = 0
  /// The value that this process knew last, a key each: what it expects.
  private var seen: [RecordedValue]

  init(style: Style, keyCount: Int, lane: Int, round: UInt64, seed: UInt64) {
    self.style = style
    self.keyCount = keyCount
    self.lane = lane
    self.round = round
    random = SplitMix64(seed: seed)
    seen = [RecordedValue](repeating: .missing, count: keyCount)
  }

  /// A key's bytes. Lengths differ, so that blocks of several sizes come and go.
  static func key(_ index: Int) -> [UInt8] {
    Array("k\(index)".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: index % 4 * 10)
  }

  mutating func next() -> RecordedOperation {
    made += 1
    let choice = random.below(100)
    switch style {
    case .keyed:
      if choice < 3 { return reads(.walk) }
    case .whole:
      if choice < 4 { return reads(.walk) }
      if choice < 16 { return reads(.snapshot) }
      if choice < 25 { return RecordedOperation(kind: .section, steps: steps()) }
      if choice < 40 {
        let outcome: RecordedOperation.Outcome = choice < 28 ? .rolledBack : .done
        return RecordedOperation(kind: .transaction, steps: steps(), outcome: outcome)
      }
      if choice < 44 { return RecordedOperation(kind: .single, steps: [RecordedStep(.removeAll)]) }
    }
    return RecordedOperation(kind: .single, steps: [step(0, of: 1)])
  }

  /// Takes note of what an operation has shown.
  mutating func learn(_ step: RecordedStep) {
    switch step.verb {
    case .get, .getOrPut, .increment: seen[step.key] = RecordedValue(word: step.answer ?? 0)
    case .put: seen[step.key] = step.value
    default: break
    }
  }

  /// What this process knew last of a key.
  func knows(_ key: Int) -> RecordedValue { seen[key] }

  /// Whether something with a chance of one in so many happens.
  mutating func happens(oneIn chance: Int) -> Bool { random.below(chance) == 0 }
  mutating func below(_ bound: Int) -> Int { random.below(bound) }

  private func reads(_ kind: RecordedOperation.Kind) -> RecordedOperation {
    RecordedOperation(kind: kind, steps: (0..<keyCount).map { RecordedStep(.get, key: $0) })
  }

  private mutating func steps() -> [RecordedStep] {
    let count = 2 + random.below(3)
    return (0..<count).map { step($0, of: count) }
  }

  private mutating func step(_ index: Int, of count: Int) -> RecordedStep {
    // The lower, the oftener: processes are to meet.
    let key = min(random.below(keyCount), random.below(keyCount))
    // No two puts of a history have the same number, and there is room between them for increments.
    let number =
      (round % 1000) * 1_000_000_000 + UInt64(lane + 1) * 50_000_000 + UInt64(made) * 500_000 + UInt64(index)
      * 10_000
    let value = RecordedValue(number: number, byteCount: 8 + random.below(RecordedValue.byteLimit - 8))
    switch random.below(100) {
    case ..<38: return RecordedStep(.get, key: key)
    case ..<56: return RecordedStep(.put, key: key, value: value)
    case ..<66: return RecordedStep(.remove, key: key)
    case ..<78: return RecordedStep(.increment, key: key)
    case ..<86 where seen[key] != .missing:
      return RecordedStep(.compareAndSwap, key: key, value: value, expected: seen[key])
    case ..<89 where seen[key] != .missing:
      return RecordedStep(.removeIfValue, key: key, expected: seen[key])
    case ..<93: return RecordedStep(.putIfAbsent, key: key, value: value)
    case ..<96: return RecordedStep(.putIfPresent, key: key, value: value)
    default:
      return RecordedStep(count == 1 ? .getOrPut : .get, key: key, value: count == 1 ? value : .missing)
    }
  }
}
