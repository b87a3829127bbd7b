import ArgumentParser
import SharedSimple
import ShmtopKit

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print a line for each change seen of a key, until interrupted.",
    discussion: """
      Time, what, value with escapes. A value that is written again counts as a change, also if it is the same; \
      of several changes between two looks the last one is seen. Follows the name to a new segment. Reads only.
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
    var observer = try segment.observer()
    let (lines, repertoire) = (JSONLines(repertoire: Locale.repertoire), Locale.repertoire)
    var watch = KeyWatch()
    var printed = 0
    while printed != count {
      if let state = try look(key, &observer),
        let change = watch.take(state, in: observer.identity.inode, at: WallTime.now)
      {
        try StandardStreams.writeLine(
          try json ? lines.line(change) : change.line(repertoire: repertoire))
        printed += 1
      }
      if printed == count { return }
      guard try signals.waitWhileRead(seconds: delay) else { return }
    }
  }

  /// - Returns: nil while a new segment is taking the place of the one that was looked at.
  private func look(_ key: [UInt8], _ observer: inout SegmentObserver) throws -> KeyState? {
    do {
      if observer.binding() != .bound {
        observer = try SegmentObserver(segment.name, attachTimeout: .zero)
      }
      guard let entry = try observer.entry(key) else { return .missing }
      return .value(entry.value, stamp: entry.stamp)
    } catch {
      switch error {
      case .notFound: return .gone
      case .replaced, .timedOut: return nil
      default: throw NamedSegment.failure(error)
      }
    }
  }
}
