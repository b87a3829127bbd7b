/// One change of a store.
enum Operation: Equatable, Sendable {
  case put(key: [UInt8], value: [UInt8])
  case remove(key: [UInt8])
  case increment(key: [UInt8])
  case removeAll
  /// All of these, or none.
  indirect case transaction([Operation])

  /// Makes the same change in a dictionary.
  func apply(to model: inout [[UInt8]: [UInt8]]) {
    switch self {
    case .put(let key, let value): model[key] = value
    case .remove(let key): model[key] = nil
    case .increment(let key):
      let number = model[key].flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
      model[key] = Array(String(number + 1).utf8)
    case .removeAll: model = [:]
    case .transaction(let parts): for part in parts { part.apply(to: &model) }
    }
  }
}

/// An endless run of changes that its seed repeats: who knows how many were made knows the store.
struct Workload: IteratorProtocol, Sendable {
  /// What the run is heavy on.
  enum Profile: String, CaseIterable, Sendable {
    /// Everything but emptying.
    case mixed
    /// New keys for ever: tables and heap grow.
    case growing
    /// Few keys, removed and put again: removed slots pile up, blocks are used again.
    case churning
    /// Everything, and emptied from time to time.
    case clearing
    /// Transactions of up to 12 changes, of old and new keys; and single changes.
    case transacting
  }

  let profile: Profile
  /// What every key of this run begins with; runs with different prefixes are independent.
  let prefix: String
  let keyCount: Int
  let valueLimit: Int
  private var random: SplitMix64
  private var made: UInt64

  /// Starts a run.
  ///
  /// - Parameter first: the number of the first operation, higher than any of an earlier run on the
  ///   same store, so that the sequences of a key only grow.
  init(
    seed: UInt64, profile: Profile, prefix: String = "", keyCount: Int = 200, valueLimit: Int = 32,
    first: UInt64 = 0
  ) {
    self.profile = profile
    self.prefix = prefix
    self.keyCount = keyCount
    self.valueLimit = valueLimit
    random = SplitMix64(seed: seed)
    made = first
  }

  mutating func next() -> Operation? {
    made += 1
    let choice = random.below(1000)
    if profile == .transacting, choice < 700 {
      // The sequence of a put is the transaction's, so a key that is put twice in one has the same value twice.
      return .transaction((0..<(1 + random.below(12))).map { _ in part() })
    }
    return single(choice)
  }

  private mutating func part() -> Operation {
    let choice = random.below(1000)
    return choice < 100
      ? put(key: Self.key(prefix: prefix, index: Int(made) * 16 + choice % 16)) : single(choice)
  }

  private mutating func single(_ choice: Int) -> Operation {
    switch profile {
    case .growing:
      return put(key: Self.key(prefix: prefix, index: Int(made)))
    case .clearing where choice < 4:
      return .removeAll
    case .churning where choice < 450:
      return .remove(key: randomKey())
    case .mixed where choice < 250, .clearing where choice < 250, .transacting where choice < 350:
      return .remove(key: randomKey())
    case .mixed where choice < 350, .clearing where choice < 350, .transacting where choice < 450:
      return .increment(key: Array("\(prefix)counter\(random.below(4))".utf8))
    default:
      return put(key: randomKey())
    }
  }

  /// A key of the run. Lengths differ, so that blocks of several sizes come and go.
  static func key(prefix: String, index: Int) -> [UInt8] {
    Array("\(prefix)\(index)".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: index % 7 * 6)
  }

  private mutating func randomKey() -> [UInt8] { Self.key(prefix: prefix, index: random.below(keyCount)) }

  private mutating func put(key: [UInt8]) -> Operation {
    let room = valueLimit - DescribedValue.shortest
    // Mostly short, sometimes any length.
    let extra = random.below(8) == 0 ? random.below(room + 1) : random.below(min(room, 16) + 1)
    let value = DescribedValue.make(key: key, sequence: made, byteCount: DescribedValue.shortest + extra)
    return .put(key: key, value: value)
  }
}
