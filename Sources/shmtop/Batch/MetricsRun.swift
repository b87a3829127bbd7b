import ShmtopKit

/// One exposition of metrics.
enum MetricsRun {
  /// Prints the metrics of a segment, or without a name those of all that can be read. All at once, so that a
  /// file never has half of it for long.
  static func run(segment: String?) throws {
    let sources: [MetricSource]
    if let segment {
      do throws(SourceError) {
        let source = try SourceOpener.looking.open(segment, attachTimeout: .seconds(5))
        defer { source.close() }
        let sample = try source.sample()
        sources = [MetricSource(identity: source.identity, sample: sample, remarks: source.remarks)]
      } catch {
        throw NamedSegment.failure(error)
      }
    } else {
      sources = try SourceListing.all(withProcesses: true).compactMap { listing in
        guard let identity = listing.identity, let sample = listing.sample else { return nil }
        return MetricSource(identity: identity, sample: sample, remarks: listing.remarks)
      }
    }
    try StandardStreams.write(Array(OpenMetrics(sources).text.utf8))
  }
}
