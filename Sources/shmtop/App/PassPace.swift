/// When to read all entries again: at each sample where that is cheap, less often where it is not, and not
/// at all where nothing was written.
struct PassPace {
  /// The part of a core that passes may take while entries are on the screen, and while they are not.
  /// Arbitrary: what one would hardly see in top.
  private static let (watchedShare, unwatchedShare) = (0.06, 0.005)
  /// Marks of changed rows last for two passes; so many are made after the last change.
  private static let passesAfterChange = 3

  private var sequence: UInt64?
  private var generation: UInt64 = 0
  /// Passes still to be made.
  private var due = 0
  private var startedAt: UInt64 = 0
  private var cost: UInt64 = 0
  private var hasNewSample = false

  /// Takes how far the segment's writes have come.
  mutating func noted(sequence: UInt64, generation: UInt64) {
    hasNewSample = true
    if self.sequence != sequence || self.generation != generation { due = Self.passesAfterChange }
    self.sequence = sequence
    self.generation = generation
  }

  /// Whether a pass may begin.
  func isDue(_ now: UInt64, isWatched: Bool) -> Bool {
    let share = isWatched ? Self.watchedShare : Self.unwatchedShare
    return due > 0 && hasNewSample && now >= startedAt + UInt64(Double(cost) / share)
  }

  mutating func began(_ now: UInt64) {
    startedAt = now
    cost = 0
    due -= 1
    hasNewSample = false
  }

  /// Takes how much of a core a slice of reading or sorting took.
  mutating func worked(_ nanoseconds: UInt64) { cost += nanoseconds }
}
