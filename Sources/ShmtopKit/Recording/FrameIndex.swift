/// Which records of a recording make which frame, and where one can begin to read.
///
/// A frame is a sample and what stands behind it up to the next one. Frames and records count from 0 in the whole
/// recording, also where the oldest have been given up.
public struct FrameIndex: Sendable {
  public struct Frame: Sendable {
    /// When its sample was taken.
    public let wall: UInt64
    /// Whether something is told to have happened since the frame before.
    public let hasEvents: Bool
    /// Its first record: its sample, or the segment it is the first sample of.
    let firstRecord: Int
    /// Whether it is told from nothing.
    let isAfresh: Bool
    /// Whether a pass that tells all entries begins in it.
    var hasWholePass = false
  }

  public private(set) var frames: [Frame] = []
  /// The number of the first frame that is still there.
  public private(set) var firstFrame = 0
  private(set) var recordCount = 0
  /// A segment that has been told, and no sample of it yet.
  private var segmentRecord: Int?

  /// Frames that stand before the one shown, where they are there: what is seen of the last samples goes back
  /// so far.
  private static let leadFrames = 32

  public init() {}

  /// The number behind the last frame.
  public var endFrame: Int { firstFrame + frames.count }

  public subscript(frame number: Int) -> Frame { frames[number - firstFrame] }

  /// Takes the next record.
  mutating func note(_ body: [UInt8]) throws(RecordingDamage) {
    var reader = ByteReader(body[...])
    switch RecordingFormat.Kind(rawValue: try reader.byte()) {
    case .segment: segmentRecord = recordCount
    case .sample:
      let isAfresh = try reader.byte() & RecordingFormat.startsAfresh != 0
      guard isAfresh == (segmentRecord != nil), isAfresh || !frames.isEmpty else {
        throw RecordingDamage("a sample starts where none can")
      }
      let wall = try reader.fixed64()
      frames.append(
        Frame(
          wall: wall, hasEvents: try reader.number() > 0 && !isAfresh,
          firstRecord: segmentRecord ?? recordCount,
          isAfresh: isAfresh))
      segmentRecord = nil
    case .remarks:
      guard !frames.isEmpty, segmentRecord == nil else { throw RecordingDamage("remarks on no sample") }
    case .entries:
      guard !frames.isEmpty, segmentRecord == nil else { throw RecordingDamage("entries of no sample") }
      if try reader.byte() & RecordingFormat.beginsWhole != 0 { frames[frames.count - 1].hasWholePass = true }
    case nil: throw RecordingDamage("a record of an unknown kind")
    }
    recordCount += 1
  }

  /// The records of a frame.
  func records(of number: Int) -> Range<Int> {
    let next = number + 1 < endFrame ? self[frame: number + 1].firstRecord : segmentRecord ?? recordCount
    return self[frame: number].firstRecord..<next
  }

  /// The frame to begin at, so that all that belongs to a frame is known when one comes to it.
  func start(for number: Int) -> Int {
    var hasWholePass = false
    var start = number
    for candidate in stride(from: number, through: firstFrame, by: -1) {
      let frame = self[frame: candidate]
      hasWholePass = hasWholePass || frame.hasWholePass
      guard frame.isAfresh else { continue }
      start = candidate
      if hasWholePass, candidate <= number - Self.leadFrames { break }
    }
    return start
  }

  /// Where the oldest frames could be given up: the second frame that is told from nothing and has, behind it,
  /// all entries.
  var nextStart: Int? {
    let later = (firstFrame + 1..<max(firstFrame + 1, endFrame)).first { self[frame: $0].isAfresh }
    guard let later, (later..<endFrame).contains(where: { self[frame: $0].hasWholePass }) else { return nil }
    return later
  }

  mutating func giveUp(before number: Int) {
    frames.removeFirst(number - firstFrame)
    firstFrame = number
  }

  /// The nearest frame in which something happened.
  public func eventFrame(from number: Int, by step: Int) -> Int? {
    stride(from: number + step, through: step > 0 ? endFrame - 1 : firstFrame, by: step)
      .first { self[frame: $0].hasEvents }
  }

  /// The last frame that was taken by then; the first where all are younger.
  public func frame(at wall: UInt64) -> Int {
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].wall <= wall { low = middle + 1 } else { high = middle }
    }
    return firstFrame + max(0, low - 1)
  }
}
