import SharedSimple
import ShmtopKit

/// Samples printed one after another, as `top -b` does.
struct BatchRun {
  let segment: String
  let delay: Double
  /// How many samples to print; nil: until asked to end.
  let count: Int?
  let format: SamplePrinter.Format
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
      var printer = SamplePrinter(format)
      var sample = try follower.sample()
      printer.note(follower.source.identity, sample)
      try recording?.keep(sample, of: follower.source)
      while printer.count != count, try wait(follower.source) {
        sample = try follower.sample()
        try printer.print(follower.source.identity, sample, follower.source.remarks)
        try recording?.keep(sample, of: follower.source)
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
