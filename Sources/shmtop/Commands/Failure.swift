import Glibc
import OriginalSegment
import SharedSimple
import ShmtopKit

/// How a command ended, as its exit code. Scripts rely on these numbers.
enum ExitStatus: Int32, CaseIterable {
  case done = 0
  /// No such segment, no such key.
  case notThere = 1
  case wrongUsage = 2
  /// The segment is foreign, older, corrupt, or another user's.
  case refused = 3
  /// Permission, space, time.
  case systemRefused = 4

  /// What it says, as a sentence.
  var meaning: String {
    switch self {
    case .done: "Done."
    case .notThere:
      "What was asked for is not there: no such segment, no such key, not all changes could be taken back."
    case .wrongUsage: "Wrong usage, or input that cannot be taken."
    case .refused:
      "The segment is refused: foreign, of another version, broken, another user's, kept read-only."
    case .systemRefused: "The system refused: permission, space, a lock that is stuck."
    }
  }
}

/// A command could not do what it was asked to.
struct Failure: Error {
  let status: ExitStatus
  /// What happened and what to do.
  let sentence: Sentence

  init(_ status: ExitStatus, _ sentence: Sentence) {
    self.status = status
    self.sentence = sentence
  }

  init(_ error: StoreError, for purpose: Purpose = .look) {
    self.init(error.exitStatus, Sentence(error.advice(for: purpose) ?? error.description))
  }
}

extension Failure {
  /// There is nothing that the screen could be drawn on.
  static let noTerminal = Failure(
    .wrongUsage, "There is no terminal to draw on: use --batch for plain text, or --json.")
  static let noScreen = Failure(
    .wrongUsage, "This terminal (TERM) cannot show a screen: use --batch for plain text, or --json.")

  init(_ error: OriginalError) {
    let status: ExitStatus =
      switch error {
      case .notFound, .dataMissing, .controlMissing, .notLocked: .notThere
      case .dataOfAnother, .otherKind, .dataIsStore: .refused
      case .unfit: .wrongUsage
      case .foreign, .settingUp, .tooLarge, .unknownMutex, .wouldGrow, .ownerAlive, .lostInGrowth: .refused
      case .permissionDenied, .unsettled, .lockTimeout, .system: .systemRefused
      }
    self.init(status, Sentence(error.description))
  }
}

/// What a segment is opened for; it decides what there is to do when that fails.
enum Purpose { case look, change, unlink }

extension StoreError {
  /// What happened, and what a user of this program can do, where the library's sentence speaks to who writes
  /// a program with it: of options, modes and handles.
  fileprivate func advice(for purpose: Purpose) -> String? {
    switch self {
    case .permissionDenied(let name, let call, let errno):
      switch purpose {
      case .look:
        "You may not read “\(name)” (\(call): \(reason(errno))): run shmtop as the user it belongs to."
      case .change:
        "You may not write to “\(name)” (\(call): \(reason(errno))): run shmtop as the user it belongs to, or, "
          + "if you may read it, look at it with 'shmtop -r \(name)'."
      case .unlink:
        "You may not unlink “\(name)” (\(call): \(reason(errno))): run shmtop as the user it belongs to."
      }
    case .otherOwner(let name, let owner, let user):
      "“\(name)” belongs to user \(owner), and you are user \(user): say --write if you trust that user, or look "
        + "at it with 'shmtop -r \(name)'."
    case .unsupportedVersion(let name, let found, let supported):
      "“\(name)” has format version \(found), and this shmtop knows version \(supported): use the shmtop of that "
        + "version, or take the name away with 'shmtop unlink \(name)'."
    case .perlSegment(let name):
      "“\(name)” is a segment of the Perl module Shared::Simple, which has another format: 'shmtop \(name)' shows it, "
        + "and 'shmtop dump \(name) | shmtop load --create NEW' moves its data over."
    case .corrupted(let name, let detail):
      "“\(name)” is damaged: \(detail): 'shmtop check \(name)' says more where it can, and "
        + "'shmtop unlink --force \(name)' makes room for a new one."
    case .timedOut(let name, let milliseconds):
      "“\(name)” was still empty after \(milliseconds) ms: try again, or, if its creator is gone, take it away with "
        + "'shmtop unlink --force \(name)'."
    case .replaced(let name):
      "“\(name)” was replaced by a new segment meanwhile: run the command again."
    case .unrecoverable(let name):
      "A process died while it held the lock of “\(name)”, and its header is beyond repair: save what "
        + "'shmtop get' still reads, then take it away with 'shmtop unlink --force \(name)'."
    case .valueTooLong(let byteCount, let limit):
      "The value has \(byteCount) bytes, and this segment takes at most \(limit), as was chosen when it was "
        + "created: shorten the value."
    default: nil
    }
  }

  private func reason(_ errno: Int32) -> String { String(cString: strerror(errno)) }

  var exitStatus: ExitStatus {
    switch self {
    case .notFound, .replaced: .notThere
    case .invalidName, .invalidOption, .emptyKey, .keyTooLong, .emptyValue, .valueTooLong, .valueLimitDiffers,
      .notANumber, .overflow, .transactionTooLarge:
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
