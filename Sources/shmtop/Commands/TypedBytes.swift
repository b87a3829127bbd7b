import ArgumentParser
import ShmtopKit

/// How keys and values on the command line are read.
struct TypedBytes: ParsableArguments {
  @Flag(
    name: [.short, .long],
    help: "Read \\n, \\t, \\xHH, \\u{H…} and \\\\ in keys and values, as shmtop shows them.")
  var escapes = false

  func bytes(_ typed: String) throws -> [UInt8] {
    guard escapes else { return Array(typed.utf8) }
    do { return try SafeText.bytes(fromTyped: typed) } catch {
      throw Failure(.wrongUsage, Sentence(escaped: error.description))
    }
  }

  /// There are no such keys; where one was shown with escapes and typed without, that may be why.
  func missing(_ keys: [String], in segment: String) -> Failure {
    let advice =
      keys.contains { $0.contains("\\") } && !escapes
      ? "; with --escapes, backslashes are read as shmtop shows them" : ""
    let named = keys.map { key -> Sentence in "“\((try? bytes(key)) ?? Array(key.utf8))”" }
    let list = named.dropFirst().reduce(named.first ?? "") { $0 + ", " + $1 }
    return Failure(.notThere, "“\(segment)” has no key \(list)\(advice).")
  }
}
