import SharedSimple
import ShmtopKit

/// Samples printed one after another, as `top -b` does.
struct BatchRun {
  enum Format {
    case text(GlyphSet)
    /// An object a line.
    case json(JSONLines)
  }

  let segment: String
  let delay: Double
  /// How many samples to print; nil: until asked to end.
  let count: Int?
  let format: Format
  let signals: EndSignals
  /// What is sampled is kept here as well.
  let recording: BatchRecording?

  /// Prints a sample after each delay, so that each covers the time before it. Ends by itself after the
  /// last one, when a signal asks for it, and when nobody reads the output any more.
  func run() throws {
    do {
      var follower = SegmentFollower(try SourceOpener.looking.open(segment, attachTimeout: .seconds(5))) {
        name throws(SourceError) in try SourceOpener.looking.open(name, attachTimeout: .zero)
      }
      defer { follower.source.close() }
      var earlier = (segment: follower.source.identity, sample: try follower.sample())
      try recording?.keep(earlier.sample, of: follower.source)
      var printed = 0
      var lastEvent: UInt64 = 0
      while printed != count, try wait(follower.source) {
        let sample = try follower.sample()
        let later = (segment: follower.source.identity, sample: sample)
        let isSame = later.segment == earlier.segment
        let difference =
          isSame ? SampleDifference(from: earlier.sample, to: sample) : SampleDifference(startingAt: sample)
        let remarks = follower.source.remarks
        switch format {
        case .text(let glyphs):
          let report = BatchReport(
            identity: later.segment, sample: sample, remarks: remarks, difference: difference, glyphs: glyphs)
          // Samples are separated, so that a reader knows where one ends.
          let lines = (printed == 0 ? [] : [""]) + report.lines
          try StandardStreams.writeLine(lines.joined(separator: "\n"))
        case .json(let json):
          let document = SampleDocument(
            identity: later.segment, sample: sample, remarks: remarks, difference: difference,
            after: isSame ? lastEvent : 0)
          try StandardStreams.writeLine(json.line(document))
          lastEvent = sample.events.last?.number ?? 0
        }
        try recording?.keep(sample, of: follower.source)
        earlier = later
        printed += 1
      }
    } catch let error as SourceError {
      throw NamedSegment.failure(error)
    }
  }

  /// Waits for the delay; where the lock does not count by itself, it is looked at meanwhile.
  private func wait(_ source: any SegmentSource) throws -> Bool {
    guard let interval = source.lookInterval else { return try signals.waitWhileRead(seconds: delay) }
    let end = Clock.seconds + delay
    while Clock.seconds < end {
      source.lookAtLock()
      let left = end - Clock.seconds
      guard try signals.waitWhileRead(seconds: min(left, Double(interval) / 1e9)) else { return false }
    }
    return true
  }
}
