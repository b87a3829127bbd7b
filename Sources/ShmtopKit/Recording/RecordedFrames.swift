/// The frames of a recording, read from whatever holds its bytes, while it may still be written.
public struct RecordedFrames: FrameSequence {
  public private(set) var index = FrameIndex()
  private let name: String
  /// Reads so many bytes from an offset on; nil where there are fewer.
  private let read: (_ count: Int, _ offset: Int) -> [UInt8]?
  /// Where each record's body begins, and how long it is.
  private var bodies: [(offset: Int, length: Int)] = []
  /// Where the next record begins.
  private var offset = RecordingFormat.headerLength
  /// How far it can be read.
  public private(set) var end = Timeline.FileEnd.whole

  /// Goes through a recording, up to its end or to what is damaged.
  ///
  /// - Parameters:
  ///   - name: what to call it.
  ///   - size: its bytes.
  /// - Throws: ``UsageError``, where there is not one frame that could be shown.
  public init(
    name: String, size: Int, read: @escaping (_ count: Int, _ offset: Int) -> [UInt8]?
  ) throws(UsageError) {
    self.name = name
    self.read = read
    if let reason = Recording.refusal(ofHeader: read(RecordingFormat.headerLength, 0) ?? []) {
      throw UsageError(description: reason)
    }
    grow(to: size)
    guard index.frames.isEmpty else { return }
    let reason = if case .damaged(_, let reason) = end { reason } else { "it ends before the first sample" }
    throw UsageError(description: reason)
  }

  public var origin: Timeline.Origin { .file(name: name, end: end) }

  public func body(ofRecord number: Int) -> [UInt8]? {
    guard bodies.indices.contains(number) else { return nil }
    return read(bodies[number].length, bodies[number].offset)
  }

  /// Takes what has been written since.
  ///
  /// - Returns: whether there is anything new to say.
  @discardableResult
  public mutating func grow(to size: Int) -> Bool {
    if case .damaged = end { return false }
    let before = (bodies.count, end)
    end = .whole
    while offset < size, let body = nextBody(size) {
      do throws(RecordingDamage) {
        try index.note(body)
      } catch {
        end = .damaged(at: offset, reason: error.description)
        break
      }
      bodies.append((offset + RecordingFormat.prefixLength, body.count))
      offset += RecordingFormat.prefixLength + body.count
    }
    return before != (bodies.count, end)
  }

  /// The body of the record at `offset`; nil, with the reason in `end`, where there is none that is whole.
  private mutating func nextBody(_ size: Int) -> [UInt8]? {
    let left = size - offset
    guard left >= RecordingFormat.prefixLength, let prefix = read(RecordingFormat.prefixLength, offset) else {
      end = .cutOff(byteCount: left)
      return nil
    }
    guard let length = Recording.length(ofPrefix: prefix) else {
      end = .damaged(at: offset, reason: "a record has an impossible length")
      return nil
    }
    guard left >= RecordingFormat.prefixLength + length else {
      end = .cutOff(byteCount: left)
      return nil
    }
    guard let body = read(length, offset + RecordingFormat.prefixLength),
      Recording.isSound(body, prefix: prefix)
    else {
      end = .damaged(at: offset, reason: "a record is not what was written there")
      return nil
    }
    return body
  }
}
