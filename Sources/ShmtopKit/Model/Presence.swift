/// Where the segment is that the screen shows.
public enum Presence: Sendable, Hashable {
  /// None has been picked yet.
  case unpicked
  case live
  /// The name leads nowhere any more; what is shown is the last that was seen.
  case gone(sinceWall: UInt64)
  /// An exclusive open is putting, or has put, another one in its place.
  case retired
  /// Sampling failed for this reason; what is shown is the last that was seen.
  case failing(String)
}

/// Whether this shmtop may write.
public enum Access: Sendable, Hashable {
  case shared
  /// Read-only, for this reason.
  case readOnly(String)
}
