import TestSupport
import Testing

@testable import ShmtopKit

/// How often keys are written, estimated from looks, against the shares that they were written with.
@Suite struct WriteSharesTests {
  /// A store that is written to in known shares, and the passes over it.
  private struct Store {
    var shares: [Double]
    /// So many writes in a row go to a key on average, each time it is its turn.
    var runLength = 1
    var stamps: [UInt64] = []
    var sequence: UInt64 = 0
    var model = EntriesModel()
    var random: SeededGenerator

    init(_ weights: [Double], seed: UInt64) {
      let sum = weights.reduce(0, +)
      shares = weights.map { $0 / sum }
      stamps = Array(repeating: 0, count: weights.count)
      random = SeededGenerator(seed: seed)
      model.sort(by: SortOrder(.writes, isDescending: true))
    }

    /// The first key is written most, the second half as often, and so on.
    static func skewed(_ keys: Int, seed: UInt64) -> Store {
      Store((1...keys).map { 1 / Double($0) }, seed: seed)
    }

    mutating func write(_ key: Int) {
      sequence += 1
      stamps[key] = sequence
    }

    mutating func write(count: Int) {
      let end = sequence + UInt64(count)
      while sequence < end {
        var wanted = Double.random(in: 0..<1, using: &random)
        let key =
          shares.firstIndex {
            wanted -= $0; return wanted < 0
          } ?? 0
        let length = runLength == 1 ? 1 : Int.random(in: 1..<(2 * runLength), using: &random)
        for _ in 0..<length where sequence < end { write(key) }
      }
    }

    /// A pass, while which a write comes in after every so many entries.
    mutating func pass(writesEvery step: Int = .max, looksUp: Bool = true, removedShare: Double = 0) {
      model.beginPass(sequence: sequence)
      if looksUp {
        model.withTable { table in
          for row in table.hotRows { table.noteHot(row, stamp: stamps[Self.number(table.key(row))]) }
        }
      }
      for key in stamps.indices where stamps[key] > 0 {
        if (key + 1).isMultiple(of: step) { write(count: 1) }
        model.note(key: Self.name(key).span.bytes, value: [1].span.bytes, stamp: stamps[key])
      }
      model.endPass(removedShare: removedShare)
      while model.isSorting { _ = model.sortOn(10_000, height: 10) }
    }

    mutating func watch(passes: Int, writes: Int, every step: Int = .max, looksUp: Bool = true) {
      write(count: writes * 2)
      for _ in 0..<passes {
        write(count: writes)
        pass(writesEvery: step, looksUp: looksUp)
      }
    }

    func estimate(_ key: Int) -> Double? {
      model.table.row(of: Self.name(key)).flatMap { model.table.writeShare($0) }
    }

    /// The keys in the order in which they are shown.
    var order: [Int] { model.rows.map { Self.number(model.table.key($0)) } }

    private static func name(_ key: Int) -> [UInt8] { Array(String(key).utf8) }
    private static func number(_ name: [UInt8]) -> Int { Int(String(decoding: name, as: UTF8.self))! }
  }

  /// The estimates of the first keys by their shares, over some stores.
  private static func ratios(
    _ weights: [Double], keys: Int = 4, _ watch: (inout Store) -> Void
  ) throws -> [[Double]] {
    var ratios = Array(repeating: [Double](), count: keys)
    for seed in 1...16 as ClosedRange<UInt64> {
      var store = Store(weights, seed: seed)
      watch(&store)
      for key in 0..<keys { ratios[key].append(try #require(store.estimate(key)) / store.shares[key]) }
      #expect(store.order.first == 0, "seed \(seed)")
    }
    return ratios
  }

  private static func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  private static let skewed = (1...60).map { 1 / Double($0) }

  @Test(arguments: [20, 300, 2000])
  func `Of keys written at random, estimates are the shares, whatever the pace`(
    _ writes: Int
  ) throws {
    for ratios in try Self.ratios(Self.skewed, { $0.watch(passes: 70, writes: writes) }) {
      #expect((0.8...1.25).contains(Self.mean(ratios)), "\(Self.mean(ratios))")
      #expect(ratios.allSatisfy { (0.4...2.5).contains($0) })
    }
  }

  @Test
  func `Of keys written many times in a row, they are within a factor of two or so, and the first is first`()
    throws
  {
    let weights = [5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] as [Double]
    let ratios = try Self.ratios(weights, keys: 1) {
      $0.runLength = 20
      $0.watch(passes: 70, writes: 1000)
    }
    #expect((0.5...2).contains(Self.mean(ratios[0])), "\(Self.mean(ratios[0]))")
  }

  @Test func `One process that writes a counter over and over among others that write many keys is found`()
    throws
  {
    // Forty writes to key 0 in a row, then eighty to hundreds of others: its age alone would say one in sixty.
    var store = Store([1e-9] + (1...400).map { 1 / Double($0) }, seed: 4)
    for _ in 0..<70 {
      for _ in 0..<40 {
        for _ in 0..<40 { store.write(0) }
        store.write(count: 80)
      }
      // A look at any moment of this.
      let phase = Int.random(in: 0..<120, using: &store.random)
      for _ in 0..<min(phase, 40) { store.write(0) }
      if phase > 40 { store.write(count: phase - 40) }
      store.pass()
    }
    let estimate = try #require(store.estimate(0))
    #expect((0.17...0.5).contains(estimate), "\(estimate)")
    #expect(store.order.first == 0)
  }

  @Test func `A pass that writes overtake knows the busiest keys of one moment`() throws {
    // A hundred writes during a pass of six hundred entries.
    let weights = [100] + Array(repeating: 1, count: 600) as [Double]
    let ratios = try Self.ratios(weights, keys: 1) { $0.watch(passes: 70, writes: 700, every: 6) }
    #expect((0.7...1.4).contains(Self.mean(ratios[0])), "\(Self.mean(ratios[0]))")
  }

  @Test func `The most written key comes first where counting changes finds all alike`() {
    var store = Store([4, 4, 4, 4, 40, 4, 20, 10, 5, 5], seed: 3)
    store.watch(passes: 60, writes: 2000)
    let table = store.model.table
    #expect(store.model.rows.allSatisfy { table.changeCount($0) == 32 })
    #expect(Array(store.order.prefix(3)) == [4, 6, 7])
  }

  @Test func `After each pass the order is that of the estimates as they are then`() {
    var store = Store(Array(Self.skewed), seed: 12)
    for _ in 0..<30 {
      store.watch(passes: 1, writes: 200)
      let estimates = store.order.map { store.estimate($0) ?? -1 }
      #expect(estimates == estimates.sorted(by: >))
    }
  }

  @Test func `Nothing is claimed of keys of which too little was seen, nor after few looks`() {
    var store = Store(Array(repeating: 1, count: 3000), seed: 5)
    store.watch(passes: 40, writes: 1000)
    #expect((0..<3000).count { store.estimate($0) != nil } < 3)
    var young = Store([8, 1, 1], seed: 6)
    young.watch(passes: 4, writes: 1000)
    #expect(young.estimate(0) == nil)
    young.watch(passes: 8, writes: 1000)
    #expect(young.estimate(0) != nil)
  }

  @Test func `While nothing is written nothing is learnt, and nothing forgotten`() throws {
    var store = Store([8, 1, 1], seed: 7)
    store.watch(passes: 40, writes: 100)
    let before = try #require(store.estimate(0))
    for _ in 0..<100 { store.pass() }
    #expect(store.estimate(0) == before)
  }

  @Test func `A key that is not written any more goes down`() throws {
    var store = Store([5, 3, 2], seed: 8)
    store.watch(passes: 60, writes: 500)
    #expect(store.order.first == 0)
    store.shares = [0, 0.6, 0.4]
    store.watch(passes: 60, writes: 500)
    #expect(store.order.first == 1)
    #expect((store.estimate(0) ?? 0) < 0.15)
  }

  @Test func `What was removed since is nobody's`() throws {
    // A queue: each write is of a key that is removed at once, but for one in fifty, of the only key there is.
    var store = Store([1], seed: 9)
    store.write(0)
    for _ in 0..<60 {
      for _ in 0..<50 {
        if Int.random(in: 0..<25, using: &store.random) == 0 { store.write(0) } else { store.sequence += 2 }
      }
      store.pass(removedShare: 0.48)
    }
    #expect((store.estimate(0) ?? 0) < 0.1)
  }

  @Test func `A row that is given to another key takes nothing along`() throws {
    var store = Store([8, 1, 1], seed: 10)
    store.watch(passes: 40, writes: 100)
    store.stamps[0] = 0
    for _ in 0..<4 { store.pass() }
    store.shares = [0, 0.5, 0.5]
    store.write(count: 10)
    store.stamps.append(store.sequence)
    store.pass()
    #expect(store.estimate(3) == nil && store.estimate(0) == nil)
  }

  @Test func `A pass that was told says the same`() throws {
    var store = Store(Self.skewed, seed: 11)
    var table = EntryTable()
    store.write(count: 1000)
    for _ in 0..<70 {
      store.write(count: 300)
      table.beginPass()
      for key in store.stamps.indices where store.stamps[key] > 0 {
        table.note(key: [UInt8(key + 1)].span.bytes, value: [1].span.bytes, stamp: store.stamps[key])
      }
      table.noteWrites()
      table.endPass()
    }
    let estimate = try #require(table.row(of: [1]).flatMap { table.writeShare($0) })
    #expect((0.6...1.5).contains(estimate / store.shares[0]))
  }

  @Test func `A rough part has two digits`() {
    let shown = [0.412, 0.0412, 0.00412, 0.000412, 0.0000412, 0, 1, 0.0996].map(Quantity.roughPercent)
    #expect(shown == ["41%", "4.1%", "0.41%", "0.041%", "<0.01%", "<0.01%", "100%", "10%"])
  }
}
