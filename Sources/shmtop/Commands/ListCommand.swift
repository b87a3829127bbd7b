import ArgumentParser
import SharedSimple
import ShmtopKit

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the segments of this machine.",
    discussion: "What is there but cannot be used is listed too, with the reason.")

  func run() throws {
    let repertoire = Locale.repertoire
    let listings = try SharedStore.list().sorted { $0.name < $1.name }
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
    guard let identity = listing.identity, let sample = listing.sample else {
      let reason = listing.refusal?.description ?? "It cannot be read."
      return [name, "-", "-", "-", "-", "refused: " + SafeText(reason, repertoire: repertoire).text]
    }
    return [
      name, Quantity.exact(sample.table.entryCount), Quantity.bytes(sample.memory.claimed),
      Quantity.exact(sample.livingCount), Quantity.age(from: identity.createdWall, to: sample.takenWall),
      sample.stateWord + (sample.deadCount > 0 ? ", \(sample.deadCount) dead" : ""),
    ]
  }
}
