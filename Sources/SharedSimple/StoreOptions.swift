/// How a store is opened.
public enum OpenMode: Sendable, Hashable {
  /// Attaches to the segment of this name, or creates it. The default.
  case shared
  /// Starts afresh: puts a new, empty segment in the place of one that may be there. Handles attached
  /// to the old one get ``StoreError/replaced(name:)`` on their next operation.
  case exclusive
  /// Attaches; never creates.
  case existing
  /// Attaches with a mapping that cannot be written; leaves no trace in the segment, and works on one
  /// that the user may only read.
  case readOnly
}

/// The choices at opening a store. The defaults suit most uses.
public struct StoreOptions: Sendable, Hashable {
  /// The longest value, in bytes, 1 to 1,048,576. `nil`: 32 for a new segment, whatever it has for an
  /// existing one. Fixed at creation; asking for another one on attach is
  /// ``StoreError/valueLimitDiffers(name:existing:requested:)``.
  public var valueLimit: Int? = nil
  /// The address space set aside for a new segment, in bytes, 1 MiB to 64 GiB; rounded up to a page.
  /// It is the store's upper bound and costs no memory until the store grows into it.
  public var reservation = 16 << 30
  /// The slots a new segment starts with: 8 to an eighth of the largest power of two within an eighth of the reservation, in
  /// bytes, which is 2²⁸ for the default; rounded up to a power of two.
  public var initialSlots = 64
  /// The permission bits of a new segment, as for `open(2)`; the umask does not apply.
  public var permissions: UInt32 = 0o600
  /// How long to wait for an object that is still being set up.
  public var attachTimeout: Duration = .seconds(5)
  /// How long an operation waits for the mutex before
  /// ``StoreError/lockTimeout(name:holder:holderState:milliseconds:)``. `nil`: for ever (a dead holder is
  /// recovered at once, so only a stopped or stuck one can hold it).
  public var lockTimeout: Duration? = nil
  /// Whether to write to a segment that belongs to another user who is not root.
  public var acceptsOtherOwner = false
  /// The name in this handle's participant row, cut at 16 bytes. `nil`: the process's own name.
  public var participantName: String? = nil
  /// Marks this handle's participant row as an inspector's, so that its edits can be told from the app's.
  public var isInspector = false

  /// Makes the default options.
  public init() {}
}
