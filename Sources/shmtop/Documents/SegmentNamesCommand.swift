import ArgumentParser
import ShmtopKit

/// What the completions complete: the names of the segments that can be used, one a line. One with a line end in it
/// cannot be completed.
struct SegmentNamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "segment-names", shouldDisplay: false)

  func run() throws { for name in Self.names { try StandardStreams.writeLine(name) } }

  static var names: [String] { usable.filter { !$0.contains("\n") } }

  /// Those that can be used, of whichever format.
  static var usable: [String] {
    let listings = (try? SourceListing.all(withProcesses: false)) ?? []
    return listings.filter { $0.refusal == nil }.map(\.name)
  }
}
