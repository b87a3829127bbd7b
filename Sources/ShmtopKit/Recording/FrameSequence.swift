/// Frames that can be looked at in any order: the last minutes in memory, or a file.
public protocol FrameSequence {
  var index: FrameIndex { get }
  /// What the sequence is, for the time bar.
  var origin: Timeline.Origin { get }
  /// The body of a record; nil where it cannot be read any more.
  func body(ofRecord number: Int) -> [UInt8]?
}
