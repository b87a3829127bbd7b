public import SharedSimple

/// The samples of a recording, one after another, for who shows no entries.
public struct RecordedSamples {
  /// A sample as it was taken then.
  public struct Moment {
    public let identity: SegmentIdentity
    public let sample: SegmentSample
    public let remarks: Remarks
  }

  private let frames: RecordedFrames
  private var frame: Int
  private var decoder = SampleDecoder()

  public init(_ frames: RecordedFrames) {
    self.frames = frames
    frame = frames.index.firstFrame
  }

  /// The next sample; nil after the last one that can be read.
  ///
  /// - Throws: ``UsageError``, where the recording is damaged from there on though its checksums are right.
  public mutating func next() throws(UsageError) -> Moment? {
    guard frame < frames.index.endFrame else { return nil }
    do throws(RecordingDamage) {
      for record in frames.index.records(of: frame) {
        // What cannot be read any more is missing in all that follows.
        guard let body = frames.body(ofRecord: record) else { throw RecordingDamage("it has become shorter") }
        try take(body)
      }
    } catch {
      throw UsageError(description: error.description)
    }
    frame += 1
    guard let identity = decoder.identity, let sample = decoder.sample else { return nil }
    return Moment(identity: identity, sample: sample, remarks: decoder.remarks)
  }

  private mutating func take(_ body: [UInt8]) throws(RecordingDamage) {
    var reader = ByteReader(body[...])
    let kind = RecordingFormat.Kind(rawValue: try reader.byte())
    if kind == .entries { return }
    try decoder.take(kind, &reader)
    guard reader.isAtEnd else { throw RecordingDamage("a record goes on behind its end") }
  }
}
