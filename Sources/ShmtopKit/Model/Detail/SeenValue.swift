/// A value that a key was seen to have.
public struct SeenValue: Sendable, Hashable {
  /// Of the write; 0 where the key was seen to be gone.
  public let stamp: UInt64
  /// When it was seen first; 0 where it was there before shmtop came.
  public let wall: UInt64
  /// Bytes of the whole value.
  public let length: Int
  /// The first of them.
  public let prefix: [UInt8]

  /// Whether what was seen is that there is no such key.
  public var isGone: Bool { stamp == 0 }

  public init(stamp: UInt64, wall: UInt64, length: Int, prefix: [UInt8]) {
    self.stamp = stamp
    self.wall = wall
    self.length = length
    self.prefix = prefix
  }

  static func gone(wall: UInt64) -> SeenValue { SeenValue(stamp: 0, wall: wall, length: 0, prefix: []) }
}
