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

  /// The error, and for a name that leads nowhere what may have been meant by it.
  ///
  /// - Parameter commands: names of commands, where one of them could have stood as well.
  static func failure(_ error: StoreError, commands: [String] = []) -> Failure {
    guard case .notFound(let name) = error else { return Failure(error) }
    let names = (try? SharedStore.list().filter { $0.refusal == nil }.map(\.name)) ?? []
    let near =
      nearestNames(to: name, among: names)
      + nearestNames(to: name, among: commands, limit: 1).map { "the command '\($0)'" }
    let advice =
      if !near.isEmpty {
        "did you mean \(near.joined(separator: " or "))?"
      } else if names.isEmpty {
        "there is none at all on this machine."
      } else {
        "'shmtop list' shows those there are."
      }
    return Failure(.notThere, "There is no segment named “\(name)”: \(advice)")
  }
}
