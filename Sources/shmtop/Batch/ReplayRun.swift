import ShmtopKit

/// The samples of a recording printed one after another, without waiting in between.
struct ReplayRun {
  let file: String
  /// How many samples to print; nil: all.
  let count: Int?
  let format: SamplePrinter.Format

  /// Prints up to the end, or to what is damaged, and says which.
  func run() throws {
    let recording = try RecordingFile(file)
    // It reads for its frames as long as it is there.
    defer { withExtendedLifetime(recording) {} }
    let frames = recording.frames
    var samples = RecordedSamples(frames)
    var printer = SamplePrinter(format)
    while printer.count != count {
      guard let moment = try next(of: &samples, after: printer.count) else { return try sayEnd(frames.end) }
      try printer.print(moment.identity, moment.sample, moment.remarks)
    }
  }

  private func next(of samples: inout RecordedSamples, after count: Int) throws -> RecordedSamples.Moment? {
    do throws(UsageError) {
      return try samples.next()
    } catch {
      throw damage("damaged behind sample \(Quantity.exact(count))", error.description)
    }
  }

  /// A file that ends in mid-sample is being written, or its writer was killed: all that it has is good.
  private func sayEnd(_ end: Timeline.FileEnd) throws {
    guard let words = end.words else { return }
    if case .damaged(_, let reason) = end { throw damage(words, reason) }
    StandardStreams.complain(Locale.shown("shmtop: “\(file)”: \(words); all before that was printed."))
  }

  private func damage(_ words: String, _ reason: String) -> Failure {
    Failure(.refused, "“\(file)” is \(words): \(reason). What stands before that was printed.")
  }
}
