import ArgumentParser
import Glibc
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
    let wanted = try typed.bytes(key)
    let source = try segment.source()
    defer { source.close() }
    let entry: Entry?
    do { entry = try source.entry(wanted) } catch { throw NamedSegment.failure(error) }
    // What is wrong with the segment may be wrong with the value.
    defer { NamedSegment.say(source.remarks) }
    guard let entry else { throw typed.missing([key], in: segment.name) }
    if json {
      let document = EntryDocument(entry, source.identity.knowledge)
      try StandardStreams.writeLine(JSONLines(repertoire: Locale.repertoire).line(document))
    } else if StandardStreams.isTerminal(STDOUT_FILENO) {
      try StandardStreams.writeLine(SafeText(entry.value, repertoire: Locale.repertoire).text)
    } else {
      try StandardStreams.write(entry.value)
    }
  }
}
