import ArgumentParser
import SharedSimple
import ShmtopKit

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
    var (removed, missing): ([Sentence], [String]) = ([], [])
    for (key, bytes) in zip(keys, bytes) {
      if try store.remove(bytes) { removed.append("“\(bytes)”") } else { missing.append(key) }
    }
    guard !missing.isEmpty else { return }
    let failure = typed.missing(missing, in: segment.name)
    let done = removed.dropFirst().reduce(removed.first ?? "Nothing") { $0 + ", " + $1 }
    throw keys.count == 1
      ? failure
      : Failure(
        failure.status, "\(failure.sentence) \(done) \(removed.count > 1 ? "were" : "was") removed.")
  }
}
