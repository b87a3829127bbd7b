/// A sentence for the operator that goes away by itself.
public struct Notice: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case information, done, warning, failure }

  public var text: String
  public var kind: Kind
  /// When it goes away, on the monotonic clock; never by itself where something failed: the next key ends it.
  public var until: UInt64
}
