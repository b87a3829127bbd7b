import ArgumentParser
import SharedSimple
import ShmtopKit

extension CompletionKind {
  /// The segments there are.
  static let segment = CompletionKind.custom { _, _, _ in SegmentNamesCommand.names }
}

/// The argument that names a segment, and how commands open it to look at it.
struct NamedSegment: ParsableArguments {
  @Argument(help: "The segment's name.", completion: .segment) var name: String

  /// Opens the segment to look at it, of whichever format; leaves no trace.
  func source() throws -> any SegmentSource {
    do { return try SourceOpener.looking.open(name, attachTimeout: .seconds(5)) } catch {
      throw Self.failure(error)
    }
  }

  /// Opens a segment of this package's store to look at it; leaves no trace.
  func observer() throws -> SegmentObserver {
    do { return try SegmentObserver(name) } catch { throw Self.failure(error) }
  }

  /// Says on standard error what there is to say beside what was printed.
  static func say(_ remarks: Remarks) {
    for finding in remarks.findings {
      StandardStreams.complain(Locale.shown("shmtop: \(escaped: finding.sentence)"))
    }
  }

  /// The same of a segment of either format.
  static func failure(_ error: SourceError, commands: [String] = []) -> Failure {
    switch error {
    case .store(let error): failure(error, commands: commands)
    case .original(let error): Failure(error)
    }
  }

  /// The error, and for a name that leads nowhere what may have been meant by it.
  ///
  /// - Parameter commands: names of commands, where one of them could have stood as well.
  static func failure(
    _ error: StoreError, for purpose: Purpose = .look, commands: [String] = []
  ) -> Failure {
    guard case .notFound(let name) = error else { return Failure(error, for: purpose) }
    let names = SegmentNamesCommand.usable
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
