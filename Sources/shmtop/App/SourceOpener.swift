import OriginalSegment
import SharedSimple
import ShmtopKit

/// Opens whatever segment a name leads to, of either format, as the command line and the settings allow.
struct SourceOpener {
  /// Which segments nothing is written to; nil: no segment at all, whatever the settings say.
  let readOnly: ReadOnlyRule?
  let acceptsOtherOwner: Bool
  /// Changes to segments of the Perl module are allowed.
  let editsOriginals: Bool

  /// Only looks, and leaves no trace.
  static let looking = SourceOpener(readOnly: nil, acceptsOtherOwner: false, editsOriginals: false)

  /// - Parameter attachTimeout: how long to wait for a segment that is still being set up.
  func open(
    _ name: String, attachTimeout: Duration = .seconds(1)
  ) throws(SourceError) -> any SegmentSource {
    let reason = readOnly.map { $0.reason(for: name) } ?? "it is only looked at"
    do throws(StoreError) {
      return try StoreSource(
        name, readOnlyReason: reason, acceptsOtherOwner: acceptsOtherOwner, attachTimeout: attachTimeout)
    } catch {
      guard error.leavesRoomForAnotherFormat, OriginalReader.concerns(name) else { throw .store(error) }
      return try OriginalSource(
        name,
        readOnlyReason: editsOriginals
          ? reason : "an original (Perl) segment is changed only with --edit-original",
        acceptsOtherOwner: acceptsOtherOwner)
    }
  }
}

extension StoreError {
  /// The name leads to no segment of this store, but perhaps to something else.
  fileprivate var leavesRoomForAnotherFormat: Bool {
    switch self {
    case .notFound, .notASegment, .perlSegment, .timedOut: true
    default: false
    }
  }
}
