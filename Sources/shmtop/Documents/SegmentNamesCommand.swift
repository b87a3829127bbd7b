import ArgumentParser
import SharedSimple

/// What the completions complete: the names of the segments that can be used, one a line. One with a line end in it
/// cannot be completed.
struct SegmentNamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "segment-names", shouldDisplay: false)

  func run() throws { for name in Self.names { try StandardStreams.writeLine(name) } }

  static var names: [String] {
    let listings = (try? SharedStore.list()) ?? []
    return listings.filter { $0.refusal == nil && !$0.name.contains("\n") }.map(\.name).sorted()
  }
}
