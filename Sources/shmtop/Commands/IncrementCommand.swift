import ArgumentParser
import SharedSimple

struct IncrementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "increment", abstract: "Add to the number a key holds, and print the sum.",
    discussion: "One step for all processes. A key that is not there counts as 0.")

  @OptionGroup var segment: ChangedSegment
  @Argument(help: "The key.") var key: String
  @Option(parsing: .unconditional, help: "The number to add; may be negative.") var by: Int64 = 1
  @OptionGroup var typed: TypedBytes

  func run() throws {
    let key = try typed.bytes(key)
    let store = try segment.store()
    defer { store.close() }
    try StandardStreams.writeLine(String(store.increment(key, by: by)))
  }
}
