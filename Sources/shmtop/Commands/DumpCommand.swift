import ArgumentParser
import SharedSimple
import ShmtopKit

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Print all entries as JSON lines, for 'shmtop load'.",
    discussion: """
      A line an entry, {"key":"…","value":"…"}; what is not valid UTF-8 stands in Base64, as key_base64 and \
      value_base64. It is the store at one instant, by key: writers wait while it is copied, which takes up \
      to a second for a million entries, and not while it is printed; readers do not wait. A segment of the \
      Perl module is dumped without its lock, as with --unlocked.
      """)

  @OptionGroup var segment: ChangedSegment
  @Flag(
    help: """
      Take no lock and leave no trace. Each entry is then one that was there at some instant, but not all at \
      the same; one that is written meanwhile may be missing.
      """)
  var unlocked = false

  func run() throws {
    let source = try segment.named.source()
    defer { source.close() }
    if unlocked || !source.identity.knowledge.contains(.snapshots) {
      try printPassing(source)
    } else {
      try printSnapshot()
    }
  }

  private func printSnapshot() throws {
    let json = JSONLines(repertoire: Locale.repertoire)
    var output = LineOutput()
    let lines = try snapshot().map { DumpLine(key: $0.key, value: $0.value) }
    for line in lines.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      try output.write(json.line(line))
    }
    try output.flush()
  }

  /// Lets go of the segment before anything is printed: who reads may take its time.
  private func snapshot() throws -> [Entry] {
    try segment.requireWritable()
    do {
      let store = try SharedStore(segment.name, mode: .existing, options: segment.options)
      defer { store.close() }
      return try store.all()
    } catch {
      switch error {
      case .permissionDenied, .otherOwner, .lockTimeout, .unrecoverable:
        let failure = NamedSegment.failure(error, for: .change)
        throw Failure(
          failure.status, failure.sentence + " Or dump without the lock, at no one instant, by --unlocked.")
      default: throw NamedSegment.failure(error, for: .change)
      }
    }
  }

  private func printPassing(_ source: any SegmentSource) throws {
    let json = JSONLines(repertoire: Locale.repertoire)
    var output = LineOutput()
    do throws(SourceError) { _ = try source.sample() } catch { throw NamedSegment.failure(error) }
    source.beginPass()
    var isMore = true
    while isMore {
      var entries: [DumpLine] = []
      do throws(SourceError) {
        isMore = try source.readOn(slots: 8192) { key, value, _ in
          entries.append(DumpLine(key: bytes(key), value: bytes(value)))
        }.goesOn
      } catch { throw NamedSegment.failure(error) }
      for entry in entries { try output.write(json.line(entry)) }
    }
    try output.flush()
    NamedSegment.say(source.remarks)
    let unread = source.remarks.unreadEntries
    if unread > 0 {
      throw Failure(
        .systemRefused,
        "\(unread) \(unread == 1 ? "entry" : "entries") could not be read, and \(unread == 1 ? "is" : "are") "
          + "missing in the dump: 'shmtop check \(segment.name)' says more.")
    }
  }

  private func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }
}
