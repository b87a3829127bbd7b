import ArgumentParser
import Glibc
import OriginalSegment
import SharedSimple
import ShmtopKit

struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Print the value of a key.",
    discussion: "The very bytes into a pipe or file; with escapes and a line end on a terminal.")

  @OptionGroup var segment: NamedSegment
  @Argument(help: "The key.") var key: String
  @OptionGroup var typed: TypedBytes
  @Flag(help: "Print key, value and the number of its last write as a JSON object.") var json = false

  func run() throws {
    guard let entry = try entry() else { throw typed.missing(key, in: segment.name) }
    if json {
      try StandardStreams.writeLine(JSONLines(repertoire: Locale.repertoire).line(EntryDocument(entry)))
    } else if StandardStreams.isTerminal(STDOUT_FILENO) {
      try StandardStreams.writeLine(SafeText(entry.value, repertoire: Locale.repertoire).text)
    } else {
      try StandardStreams.write(entry.value)
    }
  }

  private func entry() throws -> Entry? {
    guard let original = try segment.original() else { return try segment.observer().entry(typed.bytes(key)) }
    do {
      let wanted = try typed.bytes(key)
      return try original.sample().entries.first { $0.key == wanted }
        .map { Entry(key: $0.key, value: $0.value, stamp: 0) }
    } catch let error as OriginalError {
      throw Failure(error)
    }
  }
}
