public import SharedSimple

/// What one participant did between two samples.
public struct ParticipantRates: Sendable, Hashable {
  /// The row as the later sample has it; nil in the row that sums up those who left in between.
  public let participant: ParticipantSample?
  /// What it did in the interval.
  public let counts: OperationCounters
  /// Waits of others that it caused in the interval.
  public let waitsCaused: UInt64
  /// Their sum.
  public let waitNanosecondsCaused: UInt64
  /// The length of the interval.
  public let seconds: Double

  public var getsPerSecond: Double { counts.gets.rate(over: seconds) }
  public var missesPerSecond: Double { counts.misses.rate(over: seconds) }
  public var putsPerSecond: Double { counts.puts.rate(over: seconds) }
  public var removesPerSecond: Double { counts.removes.rate(over: seconds) }
  public var waitsPerSecond: Double { counts.waits.rate(over: seconds) }
  public var waitsCausedPerSecond: Double { waitsCaused.rate(over: seconds) }
  /// The part of its gets that found their key; nil where there were none.
  public var hitRate: Double? { counts.hits.share(of: counts.gets) }
  /// The mean of its waits that ended in the interval; nil where there were none.
  public var meanWaitNanoseconds: Double? {
    counts.waits == 0 ? nil : Double(counts.waitNanoseconds) / Double(counts.waits)
  }
}

extension ParticipantRates {
  /// A row of the participant table can be given to another process between two samples, so a row is
  /// known by its slot and by when it was attached.
  private struct Attachment: Hashable {
    let slot: Int
    let attachedWall: UInt64

    init(_ participant: ParticipantSample) {
      slot = participant.slot
      attachedWall = participant.attachedWall
    }
  }

  static func rows(from earlier: SegmentSample, to later: SegmentSample, seconds: Double)
    -> [ParticipantRates]
  {
    var before: [Attachment: ParticipantSample] = [:]
    for participant in earlier.participants { before[Attachment(participant)] = participant }

    var rows: [ParticipantRates] = []
    rows.reserveCapacity(later.participants.count + 1)
    for participant in later.participants {
      // Who attached in between has counted from 0.
      let start = before.removeValue(forKey: Attachment(participant)) ?? ParticipantSample()
      rows.append(
        ParticipantRates(
          participant: participant,
          counts: participant.counters.growth(since: start.counters),
          waitsCaused: participant.waitsCaused.growth(since: start.waitsCaused),
          waitNanosecondsCaused: participant.waitNanosecondsCaused.growth(
            since: start.waitNanosecondsCaused),
          seconds: seconds))
    }
    // A handle that is closed adds its counts to those of the departed; what it had at the start of
    // the interval is not of the interval.
    var departedBefore = earlier.departed
    for participant in before.values { departedBefore.add(participant.counters) }
    let departed = later.departed.growth(since: departedBefore)
    if departed != OperationCounters() {
      rows.append(
        ParticipantRates(
          participant: nil, counts: departed, waitsCaused: 0, waitNanosecondsCaused: 0, seconds: seconds))
    }
    return rows
  }
}
