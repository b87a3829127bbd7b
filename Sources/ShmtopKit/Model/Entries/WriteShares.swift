/// What part of all writes to the store goes to which key, estimated from looks at it now and then.
///
/// A segment does not count the writes of a key. But all writes are numbered, and each entry has the number of the
/// one that made it. So of the last writes before a look it is known whose they were, but for those that are
/// hidden: their keys were written again since. A hidden one belongs to some key whose own number is above it, and
/// these are few just before the look. It is credited to them in proportion to what they have already:
///
///     what is found   … a ? b ? ? r s      (s the last write; ? hidden)
///     credited        … a   b     r s, one each; the ? behind b to r and s, the one before b to b, r and s
///
/// Credits over all looks, by the writes gone through, are the shares. How old a key's last write is would say the
/// same only of one that is written at random: of one that is written a hundred times in a row, and then not for a
/// thousand writes, it says next to nothing, and the hidden writes before it say it all.
///
/// Further back ever more keys may have written what is hidden, and crediting it teaches nothing: a look ends where
/// those that may have make up `knownShare` of all writes. What remains wrong is mostly within a factor of two, for
/// keys that are written in runs longer than a look; the order of the busiest is right far more often.
struct WriteShares: Sendable {
  typealias Row = EntryTable.Row

  /// Writes that one look goes through, at the most.
  static let window: UInt64 = 64
  private static let knownShare: Float = 0.4
  /// What is left of a look's credits at the next one: those of half a minute count, at one a second.
  private static let kept: Float = 31.0 / 32
  /// With fewer credits, or looks, an estimate would be off by more than half as a rule.
  private static let (leastCredit, leastLooks): (Float, Float) = (4, 5)
  /// The part of writes that is taken to have left no entry at the least: none that is hidden is credited to
  /// one key alone only because nothing else is seen.
  private static let leastGone: Float = 0.01
  /// What a key has to begin with.
  private static let firstCredit: Float = 0.02
  /// Keys whose credits are kept: those with fewer would not be shown.
  private static let limit = 1024
  /// Keys that are looked up by themselves when a pass begins.
  private static let hotLimit = 128

  /// Of each key.
  private var credits: [Row: Float] = [:]
  /// Writes gone through, and looks, faded likewise.
  private var positions: Float = 0
  private var looks: Float = 0
  /// The keys with most credits, the first one first.
  private(set) var hot: [Row] = []

  // MARK: The look under way

  /// The number of the last write before it; nil where none is under way.
  private var end: UInt64?
  private var lastEnd: UInt64?
  /// Whose writes are seen: the last ones before `end`.
  private var owners: [(stamp: UInt64, row: Row)] = []
  /// Keys that were written again before they were come to: theirs may be any hidden one.
  private var missed: [Row] = []
  private var lookedUp: Set<Row> = []

  /// Begins a look at the moment when so many writes had been made.
  mutating func begin(at sequence: UInt64) {
    end = sequence
    (owners, missed, lookedUp) = ([], [], [])
  }

  /// Takes an entry that was looked up by itself, before the pass comes to it.
  mutating func noteLookedUp(_ row: Row, stamp: UInt64) {
    note(row, stamp: stamp)
    lookedUp.insert(row)
  }

  /// Takes an entry that the pass has come to.
  @inline(__always)
  mutating func note(_ row: Row, stamp: UInt64) {
    guard let end, stamp &+ Self.window > end else { return }
    noteYoung(row, stamp, end)
  }

  private mutating func noteYoung(_ row: Row, _ stamp: UInt64, _ end: UInt64) {
    guard !lookedUp.contains(row) else { return }
    if stamp <= end { owners.append((stamp, row)) } else if credits[row] != nil { missed.append(row) }
  }

  /// Ends the look: credits what was seen.
  ///
  /// - Parameter removedShare: the part of writes that were removals: these, and the writes of what was removed, have
  ///   left no entry.
  /// - Returns: keys whose estimates are other ones now.
  mutating func finish(removedShare: Double) -> [Row] {
    guard let end else { return [] }
    defer { (self.end, lastEnd) = (nil, end) }
    // What was gone through at the last look teaches nothing more.
    let span = min(Self.window, lastEnd.map { end - min($0, end) } ?? 0)
    guard span > 0 else { return [] }
    fade()
    credit(writes: Int(span), before: end, gone: max(Self.leastGone, Float(min(1, 2 * removedShare))))
    return rank()
  }

  private mutating func fade() {
    positions *= Self.kept
    looks = looks * Self.kept + 1
    credits = credits.mapValues { $0 * Self.kept }
  }

  private mutating func credit(writes: Int, before end: UInt64, gone: Float) {
    var owners = owners.sorted { $0.stamp > $1.stamp }[...]
    let weight = max(1, positions)
    // The credits of all that may have written what is hidden here, and what a hidden one brings to each credit so
    // far, summed: so a candidate's part is the difference between the end and where it became one.
    var candidates = gone * weight
    var brought: Float = 0
    var since: [(row: Row, credit: Float, brought: Float)] = missed.map { ($0, credits[$0] ?? 0, 0) }
    candidates += since.reduce(0) { $0 + $1.credit }
    var count = 0
    while count < writes, candidates <= Self.knownShare * (weight + Float(count)) {
      if let (stamp, row) = owners.first, stamp == end - UInt64(count) {
        owners.removeFirst()
        let credit = (credits[row] ?? 0) + Self.firstCredit
        since.append((row, credit, brought))
        candidates += credit
        credits[row, default: 0] += 1
      } else {
        brought += 1 / candidates
      }
      count += 1
    }
    for candidate in since {
      credits[candidate.row, default: 0] += candidate.credit * (brought - candidate.brought)
    }
    positions += Float(count)
  }

  private mutating func rank() -> [Row] {
    let changed = Array(credits.keys)
    var ranked = credits.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    if ranked.count > 2 * Self.limit {
      ranked.removeLast(ranked.count - Self.limit)
      credits = Dictionary(uniqueKeysWithValues: ranked.map { ($0.key, $0.value) })
    }
    hot = ranked.prefix(Self.hotLimit).map(\.key)
    return changed
  }

  /// The row is given to another key.
  mutating func forget(_ row: Row) {
    guard credits.removeValue(forKey: row) != nil else { return }
    hot.removeAll { $0 == row }
  }

  /// The part, 0 to 1; nil where too few writes have been seen to say.
  func estimate(_ row: Row) -> Double? {
    guard looks >= Self.leastLooks, let credit = credits[row], credit >= Self.leastCredit else { return nil }
    return min(1, Double(credit / positions))
  }
}
