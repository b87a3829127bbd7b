internal import Glibc

extension StoreError: CustomStringConvertible {
  /// A sentence or two for an operator: what happened, what was kept, what to do.
  public var description: String {
    switch self {
    case .invalidName(let name, let reason):
      "“\(name)” cannot name a segment: \(reason). A name has 1 to 254 bytes, no slash, no NUL."
    case .invalidOption(let option, let value, let lower, let upper):
      "The option \(option) is \(value); it must lie between \(lower) and \(upper)."
    case .emptyKey:
      "A key must have at least one byte. Nothing was changed."
    case .keyTooLong(let byteCount, let limit):
      "The key has \(byteCount) bytes; at most \(limit) are allowed. Nothing was changed."
    case .emptyValue:
      "A value must have at least one byte; to take a key away, remove it. Nothing was changed."
    case .valueTooLong(let byteCount, let limit):
      "The value has \(byteCount) bytes; this segment takes at most \(limit). Nothing was changed. "
        + "The limit is chosen when a segment is created (option valueLimit)."
    case .notFound(let name):
      "There is no segment named “\(name)”."
    case .notASegment(let name, let reason):
      "“\(name)” is not a segment of this library: \(reason). It was left as it is."
    case .perlSegment(let name):
      "“\(name)” is a segment of the Perl module Shared::Simple, which has another format. "
        + "It was left as it is; choose another name."
    case .unsupportedVersion(let name, let found, let supported):
      "“\(name)” has format version \(found); this program knows version \(supported). It was left as it is; "
        + "use a program of that version, or open it in exclusive mode to start afresh."
    case .incompatible(let name, let property, let found, let expected):
      "“\(name)” was made for another kind of machine or C library: its \(property) is \(found), here it is "
        + "\(expected). It was left as it is."
    case .corrupted(let name, let detail):
      "“\(name)” is damaged: \(detail). Nothing was changed. Save what can be read, then open it in exclusive mode "
        + "to start afresh."
    case .timedOut(let name, let milliseconds):
      "“\(name)” was not yet a segment after \(milliseconds) ms: whoever creates it has not finished. Try again; if its "
        + "creator is gone, remove \(SharedMemoryObject.path(name))."
    case .permissionDenied(let name, let call, let errno):
      "The system does not let this user reach “\(name)” (\(call): \(SystemCall.message(errno))). "
        + (call == "open O_TMPFILE"
          ? "Nothing can be created in \(SharedMemoryObject.directory)."
          : "Open it read-only, or ask its owner.")
    case .otherOwner(let name, let owner, let user):
      "“\(name)” belongs to user \(owner), this process runs as user \(user): not opened for writing. "
        + "If that user is trusted, set the option acceptsOtherOwner, or open it read-only."
    case .valueLimitDiffers(let name, let existing, let requested):
      "“\(name)” takes values of up to \(existing) bytes, \(requested) were asked for. Leave the option valueLimit at its "
        + "default to take the segment as it is."
    case .replaced(let name):
      "“\(name)” has been replaced by an exclusive open. What this handle wrote before is in the old segment; "
        + "open the name again."
    case .closed(let name):
      "This handle on “\(name)” has been closed."
    case .readOnly(let name):
      "This handle on “\(name)” was opened read-only."
    case .lockTimeout(let name, let holder, let state, let milliseconds):
      "The lock of “\(name)” could not be had within \(shown(milliseconds)): "
        + (holder == 0 ? "a process that cannot be named from here" : "process \(holder)") + " holds it "
        + "(state \(state)\(state == "T" ? ", stopped" : "")). Nothing was changed. Reads go on; continue or end that process."
    case .lockReentered(let name):
      "This thread is inside of a locked section or a transaction of “\(name)”, and this operation is none for there. "
        + "Nothing was changed. Go through what the section or transaction hands out."
    case .transactionTooLarge(let name, let keys, let keyLimit, let byteCount, let byteLimit):
      "The transaction on “\(name)” would change \(keys) keys of \(byteCount) bytes with their values; at most \(keyLimit) "
        + "keys and \(byteLimit) bytes are allowed. Nothing was changed. Make several transactions of it."
    case .sectionEnded(let name):
      "This locked section or transaction of “\(name)” has ended. Nothing was changed."
    case .unrecoverable(let name):
      "A process died while it held the lock of “\(name)”, and its header is beyond repair. Reads go on, writes "
        + "cannot. Save what can be read, then open it in exclusive mode to start afresh."
    case .busy(let name):
      "“\(name)” was being written at every try to read the key. Try again."
    case .noSpace(let name, let needed, let free, let errno):
      "No room for “\(name)”: \(needed) bytes are needed, \(free) are free in \(SharedMemoryObject.directory) "
        + "(\(SystemCall.message(errno))). What was there is still there. Make room, or raise the limit, and try again."
    case .noAddressSpace(let name, let needed):
      "This process may not map the \(needed) bytes that “\(name)” has reserved. Nothing was changed. Raise its "
        + "limit (ulimit -v), or create the segment with a smaller reservation."
    case .storeFull(let name, let region, let limit):
      "“\(name)” has used up the \(region) of its reservation (\(limit) \(region == "index" ? "slots" : "bytes")). All "
        + "entries are still there. Remove some"
        + (region == "index" ? "" : " (which makes room for entries of their size, or smaller)")
        + ", or make a segment with a larger reservation."
    case .notANumber(let key, let value):
      "The value of “\(key)” is “\(value)”, which is not a decimal number of 64 bits. It was left as it is."
    case .overflow(let key, let value, let amount):
      "\(value) \(amount < 0 ? "−" : "+") \(amount.magnitude) leaves the range of 64 bits; “\(key)” was left as it is."
    case .notText(let key):
      "“\(key)”, or its value, is not valid UTF-8, where text is needed. Read values that are no text as bytes."
    case .system(let name, let call, let errno):
      "A system call failed for “\(name)”: \(call): \(SystemCall.message(errno)). Nothing was changed."
        + (errno == ENOSPC
          ? " No more files are possible there (df -i \(SharedMemoryObject.directory))." : "")
    }
  }
}

/// A time as people say it: `850 ms`, and from a second on `1.5 s`.
private func shown(_ milliseconds: Int) -> String {
  guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
  let tenths = (milliseconds + 50) / 100
  return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " s"
}
