import OriginalSegment
import SharedSimple
import ShmtopKit

/// Opens whatever segment a name leads to, of either format, as the command line and the settings allow.
struct SourceOpener {
  let readOnly: ReadOnlyRule
  let acceptsOtherOwner: Bool
  /// Changes to segments of the Perl module are allowed.
  let editsOriginals: Bool

  /// - Parameter attachTimeout: how long to wait for a segment that is still being set up.
  func open(
    _ name: String, attachTimeout: Duration = .seconds(1)
  ) throws(SourceError) -> any SegmentSource {
    do throws(StoreError) {
      return try StoreSource(
        name, readOnly: readOnly, acceptsOtherOwner: acceptsOtherOwner, attachTimeout: attachTimeout)
    } catch .perlSegment(let control) where control == name {
      return try OriginalSource(name, editing: editsOriginals && readOnly.reason(for: name) == nil)
    } catch {
      throw .store(error)
    }
  }
}
