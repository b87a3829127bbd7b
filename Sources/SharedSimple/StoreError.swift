/// Everything that a store refuses or fails to do.
///
/// A missing key is not an error: it is `nil` or `false`. Whatever is thrown, the store is as it was
/// before the call, unless the case says otherwise; of `putMany` a first part may be done. `description` is a
/// sentence for an operator: what happened, what was kept, what to do.
public enum StoreError: Error, Equatable, Sendable {
  /// The name cannot name a segment: 1 to 254 bytes, no `/`, no NUL, not `.` or `..`, not beginning
  /// with `.shs-`.
  case invalidName(name: String, reason: String)
  /// An option lies outside its bounds.
  case invalidOption(option: String, value: Int, lower: Int, upper: Int)
  /// The key has no bytes.
  case emptyKey
  /// The key is longer than 65,535 bytes.
  case keyTooLong(byteCount: Int, limit: Int)
  /// The value has no bytes.
  case emptyValue
  /// The value is longer than the segment's value limit.
  case valueTooLong(byteCount: Int, limit: Int)

  /// There is no segment of this name, and the mode does not create one.
  case notFound(name: String)
  /// An object of this name exists, but it is something else.
  case notASegment(name: String, reason: String)
  /// The object is a segment of the Perl module Shared::Simple.
  case perlSegment(name: String)
  /// A segment of another format version.
  case unsupportedVersion(name: String, found: Int, supported: Int)
  /// A segment made on another kind of machine or C library.
  case incompatible(name: String, property: String, found: Int, expected: Int)
  /// The segment's words contradict each other. Nothing was written.
  case corrupted(name: String, detail: String)
  /// The object was still being set up when the attach timeout ended.
  case timedOut(name: String, milliseconds: Int)
  /// The system does not let this user open, create, replace or remove the segment.
  case permissionDenied(name: String, call: String, errno: Int32)
  /// The segment belongs to another user who is not root, and the options do not accept that.
  case otherOwner(name: String, owner: UInt32, user: UInt32)
  /// The value limit asked for is not the one the segment was created with.
  case valueLimitDiffers(name: String, existing: Int, requested: Int)

  /// An exclusive open has put a new segment in this one's place; open the name again.
  case replaced(name: String)
  /// The handle has been closed.
  case closed(name: String)
  /// The handle was opened read-only.
  case readOnly(name: String)
  /// The mutex stayed taken until the lock timeout ended. `holderState` is the holder's state letter
  /// from /proc (`T` stopped, `R` running, `S` asleep, …), or `?`. `holder` is 0 where the holder's pid
  /// cannot be known from here.
  case lockTimeout(name: String, holder: Int32, holderState: String, milliseconds: Int)
  /// This thread holds the store's mutex already: use the section that `withLock` handed out.
  case lockReentered(name: String)
  /// The transaction would have more keys, or more bytes of keys and values, than one may have. The operation
  /// that took it there is not part of it; the transaction can go on without.
  case transactionTooLarge(name: String, keys: Int, keyLimit: Int, byteCount: Int, byteLimit: Int)
  /// The section or transaction was used outside of the closure it belongs to, or in a forked child.
  case sectionEnded(name: String)
  /// The owner of the mutex died and its segment is beyond repair: reads go on, writes cannot.
  case unrecoverable(name: String)
  /// Writers came in between at every try of a read that cannot take the mutex, or of one entry of a pass.
  case busy(name: String)

  /// /dev/shm (or a memory limit) has no room for the pages this operation needs.
  case noSpace(name: String, needed: Int, free: Int, errno: Int32)
  /// This process may not map as much address space as the segment's reservation (`RLIMIT_AS`).
  case noAddressSpace(name: String, needed: Int)
  /// The segment's own reservation is used up.
  case storeFull(name: String, region: String, limit: Int)

  /// `increment` met a value that is not a decimal number of 64 bits.
  case notANumber(key: String, value: String)
  /// `increment` would leave the range of 64 bits.
  case overflow(key: String, value: Int64, by: Int64)
  /// The bytes are not valid UTF-8; read them as bytes.
  case notText(key: String)

  /// Another system call failed.
  case system(name: String, call: String, errno: Int32)
}
