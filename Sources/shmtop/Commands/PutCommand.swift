import ArgumentParser
import Glibc
import SharedSimple
import ShmtopKit

struct PutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Put a value for a key into an existing segment.",
    discussion: "Without VALUE, its very bytes are read from standard input.")

  @OptionGroup var segment: ChangedSegment
  @Argument(help: "The key.") var key: String
  @Argument(help: "The value.") var value: String?
  @OptionGroup var typed: TypedBytes

  func run() throws {
    let key = try typed.bytes(key)
    let store = try segment.store()
    defer { store.close() }
    try store.put(key, value.map(typed.bytes) ?? standardInput(valueLimit: store.valueLimit))
  }

  private func standardInput(valueLimit: Int) throws -> [UInt8] {
    if StandardStreams.isTerminal(STDIN_FILENO) {
      throw Failure(.wrongUsage, "There is no value: give it after the key, or through a pipe.")
    }
    // One byte more than fits, so that what is too long is refused and not cut.
    return try StandardStreams.readAll(limit: valueLimit + 1)
  }
}
