/// Now, on both clocks, in nanoseconds. The model is told the time; it never asks.
public struct Moment: Sendable, Hashable {
  /// Since 1970.
  public var wall: UInt64
  /// On the clock of all samples.
  public var monotonic: UInt64

  public init(wall: UInt64, monotonic: UInt64) {
    self.wall = wall
    self.monotonic = monotonic
  }
}
