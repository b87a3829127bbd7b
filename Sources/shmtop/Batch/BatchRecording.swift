import SharedSimple
import ShmtopKit

/// Records samples and entries where no screen is drawn.
final class BatchRecording {
  private let writer: RecordingWriter
  private var encoder = FrameEncoder()
  private var entries = EntryTable()
  private var identity: SegmentIdentity?

  init(_ writer: RecordingWriter) {
    self.writer = writer
    StandardStreams.complain(
      Locale.shown(
        "shmtop: recording to “\(writer.path)”, which keeps of each value its length and its first "
          + "\(Recording.keptValueBytes) bytes."))
  }

  /// Records a sample and a pass over the entries. Where the file cannot be written any more this is said
  /// once, and the rest goes on.
  func keep(_ sample: SegmentSample, of source: any SegmentSource) throws(SourceError) {
    guard writer.isOpen else { return }
    if identity != source.identity {
      identity = source.identity
      entries = EntryTable()
      encoder.attached(to: source.identity)
    }
    for body in encoder.bodies(for: sample, clock: try source.writeClock(), remarks: source.remarks) {
      write(body)
    }
    // Of a segment that was replaced, or is damaged, the samples say what there is to know.
    guard sample.binding == .bound, (try? pass(over: source)) != nil else { return }
    encoder.beginPass(wall: WallTime.now)
    while let body = encoder.nextPart(of: &entries) { write(body) }
  }

  private func pass(over source: any SegmentSource) throws(SourceError) {
    source.beginPass()
    entries.beginPass()
    while try source.readOn(slots: 8192, { entries.note(key: $0, value: $1, stamp: $2) }).goesOn {}
    entries.endPass()
    entries.forget()
  }

  private func write(_ body: [UInt8]) {
    if let sentence = writer.append(body) { StandardStreams.complain(Locale.shown("shmtop: \(sentence)")) }
  }
}
