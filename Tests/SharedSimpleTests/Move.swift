import SharedSimple
import TestSupport

/// One call of the store's interface, to be made on a store and on a model of it.
enum Move {
  case put(key: [UInt8], value: [UInt8])
  case putIfAbsent(key: [UInt8], value: [UInt8])
  case putIfPresent(key: [UInt8], value: [UInt8])
  case getOrPut(key: [UInt8], text: String)
  /// `nil` as the expected value: whatever the key has now.
  case compareAndSwap(key: [UInt8], expected: [UInt8]?, new: [UInt8])
  case remove(key: [UInt8])
  case removeIf(key: [UInt8], value: [UInt8]?)
  case increment(key: [UInt8], by: Int64)
  case removeAll
  case bytes(key: [UInt8])
  case get(key: [UInt8])
  case span(key: [UInt8])
  case contains(key: [UInt8])
  case count
  case all
  case forEach
  /// Moves a value from one key to another in one section.
  case section(from: [UInt8], to: [UInt8])
  /// Some moves of single keys in one transaction, at last rolled back or not.
  indirect case transaction([Move], isRolledBack: Bool)

  /// What a move comes to.
  enum Outcome: Equatable {
    case nothing
    case bytes([UInt8])
    case text(String)
    case truth(Bool)
    case number(Int64)
    case entries([[UInt8]: [UInt8]])
    case refused(String)
    case several([Outcome])

    static func found(_ bytes: [UInt8]?) -> Outcome { bytes.map { .bytes($0) } ?? .nothing }
    static func found(_ text: String?) -> Outcome { text.map { .text($0) } ?? .nothing }
  }

  /// A random move; reads and writes of single keys are the most.
  static func random(keys: [[UInt8]], valueLimit: Int, using random: inout SeededGenerator) -> Move {
    let key = keys.randomElement(using: &random)!
    func value() -> [UInt8] {
      // Lengths at and beside the edges of words and of the limit, and any other.
      let lengths = [1, 7, 8, 9, valueLimit - 1, valueLimit, Int.random(in: 1...valueLimit, using: &random)]
      return random.bytes(max(1, min(valueLimit, lengths.randomElement(using: &random)!)))
    }
    switch Int.random(in: 0..<1000, using: &random) {
    case 0..<300: return .put(key: key, value: value())
    case 300..<320: return .putIfAbsent(key: key, value: value())
    case 320..<340: return .putIfPresent(key: key, value: value())
    case 340..<360:
      return .getOrPut(key: key, text: valueLimit > 1 && Bool.random(using: &random) ? "é" : "7")
    case 360..<400:
      return .compareAndSwap(key: key, expected: Bool.random(using: &random) ? nil : value(), new: value())
    case 400..<560: return .remove(key: key)
    case 560..<580: return .removeIf(key: key, value: Bool.random(using: &random) ? nil : value())
    case 580..<620:
      return .increment(key: key, by: [1, -1, 0, 100, .max, .min, 999_999].randomElement(using: &random)!)
    case 620..<622: return .removeAll
    case 622..<640: return .all
    case 640..<660: return .forEach
    case 660..<690: return .count
    case 690..<720: return .section(from: key, to: keys.randomElement(using: &random)!)
    case 720..<780: return .get(key: key)
    case 780..<840: return .span(key: key)
    case 840..<900: return .contains(key: key)
    case 911..<941:
      let moves = (0..<Int.random(in: 0...20, using: &random)).map { _ in
        Move.randomPart(keys: keys, valueLimit: valueLimit, using: &random)
      }
      return .transaction(moves, isRolledBack: Int.random(in: 0..<4, using: &random) == 0)
    // An empty key, an empty value and ones too long: refused, and nothing changes.
    case 900..<903: return .put(key: [], value: value())
    case 903..<906: return .put(key: key, value: [])
    case 906..<909: return .put(key: key, value: random.bytes(valueLimit + 1))
    case 909..<911: return .put(key: random.bytes(65536), value: value())
    default: return .bytes(key: key)
    }
  }

  /// A random move that a transaction has.
  private static func randomPart(
    keys: [[UInt8]], valueLimit: Int, using random: inout SeededGenerator
  ) -> Move {
    while true {
      switch Move.random(keys: keys, valueLimit: valueLimit, using: &random) {
      case .getOrPut, .removeAll, .span, .all, .forEach, .section, .transaction: continue
      case let move: return move
      }
    }
  }

  /// The move without its bytes, for a complaint.
  var summary: String { String("\(self)".prefix(120)) }
}

extension Move.Outcome {
  var summary: String { String("\(self)".prefix(120)) }
}

extension SharedStore {
  /// Makes a move on the store.
  func make(_ move: Move) -> Move.Outcome {
    do {
      switch move {
      case .put(let key, let value):
        try put(key, value)
        return .nothing
      case .putIfAbsent(let key, let value): return .truth(try putIfAbsent(key, value))
      case .putIfPresent(let key, let value): return .truth(try putIfPresent(key, value))
      case .getOrPut(let key, let text): return .text(try getOrPut(key, text))
      case .compareAndSwap(let key, let expected, let new):
        guard let expected = try expected ?? bytes(key) else { return .truth(false) }
        return .truth(try compareAndSwap(key, expected: expected, new: new))
      case .remove(let key): return .truth(try remove(key))
      case .removeIf(let key, let value):
        guard let value = try value ?? bytes(key) else { return .truth(false) }
        return .truth(try remove(key, ifValue: value))
      case .increment(let key, let step): return .number(try increment(key, by: step))
      case .removeAll: return .number(Int64(try removeAll()))
      case .bytes(let key): return .found(try bytes(key))
      case .get(let key): return .found(try get(key))
      case .span(let key):
        return .found(try withValue(key) { span in span.withUnsafeBytes { Array($0) } } as [UInt8]?)
      case .contains(let key): return .truth(try contains(key))
      case .count: return .number(Int64(try count))
      case .all:
        let entries = try all()
        let found = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
        // Two entries of one key would hide in the dictionary.
        guard found.count == entries.count else { return .refused("a key came twice") }
        return .entries(found)
      case .forEach:
        var found: [[UInt8]: [UInt8]] = [:]
        var visits = 0
        try forEach { key, value in
          found[key.withUnsafeBytes { Array($0) }] = value.withUnsafeBytes { Array($0) }
          visits += 1
          return true
        }
        guard found.count == visits else { return .refused("a key came twice") }
        return .entries(found)
      case .section(let source, let target):
        return try withLock { section in
          guard let value = try section.bytes(source) else { return .nothing }
          try section.put(target, value)
          if target != source { try section.remove(source) }
          return .bytes(value)
        }
      case .transaction(let moves, let isRolledBack):
        return try transaction { transaction in
          let outcomes = moves.map { transaction.make($0) }
          if isRolledBack { transaction.rollBack() }
          return .several(outcomes)
        }
      }
    } catch let error as StoreError {
      return .refused(error.caseName)
    } catch {
      return .refused("\(error)")
    }
  }
}

extension Transaction {
  /// Makes a move within the transaction.
  mutating func make(_ move: Move) -> Move.Outcome {
    do {
      switch move {
      case .put(let key, let value):
        try put(key, value)
        return .nothing
      case .putIfAbsent(let key, let value): return .truth(try putIfAbsent(key, value))
      case .putIfPresent(let key, let value): return .truth(try putIfPresent(key, value))
      case .compareAndSwap(let key, let expected, let new):
        guard let expected = try expected ?? bytes(key) else { return .truth(false) }
        return .truth(try compareAndSwap(key, expected: expected, new: new))
      case .remove(let key): return .truth(try remove(key))
      case .removeIf(let key, let value):
        guard let value = try value ?? bytes(key) else { return .truth(false) }
        return .truth(try remove(key, ifValue: value))
      case .increment(let key, let step): return .number(try increment(key, by: step))
      case .bytes(let key): return .found(try bytes(key))
      case .get(let key): return .found(try get(key))
      case .contains(let key): return .truth(try contains(key))
      case .count: return .number(Int64(try count))
      default: return .refused("no move of a transaction")
      }
    } catch let error as StoreError {
      return .refused(error.caseName)
    } catch {
      return .refused("\(error)")
    }
  }
}
