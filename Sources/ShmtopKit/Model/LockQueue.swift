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

  /// - Parameter sample: what is seen now: waits that go on are charged to whom they are for as well, or the one who
  ///   holds the lock would not be among those who make others wait until it is given back.
  public init(_ difference: SampleDifference, _ sample: SegmentSample) {
    var caused = difference.participants.map {
      (participant: $0.participant, nanoseconds: $0.waitNanosecondsCaused, count: $0.waitsCaused)
    }
    for waiter in sample.participants {
      guard let since = waiter.waitingSinceMonotonic, let culprit = waiter.waitingFor,
        let place = caused.firstIndex(where: { $0.participant?.pid == culprit })
      else { continue }
      caused[place].nanoseconds += elapsed(from: since, to: sample.takenMonotonic)
      caused[place].count += 1
    }
    caused.removeAll { $0.count == 0 }
    let total = caused.reduce(0.0) { $0 + Double($1.nanoseconds) }
    rows = caused.map {
      Row(
        participant: $0.participant, nanoseconds: $0.nanoseconds, count: $0.count,
        share: total > 0 ? Double($0.nanoseconds) / total : 0)
    }.sorted { $0.nanoseconds > $1.nanoseconds }
  }
}
