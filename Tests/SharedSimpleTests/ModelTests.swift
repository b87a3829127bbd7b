import SharedSimple
import TestSupport
import Testing

/// Random operations of every kind, on a store and on a dictionary, with the same outcome each time.
struct ModelTests {
  let segment = TemporaryStore("model")

  struct Shape: Sendable, CustomTestStringConvertible {
    var valueLimit: Int
    var longestKey: Int
    var keyCount: Int
    var steps: Int
    var testDescription: String { "values to \(valueLimit), keys to \(longestKey), \(steps) steps" }
  }

  @Test(
    arguments: [
      Shape(valueLimit: 1, longestKey: 4, keyCount: 20, steps: 4000),
      Shape(valueLimit: 32, longestKey: 40, keyCount: 400, steps: 12000),
      Shape(valueLimit: 33, longestKey: 7, keyCount: 60, steps: 4000),
      Shape(valueLimit: 5000, longestKey: 300, keyCount: 100, steps: 3000),
      Shape(valueLimit: 1 << 20, longestKey: 65535, keyCount: 24, steps: 400),
    ])
  func `A store and a dictionary give the same answers`(shape: Shape) throws {
    var random = SeededGenerator(printedFor: "the model test (\(shape.testDescription))")
    let store = try segment.open { $0.valueLimit = shape.valueLimit }
    var model = DictionaryModel(valueLimit: shape.valueLimit)
    let keys = (0..<shape.keyCount).map { index -> [UInt8] in
      let length = index == 0 ? shape.longestKey : .random(in: 1...shape.longestKey, using: &random)
      return random.bytes(index.isMultiple(of: 3) ? min(length, 2) : length)
    }
    for step in 0..<Effort.times(shape.steps) {
      let move = Move.random(keys: keys, valueLimit: shape.valueLimit, using: &random)
      let expected = model.make(move)
      let found = store.make(move)
      guard found == expected else {
        Issue.record(
          "step \(step), \(move.summary): the store says \(found.summary), the model \(expected.summary)")
        return
      }
    }
    expectSound(segment)
    #expect(store.make(.all) == model.make(.all))
    store.close()
    let later = try segment.open(.existing)
    #expect(later.make(.all) == model.make(.all), "the entries outlive the handle")
  }
}
