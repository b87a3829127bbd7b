import SharedSimple

/// What a soak has seen so far.
struct SoakFigures: CustomStringConvertible {
  var operations = 0
  var kills = 0
  var killsWithin = 0
  var childKills = 0
  var stops = 0
  var stopsOfHolders = 0
  var readsBesideStoppedHolders = 0
  var checks = 0
  var comparisons = 0
  var entriesCompared = 0
  var entriesLost = 0
  var segments = 0
  var recoveries = 0
  var longestRecovery: UInt64 = 0
  var longestWait: UInt64 = 0
  var growths = 0
  var rehashes = 0
  var heapGrowths = 0
  var clears = 0
  var largestClaim = 0
  /// Events that the ring had lost before they were looked at: growths and the like are at least so many.
  var eventsMissed = 0

  var description: String {
    """
    \(operations) operations, \(kills) kills survived (\(killsWithin) inside an operation, \(childKills) of \
    forked children), \(recoveries) recoveries, the longest \(Self.text(longestRecovery)), the longest wait \
    \(Self.text(longestWait)); \(stops) stops (\(stopsOfHolders) of the lock's holder, with \
    \(readsBesideStoppedHolders) reads beside them); \(segments) segments, \(growths) growths, \(rehashes) \
    rehashes, \(heapGrowths) heap growths, \(clears) clears\(eventsMissed > 0 ? ", \(eventsMissed) events missed" : ""); \
    \(checks) checks, \(comparisons) comparisons of all keys (\(entriesCompared) entries), heap at most \
    \(largestClaim >> 10) KiB, entries lost: \(entriesLost)
    """
  }

  static func text(_ nanoseconds: UInt64) -> String {
    let tenths = nanoseconds / 100_000
    return "\(tenths / 10).\(tenths % 10) ms"
  }
}

/// Reads of the segments that follow each other under a name what the figures need, each thing once.
struct SegmentReader {
  private let name: String
  private var observer: SegmentObserver?
  private var eventsSeen: UInt64 = 0
  private var recoveriesSeen: UInt64 = 0

  init(name: String) { self.name = name }

  /// Adds what has happened since the last look; returns the sample.
  mutating func look(_ figures: inout SoakFigures) throws -> SegmentSample {
    while true {
      let observer = try self.observer ?? SegmentObserver(name)
      if self.observer == nil { figures.segments += 1 }
      self.observer = observer
      let sample = try observer.sample()
      take(sample, &figures)
      if sample.binding == .bound { return sample }
      self.observer = nil
      (eventsSeen, recoveriesSeen) = (0, 0)
    }
  }

  private mutating func take(_ sample: SegmentSample, _ figures: inout SoakFigures) {
    for event in sample.events where event.number > eventsSeen {
      if event.number > eventsSeen + 1 { figures.eventsMissed += Int(event.number - eventsSeen - 1) }
      eventsSeen = event.number
      switch event.kind {
      case .resized: figures.growths += 1
      case .rehashed: figures.rehashes += 1
      case .heapGrown: figures.heapGrowths += 1
      case .cleared: figures.clears += 1
      case .recovered:
        figures.longestRecovery = max(figures.longestRecovery, event.duration)
        figures.entriesLost += Int(clamping: event.second)
      default: break
      }
    }
    figures.recoveries += Int(clamping: sample.lock.recoveries - recoveriesSeen)
    recoveriesSeen = sample.lock.recoveries
    figures.longestWait = max(figures.longestWait, sample.lock.longestWait)
    figures.largestClaim = max(figures.largestClaim, sample.memory.heapClaimed)
  }
}
