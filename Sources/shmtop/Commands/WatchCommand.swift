import ArgumentParser
import SharedSimple
import ShmtopKit

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print a line for each change seen of a key, until interrupted.",
    discussion: """
      Time, what, value with escapes. A value that is written again counts as a change, also if it is the same \
      (not in segments of the Perl module, which do not tell); of several changes between two looks the last one is \
      seen. Follows the name to a new segment. Reads only.
      """)

  @OptionGroup var segment: NamedSegment
  @Argument(help: "The key.") var key: String
  @OptionGroup var typed: TypedBytes
  @Option(name: .shortAndLong, help: "Seconds between looks, 0.01 to 60.") var delay = 0.1
  @Option(name: [.customShort("n"), .customLong("count")], help: "Stop after so many lines.") var count: Int?
  @Flag(help: "Print each change as a JSON object, with the exact value.") var json = false

  func validate() throws {
    if !(0.01...60 ~= delay) { throw ValidationError("The delay is 0.01 to 60 seconds.") }
    if let count, count < 1 { throw ValidationError("The number of lines is at least 1.") }
  }

  func run() throws {
    let key = try typed.bytes(key)
    let signals = EndSignals()
    var follower = SegmentFollower(try segment.source()) { name throws(SourceError) in
      try SourceOpener.looking.open(name, attachTimeout: .zero)
    }
    let (lines, repertoire) = (JSONLines(repertoire: Locale.repertoire), Locale.repertoire)
    var watch = KeyWatch()
    var printed = 0
    var isHalf = false
    while printed != count {
      if let state = try look(key, &follower, &isHalf),
        let change = watch.take(state, in: follower.source.identity.inode, at: WallTime.now)
      {
        try StandardStreams.writeLine(
          try json ? lines.line(change) : change.line(repertoire: repertoire))
        printed += 1
      }
      if printed == count { return }
      guard try signals.waitWhileRead(seconds: delay) else { return }
    }
  }

  /// - Parameter isHalf: whether one of the segment's two objects was missing: what is so at two looks is not being
  ///   replaced, but was removed.
  /// - Returns: nil while a new segment is taking the place of the one that was looked at, or the segment cannot be
  ///   read for a moment.
  private func look(
    _ key: [UInt8], _ follower: inout SegmentFollower, _ isHalf: inout Bool
  ) throws -> KeyState? {
    let wasHalf = isHalf
    isHalf = false
    do {
      try follower.follow()
      guard let entry = try follower.source.entry(key) else { return .missing }
      return .value(entry.value, stamp: entry.stamp)
    } catch .store(.notFound) {
      return .gone
    } catch {
      if error.isHalf {
        isHalf = true
        return wasHalf ? .gone : nil
      }
      guard error.isPassing || error.isMissing else { throw NamedSegment.failure(error) }
      return nil
    }
  }
}
