import SharedSimple

/// Turns the stamp of an entry into the time between which it was written.
///
/// The segment keeps points of its own, so this reaches back to before anybody watched; each sample adds
/// another point, so that it is as fine as the samples from then on.
public struct WriteClock: Sendable, Hashable {
  /// Points of our own that are kept; older times are left to the segment's coarser ones.
  private static let limit = 1200

  private var fromSegment: [WriteClockPoint] = []
  private var fromSamples: [WriteClockPoint] = []

  /// The earliest and the latest time at which it can have been written; nil where an end is not known.
  public struct Span: Sendable, Hashable {
    public var earliest: UInt64?
    public var latest: UInt64?
  }

  mutating func replaceSegmentPoints(_ points: [WriteClockPoint]) {
    fromSegment = points
  }

  /// Takes a sample as a point: all of the store's changes up to its sequence were made by then.
  mutating func note(_ sample: SegmentSample) {
    if let last = fromSamples.last, last.sequence == sample.sequence {
      // Nothing was written since: what comes next is younger than this.
      if fromSamples.count >= 2, fromSamples[fromSamples.count - 2].sequence == sample.sequence {
        fromSamples.removeLast()
      }
    } else if let last = fromSamples.last, last.sequence > sample.sequence {
      fromSamples = []
    }
    if fromSamples.count >= Self.limit { fromSamples.removeFirst(Self.limit / 4) }
    fromSamples.append(WriteClockPoint(sequence: sample.sequence, wall: sample.takenWall))
  }

  /// When the entry with this stamp was written.
  public func span(ofStamp stamp: UInt64) -> Span {
    let spans = [span(ofStamp: stamp, in: fromSegment), span(ofStamp: stamp, in: fromSamples)]
    return Span(
      earliest: spans.compactMap(\.earliest).max(), latest: spans.compactMap(\.latest).min())
  }

  private func span(ofStamp stamp: UInt64, in points: [WriteClockPoint]) -> Span {
    // The first point at which the sequence had come so far.
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].sequence >= stamp { high = middle } else { low = middle + 1 }
    }
    return Span(
      earliest: low > 0 ? points[low - 1].wall : nil, latest: low < points.count ? points[low].wall : nil)
  }
}
