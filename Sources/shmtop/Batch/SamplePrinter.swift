import SharedSimple
import ShmtopKit

/// Prints samples one after another, each with what happened since the one before.
struct SamplePrinter {
  enum Format {
    case text(GlyphSet)
    /// An object a line.
    case json(JSONLines)
  }

  private let format: Format
  private var earlier: (segment: SegmentIdentity, sample: SegmentSample)?
  /// The number of the last event that was printed; nil before the first sample of a segment.
  private var lastEvent: UInt64?
  /// How many have been printed.
  private(set) var count = 0

  init(_ format: Format) { self.format = format }

  /// Takes a sample that is not printed, to say what happened since.
  mutating func note(_ identity: SegmentIdentity, _ sample: SegmentSample) { earlier = (identity, sample) }

  mutating func print(_ identity: SegmentIdentity, _ sample: SegmentSample, _ remarks: Remarks) throws {
    let before = earlier.flatMap { $0.segment == identity ? $0.sample : nil }
    let difference =
      before.map { SampleDifference(from: $0, to: sample) } ?? SampleDifference(startingAt: sample)
    if before == nil { lastEvent = nil }
    switch format {
    case .text(let glyphs):
      let report = BatchReport(
        identity: identity, sample: sample, remarks: remarks, difference: difference, after: lastEvent,
        glyphs: glyphs)
      // Samples are separated, so that a reader knows where one ends.
      let lines = (count == 0 ? [] : [""]) + report.lines
      try StandardStreams.writeLine(lines.joined(separator: "\n"))
    case .json(let json):
      let document = SampleDocument(
        identity: identity, sample: sample, remarks: remarks, difference: difference,
        after: lastEvent ?? 0)
      try StandardStreams.writeLine(json.line(document))
    }
    lastEvent = sample.events.last?.number ?? lastEvent ?? 0
    note(identity, sample)
    count += 1
  }
}
