import SharedSimple

/// How a command ended, as its exit code. Scripts rely on these numbers.
enum ExitStatus: Int32 {
  case done = 0
  /// No such segment, no such key.
  case notThere = 1
  case wrongUsage = 2
  /// The segment is foreign, older, corrupt, or another user's.
  case refused = 3
  /// Permission, space, time.
  case systemRefused = 4
}

/// A command could not do what it was asked to.
struct Failure: Error {
  let status: ExitStatus
  /// What happened and what to do.
  let sentence: String

  init(_ status: ExitStatus, _ sentence: String) {
    self.status = status
    self.sentence = sentence
  }

  init(_ error: StoreError) {
    self.init(error.exitStatus, error.description)
  }
}

extension StoreError {
  var exitStatus: ExitStatus {
    switch self {
    case .notFound, .replaced: .notThere
    case .invalidName, .invalidOption, .emptyKey, .keyTooLong, .emptyValue, .valueTooLong, .valueLimitDiffers,
      .notANumber, .overflow:
      .wrongUsage
    case .notASegment, .perlSegment, .unsupportedVersion, .incompatible, .corrupted, .otherOwner,
      .unrecoverable, .timedOut, .notText:
      .refused
    case .permissionDenied, .closed, .readOnly, .lockTimeout, .lockReentered, .sectionEnded, .busy, .noSpace,
      .noAddressSpace,
      .storeFull, .system:
      .systemRefused
    }
  }
}
