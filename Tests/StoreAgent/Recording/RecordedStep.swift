/// What is done to one key (`removeAll`: to all keys), and what the store answered.
struct RecordedStep: Hashable, Sendable {
  enum Verb: UInt8, Sendable {
    case get, put, putIfAbsent, putIfPresent, getOrPut, compareAndSwap, increment, remove, removeIfValue
    case removeAll
  }

  var verb: Verb
  var key = 0
  /// What is put.
  var value = RecordedValue.missing
  /// What must be there for it: of `compareAndSwap` and `removeIfValue`.
  var expected = RecordedValue.missing
  /// The value got, or the new number; 1 and 0 for yes and no; how many entries `removeAll` removed. `nil`: none was
  /// given.
  var answer: UInt64?

  /// The answer of something that has none, or one that cannot be foretold.
  static let anyAnswer = UInt64.max - 1

  /// Four words: verb, key and whether it was answered; value; expected; answer.
  var words: [UInt64] {
    [
      UInt64(verb.rawValue) | UInt64(key) << 8 | (answer == nil ? 0 : Self.answered), value.word,
      expected.word,
      answer ?? 0,
    ]
  }

  static let wordCount = 4
  static let answered: UInt64 = 1 << 16

  init(_ verb: Verb, key: Int = 0, value: RecordedValue = .missing, expected: RecordedValue = .missing) {
    self.verb = verb
    self.key = key
    self.value = value
    self.expected = expected
  }

  init?(words: [UInt64]) {
    guard let verb = Verb(rawValue: UInt8(truncatingIfNeeded: words[0])) else { return nil }
    self.init(
      verb, key: Int(words[0] >> 8 & 0xFF), value: RecordedValue(word: words[1]),
      expected: RecordedValue(word: words[2]))
    if words[0] & Self.answered != 0 { answer = words[3] }
  }
}
