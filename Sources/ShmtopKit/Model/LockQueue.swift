public import SharedSimple

/// Who holds the mutex, and who waits for it.
public struct LockQueue: Sendable, Hashable {
  /// The process that holds it; its row may be missing, if it works unlisted.
  public let holder: Int32?
  public let holderRow: ParticipantSample?
  /// Those who wait, longest first.
  public let waiters: [ParticipantSample]

  public init(_ sample: SegmentSample) {
    holder = sample.lock.holder
    holderRow = sample.participants.first {
      $0.pid == sample.lock.holder
        && (sample.lock.holderParticipant == nil || $0.slot == sample.lock.holderParticipant)
    }
    waiters = sample.participants.filter { $0.waitingSinceMonotonic != nil && $0.liveness != .dead }
      .sorted { ($0.waitingSinceMonotonic!, $0.slot) < ($1.waitingSinceMonotonic!, $1.slot) }
  }
}

/// Who made others wait, as shares of all waiting.
public struct Blame: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    public let participant: ParticipantSample?
    public let nanoseconds: UInt64
    public let count: UInt64
    /// Of all waiting that is charged to somebody, 0 to 1.
    public let share: Double
  }

  /// The greatest cause first; those that caused none are left out.
  public let rows: [Row]

  public init(_ difference: SampleDifference) {
    let caused = difference.participants.filter { $0.waitsCaused > 0 }
    let total = caused.reduce(0.0) { $0 + Double($1.waitNanosecondsCaused) }
    rows = caused.map {
      Row(
        participant: $0.participant, nanoseconds: $0.waitNanosecondsCaused, count: $0.waitsCaused,
        share: total > 0 ? Double($0.waitNanosecondsCaused) / total : 0)
    }.sorted { $0.nanoseconds > $1.nanoseconds }
  }
}
