public import SharedSimple

/// What happened in a segment between two samples.
///
/// Totals are the sums over ``participants``, count for count, so a header that shows totals and a list
/// that shows rows cannot disagree. Handles that work unlisted or read-only are counted nowhere.
public struct SampleDifference: Sendable, Hashable {
  /// The time between the two samples; 0 where they were taken at once or in the wrong order, and all
  /// rates are 0 then.
  public let seconds: Double
  /// Whether there are two samples of the same segment. If its counts went back, another one has taken
  /// the name: there is no interval to speak of, and all counts are 0.
  public let isContinuous: Bool
  /// A row a participant of the later sample, in slot order; a last row, if anything was done by them,
  /// for the handles that were closed or reaped in between.
  public let participants: [ParticipantRates]
  /// Sums over the participants.
  public let counts: OperationCounters
  /// Changes to the store; exact, unlisted handles included.
  public let changes: UInt64
  /// Times the mutex was taken.
  public let acquisitions: UInt64
  /// Of these, how many found it taken.
  public let contended: UInt64
  /// Waits that ended in the interval.
  public let waits: LogHistogram
  /// Sampled holds that ended in the interval.
  public let sampledHolds: LogHistogram

  /// Compares two samples of one segment, `earlier` taken before `later`.
  public init(from earlier: SegmentSample, to later: SegmentSample) {
    self.init(
      from: earlier, to: later,
      isContinuous: later.sequence >= earlier.sequence && later.lock.acquisitions >= earlier.lock.acquisitions
        && later.table.generation >= earlier.table.generation)
  }

  /// Says of the first sample of a segment that nothing is known yet of what changes.
  public init(startingAt sample: SegmentSample) {
    self.init(from: sample, to: sample, isContinuous: false)
  }

  private init(from earlier: SegmentSample, to later: SegmentSample, isContinuous: Bool) {
    // A stranger's counts are no start to count from: each count then starts where it stands.
    let start = isContinuous ? earlier : later
    let seconds =
      isContinuous && later.takenMonotonic > earlier.takenMonotonic
      ? Double(later.takenMonotonic - earlier.takenMonotonic) / 1e9 : 0

    let participants = ParticipantRates.rows(from: start, to: later, seconds: seconds)
    self.seconds = seconds
    self.isContinuous = isContinuous
    self.participants = participants
    self.counts = participants.reduce(into: OperationCounters()) { $0.add($1.counts) }
    self.changes = later.sequence.growth(since: start.sequence)
    self.acquisitions = later.lock.acquisitions.growth(since: start.lock.acquisitions)
    self.contended = later.lock.contended.growth(since: start.lock.contended)
    self.waits = later.lock.waits.growth(since: start.lock.waits)
    self.sampledHolds = later.lock.sampledHolds.growth(since: start.lock.sampledHolds)
  }

  public var getsPerSecond: Double { counts.gets.rate(over: seconds) }
  public var missesPerSecond: Double { counts.misses.rate(over: seconds) }
  public var putsPerSecond: Double { counts.puts.rate(over: seconds) }
  public var removesPerSecond: Double { counts.removes.rate(over: seconds) }
  /// Gets, puts and removes together.
  public var operationsPerSecond: Double {
    (counts.gets &+ counts.puts &+ counts.removes).rate(over: seconds)
  }
  public var changesPerSecond: Double { changes.rate(over: seconds) }
  public var acquisitionsPerSecond: Double { acquisitions.rate(over: seconds) }

  /// The part of the gets that found their key; nil where there were none.
  public var hitRate: Double? { counts.hits.share(of: counts.gets) }
  /// The part of the acquisitions that found the mutex taken; nil where it was not taken at all.
  public var contentionShare: Double? { contended.share(of: acquisitions) }
  /// The bucket of the slowest wait that ended in the interval. No more is known of it than that:
  /// it took at most ``LogHistogram/upperBound(ofBucket:)``.
  public var slowestWaitBucket: Int? { waits.highestBucket }
}
