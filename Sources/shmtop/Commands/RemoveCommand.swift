import ArgumentParser
import SharedSimple

struct RemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove keys.",
    discussion: "All of the keys that are there are removed, also if one of them is not.")

  @OptionGroup var segment: ChangedSegment
  @Argument(help: "The keys.") var keys: [String]
  @OptionGroup var typed: TypedBytes

  func run() throws {
    let bytes = try keys.map(typed.bytes)
    let store = try segment.store()
    defer { store.close() }
    var missing: [String] = []
    for (key, bytes) in zip(keys, bytes) where try !store.remove(bytes) { missing.append(key) }
    if !missing.isEmpty { throw typed.missing(missing.joined(separator: "”, “"), in: segment.name) }
  }
}
