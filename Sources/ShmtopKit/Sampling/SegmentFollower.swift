public import SharedSimple

/// Watches whatever segment a name leads to.
///
/// When an exclusive open puts another segment in the place of the one watched, or the name was unlinked
/// and comes back, the follower attaches to the new one by itself. While the name leads nowhere, the
/// old segment stays in view: its last state can still be read.
public struct SegmentFollower {
  /// Opens what a name leads to, without waiting for a segment that is still being set up.
  public typealias Opening = (_ name: String) throws(SourceError) -> any SegmentSource

  /// The segment watched now.
  public private(set) var source: any SegmentSource
  private let open: Opening

  /// - Parameters:
  ///   - source: the segment to begin with.
  ///   - open: opens its successors.
  public init(_ source: any SegmentSource, open: @escaping Opening) {
    self.source = source
    self.open = open
  }

  /// Attaches to what the name leads to now, where that is another segment.
  ///
  /// - Throws: why that one cannot be watched; the old one stays in view.
  public mutating func follow() throws(SourceError) {
    guard source.binding != .bound else { return }
    let successor = try open(source.identity.name)
    source.close()
    source = successor
  }

  /// Takes a sample, of the new segment if the name has come to lead to another one. The sample's
  /// `binding` is not `.bound` only where the new one cannot be watched yet or is not there.
  public mutating func sample() throws(SourceError) -> SegmentSample {
    // Not there, or refused: what is at hand is worth more to look at than an error.
    try? follow()
    return try source.sample()
  }
}

extension SegmentSample {
  /// Processes that have died with rows that nobody has reaped.
  public var deadCount: Int { processCount { $0.liveness == .dead } }

  /// Processes that use the segment, or are not known to be dead. One that only looks is none of them: the app is not alive
  /// because shmtop is.
  public var livingCount: Int { processCount { $0.liveness != .dead && !$0.isInspector } }

  /// A process counts once, however many handles, and so rows, it has.
  private func processCount(where isCounted: (ParticipantSample) -> Bool) -> Int {
    struct Process: Hashable {
      let pid: Int32
      let startTime, namespace: UInt64
    }
    return Set(
      participants.lazy.filter(isCounted).map {
        Process(pid: $0.pid, startTime: $0.startTime, namespace: $0.pidNamespace)
      }
    ).count
  }

  /// Rows of those that wait for the lock.
  public var waitingCount: Int { participants.count { $0.waitingSinceMonotonic != nil } }

  /// The segment's state in one word.
  public var stateWord: String {
    switch binding {
    case .unlinked: "gone"
    case .replaced: "replaced"
    case .bound: table.isRetired ? "retired" : "live"
    }
  }
}
