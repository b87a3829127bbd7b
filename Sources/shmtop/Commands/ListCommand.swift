import ArgumentParser
import SharedSimple
import ShmtopKit

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the segments of this machine.",
    discussion: """
      Segments of the Perl module Shared::Simple are marked: original; 2+ processes are two, and those that may not \
      be looked into. What is there but cannot be used is listed \
      too, with a word and the reason: older or newer (another version of the format), foreign (another kind of \
      machine's), broken, unfinished, empty.
      """)

  @Flag(help: "Print each segment as a JSON object, one a line.") var json = false

  func run() throws {
    let repertoire = Locale.repertoire
    let listings = try SourceListing.all(withProcesses: true)
    if json {
      let json = JSONLines(repertoire: repertoire)
      var output = LineOutput()
      for listing in listings { try output.write(json.line(ListingDocument(listing))) }
      return try output.flush()
    }
    if listings.isEmpty {
      StandardStreams.complain("There are no segments on this machine.")
      return
    }
    var table = TextTable([
      .left("NAME"), .right("ENTRIES"), .right("CLAIMED"), .right("PROCS"), .right("AGE"), .left("STATE"),
    ])
    for listing in listings { table.append(cells(listing, repertoire)) }
    try StandardStreams.writeLine(table.lines.joined(separator: "\n"))
  }

  private func cells(_ listing: SourceListing, _ repertoire: SafeText.Repertoire) -> [String] {
    let name = SafeText(listing.name, repertoire: repertoire).text
    guard let identity = listing.identity, let sample = listing.sample else {
      let reason = Locale.shown(
        listing.refusal.map { NamedSegment.failure($0).sentence } ?? "It cannot be read.")
      return [name, "-", "-", "-", "-", listing.stateWord + ": " + reason]
    }
    return [
      name, Quantity.exact(sample.table.entryCount), Quantity.bytes(sample.memory.claimed),
      listing.processText,
      listing.isKnown(.creation) ? Quantity.age(from: identity.createdWall, to: sample.takenWall) : "-",
      listing.stateWord + (identity.formatOrigin.map { ": " + $0 } ?? "")
        + (sample.deadCount > 0 ? ", \(sample.deadCount) dead" : ""),
    ]
  }
}
