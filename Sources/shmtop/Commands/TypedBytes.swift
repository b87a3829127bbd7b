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
    do { return try SafeText.bytes(fromTyped: typed) } catch { throw Failure(.wrongUsage, error.description) }
  }

  /// There is no such key; where the key was shown with escapes and typed without, that may be why.
  func missing(_ key: String, in segment: String) -> Failure {
    let advice =
      key.contains("\\") && !escapes ? "; with --escapes, backslashes are read as shmtop shows them" : ""
    return Failure(.notThere, "“\(segment)” has no key “\(key)”\(advice).")
  }
}
