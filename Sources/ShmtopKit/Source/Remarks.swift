public import OriginalSegment

/// What there is to say of a segment beside its sample.
public struct Remarks: Sendable, Hashable {
  /// The gravest first.
  public var findings: [Finding] = []
  /// What looks at its lock have seen; nil where the lock counts by itself.
  public var looks: LockWatch?
  /// Processes that may not be looked into: they could use the segment without being listed.
  public var hiddenProcesses = 0
  /// Entries that are there, but could not be read.
  public var unreadEntries = 0

  public init() {}

  /// How many wait for the lock; nil where that is not known.
  ///
  /// - Parameter seen: how many are seen to wait. Where the lock's word speaks of waiters, there may be others, if
  ///   nobody is seen, or not everybody may be looked into.
  func waiterCount(seen: Int) -> Int? {
    guard let looks else { return seen }
    if looks.isUnknown { return nil }
    return looks.isWaitedFor && (seen == 0 || hiddenProcesses > 0) ? nil : seen
  }

  public func findings(on subject: Finding.Subject) -> [Finding] {
    findings.filter { $0.subject == subject }
  }
}
