import ArgumentParser
import SharedSimple
import ShmtopKit

/// The argument that names a segment, and the ways commands open it. None of them creates one.
struct NamedSegment: ParsableArguments {
  @Argument(help: "The segment's name.") var name: String

  /// Opens the segment to look at it; leaves no trace.
  func observer() throws -> SegmentObserver {
    do { return try SegmentObserver(name) } catch { throw Self.failure(error) }
  }

  /// Opens the segment to change it. It is marked as an inspector's, and gives up on a stuck lock.
  func store() throws -> SharedStore {
    var options = StoreOptions()
    options.isInspector = true
    options.participantName = "shmtop"
    options.lockTimeout = .seconds(5)
    do { return try SharedStore(name, mode: .existing, options: options) } catch { throw Self.failure(error) }
  }

  /// The error, and for a name that leads nowhere the names that may have been meant.
  static func failure(_ error: StoreError) -> Failure {
    guard case .notFound(let name) = error else { return Failure(error) }
    let names = (try? SharedStore.list().filter { $0.refusal == nil }.map(\.name)) ?? []
    let advice =
      switch (nearestNames(to: name, among: names), names.count) {
      case (_, 0): "there is none at all on this machine"
      case ([], _): "'shmtop list' shows those there are"
      case (let near, _): "did you mean \(near.joined(separator: " or "))?"
      }
    return Failure(.notThere, "There is no segment \(name): \(advice)")
  }
}
