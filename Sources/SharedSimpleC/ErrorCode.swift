internal import CSharedSimple
internal import SharedSimple

extension StoreError {
  /// The number C callers know the error by.
  var code: Int32 {
    let code =
      switch self {
      case .invalidName: SHS_ERROR_INVALID_NAME
      case .invalidOption: SHS_ERROR_INVALID_OPTION
      case .emptyKey: SHS_ERROR_EMPTY_KEY
      case .keyTooLong: SHS_ERROR_KEY_TOO_LONG
      case .emptyValue: SHS_ERROR_EMPTY_VALUE
      case .valueTooLong: SHS_ERROR_VALUE_TOO_LONG
      case .notFound: SHS_ERROR_NOT_FOUND
      case .notASegment: SHS_ERROR_NOT_A_SEGMENT
      case .perlSegment: SHS_ERROR_PERL_SEGMENT
      case .unsupportedVersion: SHS_ERROR_UNSUPPORTED_VERSION
      case .incompatible: SHS_ERROR_INCOMPATIBLE
      case .corrupted: SHS_ERROR_CORRUPTED
      case .timedOut: SHS_ERROR_TIMED_OUT
      case .permissionDenied: SHS_ERROR_PERMISSION_DENIED
      case .otherOwner: SHS_ERROR_OTHER_OWNER
      case .valueLimitDiffers: SHS_ERROR_VALUE_LIMIT_DIFFERS
      case .replaced: SHS_ERROR_REPLACED
      case .closed: SHS_ERROR_CLOSED
      case .readOnly: SHS_ERROR_READ_ONLY
      case .lockTimeout: SHS_ERROR_LOCK_TIMEOUT
      case .lockReentered: SHS_ERROR_LOCK_REENTERED
      case .transactionTooLarge: SHS_ERROR_TRANSACTION_TOO_LARGE
      case .sectionEnded: SHS_ERROR_SECTION_ENDED
      case .unrecoverable: SHS_ERROR_UNRECOVERABLE
      case .busy: SHS_ERROR_BUSY
      case .noSpace: SHS_ERROR_NO_SPACE
      case .noAddressSpace: SHS_ERROR_NO_ADDRESS_SPACE
      case .storeFull: SHS_ERROR_STORE_FULL
      case .notANumber: SHS_ERROR_NOT_A_NUMBER
      case .overflow: SHS_ERROR_OVERFLOW
      case .notText: SHS_ERROR_NOT_TEXT
      case .system: SHS_ERROR_SYSTEM
      }
    return Int32(code)
  }
}

@c @implementation
public func shs_error_message(_ error: Int32) -> UnsafePointer<CChar>! {
  let message: StaticString =
    switch Int(error) {
    case SHS_ERROR_INVALID_NAME: "the name cannot name a segment"
    case SHS_ERROR_INVALID_OPTION: "an option lies outside its bounds"
    case SHS_ERROR_EMPTY_KEY: "the key has no bytes"
    case SHS_ERROR_KEY_TOO_LONG: "the key is too long"
    case SHS_ERROR_EMPTY_VALUE: "the value has no bytes"
    case SHS_ERROR_VALUE_TOO_LONG: "the value is longer than the store's limit"
    case SHS_ERROR_NOT_FOUND: "there is no segment of this name"
    case SHS_ERROR_NOT_A_SEGMENT: "the name leads to something else than a segment"
    case SHS_ERROR_PERL_SEGMENT: "the name leads to a segment of the Perl module Shared::Simple"
    case SHS_ERROR_UNSUPPORTED_VERSION: "the segment has another format version"
    case SHS_ERROR_INCOMPATIBLE: "the segment was made on another kind of machine or C library"
    case SHS_ERROR_CORRUPTED: "the segment is damaged"
    case SHS_ERROR_TIMED_OUT: "the segment was still being set up"
    case SHS_ERROR_PERMISSION_DENIED: "the system does not let this user"
    case SHS_ERROR_OTHER_OWNER: "the segment belongs to another user"
    case SHS_ERROR_VALUE_LIMIT_DIFFERS: "the segment has another value limit"
    case SHS_ERROR_REPLACED: "the segment has been replaced by an exclusive open"
    case SHS_ERROR_CLOSED: "the store has been closed"
    case SHS_ERROR_READ_ONLY: "the store was opened read-only"
    case SHS_ERROR_LOCK_TIMEOUT: "the lock could not be had in time"
    case SHS_ERROR_LOCK_REENTERED: "this thread holds the lock already"
    case SHS_ERROR_TRANSACTION_TOO_LARGE: "the transaction is too large"
    case SHS_ERROR_SECTION_ENDED: "the section or transaction has ended"
    case SHS_ERROR_UNRECOVERABLE: "the lock cannot be recovered"
    case SHS_ERROR_BUSY: "writers came in between at every try"
    case SHS_ERROR_NO_SPACE: "there is no room in shared memory"
    case SHS_ERROR_NO_ADDRESS_SPACE: "this process may not map the segment"
    case SHS_ERROR_STORE_FULL: "the reservation of the segment is used up"
    case SHS_ERROR_NOT_A_NUMBER: "the value is no decimal number of 64 bits"
    case SHS_ERROR_OVERFLOW: "the number would leave the range of 64 bits"
    case SHS_ERROR_NOT_TEXT: "the bytes are not valid UTF-8"
    case SHS_ERROR_SYSTEM: "a system call failed"
    case SHS_ERROR_BAD_ARGUMENT: "an argument is NULL, or out of its bounds"
    case SHS_ERROR_BUFFER_TOO_SMALL: "the buffer is too small for the value"
    case 0: "no error"
    default: "no error of this library"
    }
  return unsafe cString(message)
}
