import ArgumentParser
import OriginalSegment
import SharedSimple
import ShmtopKit

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the segments of this machine.",
    discussion: """
      What is there but cannot be used is listed too, with a word and the reason: older or newer (another version \
      of the format), foreign (the Perl module's, or another kind of machine's), broken, empty.
      """)

  @Flag(help: "Print each segment as a JSON object, one a line.") var json = false

  func run() throws {
    let repertoire = Locale.repertoire
    let listings = try SharedStore.list().sorted { $0.name < $1.name }
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

  private func cells(_ listing: SegmentListing, _ repertoire: SafeText.Repertoire) -> [String] {
    let name = SafeText(listing.name, repertoire: repertoire).text
    if case .perlSegment = listing.refusal, let original = try? OriginalReader(listing.name).sample() {
      return [
        name, Quantity.exact(original.entryCount), Quantity.bytes(original.allocated), "-", "-",
        "original: of the Perl module Shared::Simple",
      ]
    }
    guard let identity = listing.identity, let sample = listing.sample else {
      let reason = Locale.shown(listing.refusal.map { Failure($0).sentence } ?? "It cannot be read.")
      return [name, "-", "-", "-", "-", listing.stateWord + ": " + reason]
    }
    return [
      name, Quantity.exact(sample.table.entryCount), Quantity.bytes(sample.memory.claimed),
      Quantity.exact(sample.livingCount), Quantity.age(from: identity.createdWall, to: sample.takenWall),
      listing.stateWord + (sample.deadCount > 0 ? ", \(sample.deadCount) dead" : ""),
    ]
  }
}
