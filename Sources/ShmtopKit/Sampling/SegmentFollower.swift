public import SharedSimple

/// Watches whatever segment a name leads to.
///
/// When an exclusive open puts another segment in the place of the one watched, or the name was unlinked
/// and comes back, the follower attaches to the new one by itself. While the name leads nowhere, the
/// old segment stays in view: its last state can still be read.
public struct SegmentFollower: Sendable {
  public let name: String
  /// The segment watched now.
  public private(set) var observer: SegmentObserver

  /// Attaches to the segment of that name. Never creates one, and leaves no trace in it.
  public init(_ name: String, attachTimeout: Duration = .seconds(5)) throws(StoreError) {
    self.name = name
    observer = try SegmentObserver(name, attachTimeout: attachTimeout)
  }

  /// Takes a sample, of the new segment if the name has come to lead to another one. The sample's
  /// `binding` is not `.bound` only where the new one cannot be watched yet or is not there.
  public mutating func sample() throws(StoreError) -> SegmentSample {
    let sample = try observer.sample()
    guard sample.binding != .bound else { return sample }
    // Not there, or refused: what is at hand is worth more to look at than an error.
    guard let successor = try? SegmentObserver(name, attachTimeout: .zero) else { return sample }
    observer = successor
    return try successor.sample()
  }
}

extension SegmentSample {
  /// Rows of processes that have died and that nobody has reaped.
  public var deadCount: Int { participants.count { $0.liveness == .dead } }

  /// Rows of all others: those that live, or are not known to be dead.
  public var livingCount: Int { participants.count - deadCount }

  /// The segment's state in one word.
  public var stateWord: String {
    switch binding {
    case .unlinked: "gone"
    case .replaced: "replaced"
    case .bound: table.isRetired ? "retired" : "live"
    }
  }
}
