import SharedSimple
import ShmtopKit

/// Keeps frames as they come: the last minutes in memory, and all in a file where one is recorded.
struct FrameTape {
  private(set) var history = History()
  private var encoder = FrameEncoder()
  private let recorder: RecordingWriter?

  init(recorder: RecordingWriter?) { self.recorder = recorder }

  /// The file that is recorded to.
  var path: String? { recorder?.path }
  var isRecording: Bool { recorder?.isOpen ?? false }

  /// Whether a pass is being told: the entries must be left as they are.
  var isTellingPass: Bool { encoder.isTellingPass }

  mutating func attached(to identity: SegmentIdentity) { encoder.attached(to: identity) }

  /// Keeps a sample.
  ///
  /// - Returns: once, why nothing is recorded any more.
  mutating func keep(
    _ sample: SegmentSample, _ clock: [WriteClockPoint], _ remarks: Remarks
  ) -> String? {
    var sentence: String?
    for body in encoder.bodies(for: sample, clock: clock, remarks: remarks) {
      sentence = keep(body) ?? sentence
    }
    return sentence
  }

  /// A pass over the entries has ended.
  mutating func passed(wall: UInt64) {
    guard isRecording || history.keepsEntries else { return }
    encoder.beginPass(wall: wall)
  }

  /// Keeps a part of what it found.
  ///
  /// - Returns: once, why nothing is recorded any more.
  mutating func keepPart(of inspector: inout Inspector) -> String? {
    guard isRecording || history.keepsEntries else {
      encoder.abandonPass()
      return nil
    }
    return inspector.nextPart(encoder: &encoder).flatMap { keep($0) }
  }

  private mutating func keep(_ body: [UInt8]) -> String? {
    history.note(body, wholePassLength: encoder.wholePassLength)
    return recorder?.append(body)
  }
}
