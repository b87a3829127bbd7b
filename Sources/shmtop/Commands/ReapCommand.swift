import ArgumentParser
import SharedSimple
import ShmtopKit

struct ReapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reap", abstract: "Clear the rows of dead processes.",
    discussion: "They stay until then as evidence, and are in nobody's way.")

  @OptionGroup var segment: ChangedSegment

  func run() throws {
    let store = try segment.store()
    defer { store.close() }
    let count = try store.reap()
    let sentence: Sentence =
      count == 0
      ? "No row of “\(segment.name)” belongs to a dead process."
      : "Cleared \(Quantity.counted(count, "row", "rows")) of dead processes in “\(segment.name)”."
    try StandardStreams.writeLine(Locale.shown(sentence))
  }
}
