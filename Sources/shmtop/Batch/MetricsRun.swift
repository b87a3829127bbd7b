import SharedSimple
import ShmtopKit

/// One exposition of metrics.
enum MetricsRun {
  /// Prints the metrics of a segment, or without a name those of all that can be read. All at once, so that a
  /// file never has half of it for long.
  static func run(segment: String?) throws {
    let metrics: OpenMetrics
    if let segment {
      do {
        let observer = try SegmentObserver(segment)
        metrics = OpenMetrics([(observer.identity, try observer.sample())])
      } catch {
        throw NamedSegment.failure(error)
      }
    } else {
      metrics = OpenMetrics(
        try SharedStore.list().compactMap { listing in
          guard let identity = listing.identity, let sample = listing.sample else { return nil }
          return (identity, sample)
        })
    }
    try StandardStreams.write(Array(metrics.text.utf8))
  }
}
