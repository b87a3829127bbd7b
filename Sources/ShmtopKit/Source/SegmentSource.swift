public import SharedSimple

/// A segment that is watched, of whichever format: what the screen, samples on stdout and recordings are made
/// from.
public protocol SegmentSource: AnyObject {
  var identity: SegmentIdentity { get }
  var access: Access { get }
  /// What the name leads to now.
  var binding: NameBinding { get }

  /// Takes a sample. What the format does not know is left as in an empty sample.
  func sample() throws(SourceError) -> SegmentSample
  /// What more there is to say, of the sample taken last.
  var remarks: Remarks { get }
  /// The segment's own write clock; none where it has none.
  func writeClock() throws(SourceError) -> [WriteClockPoint]
  /// One entry; nil where the key is missing.
  func entry(_ key: [UInt8]) throws(SourceError) -> Entry?
  /// How far the store's writes have come, as stamps count them; nil where the format does not number them.
  var sequence: UInt64? { get }
  /// Begins a pass over all entries.
  func beginPass()
  /// Goes on with it.
  ///
  /// - Parameters:
  ///   - slots: how many slots of the table to look at, at most.
  ///   - note: gets key, value and stamp of each entry; another stamp means that it was written.
  func readOn(
    slots: Int, _ note: (RawSpan, RawSpan, UInt64) -> Void
  ) throws(SourceError) -> (goesOn: Bool, progress: Double)
  /// Counts slots and blocks on; see ``SharedSimple/SegmentObserver/survey(_:slotLimit:)``.
  ///
  /// - Returns: whether there is more.
  func survey(_ survey: inout TableSurvey, slotLimit: Int) throws(SourceError) -> Bool
  /// Compares the whole segment with its format.
  ///
  /// - Returns: what is wrong; empty for a sound segment.
  func check() throws(SourceError) -> [CheckFinding]
  /// Tries to make a change, if what the operator saw still is there.
  ///
  /// - Parameter triedMilliseconds: for how long it has been tried by now.
  func apply(_ change: Change, triedMilliseconds: Int) -> ChangeOutcome
  /// Looks at the lock, where that is worth it between samples; cheap.
  func lookAtLock()
  /// How long until the next look is due, in nanoseconds; nil where none is needed.
  var lookInterval: UInt64? { get }
  func close()
}

extension SegmentSource {
  public var sequence: UInt64? { nil }
  public func lookAtLock() {}
  public var lookInterval: UInt64? { nil }
}
