import ArgumentParser
import OriginalSegment
import SharedSimple
import ShmtopKit

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Print all entries as JSON lines, for 'shmtop load'.",
    discussion: """
      A line an entry, {"key":"…","value":"…"}; what is not valid UTF-8 stands in Base64, as key_base64 and \
      value_base64. It is the store at one instant, by key: writers wait while it is copied, which takes up \
      to a second for a million entries, and not while it is printed; readers do not wait.
      """)

  @OptionGroup var segment: ChangedSegment
  @Flag(
    help: """
      Take no lock and leave no trace. Each entry is then one that was there at some instant, but not all at \
      the same; one that is written meanwhile may be missing.
      """)
  var unlocked = false

  func run() throws {
    if let original = try segment.named.original() {
      try printOriginal(original)
    } else if unlocked {
      try printPassing()
    } else {
      try printSnapshot()
    }
  }

  /// Without its lock, which a dead process may hold for ever; each entry was there at some instant.
  private func printOriginal(_ reader: OriginalReader) throws {
    let sample: OriginalSample
    do { sample = try reader.sample() } catch { throw Failure(error) }
    try printByKey(sample.entries.map { DumpLine(key: $0.key, value: $0.value) })
    if sample.restlessEntries > 0 || sample.damagedSlots > 0 {
      throw Failure(
        .systemRefused,
        "\(sample.restlessEntries) entries were written too fast to be read, and \(sample.damagedSlots) make no sense: they are "
          + "missing in the dump.")
    }
  }

  private func printSnapshot() throws {
    try printByKey(try snapshot().map { DumpLine(key: $0.key, value: $0.value) })
  }

  private func printByKey(_ lines: [DumpLine]) throws {
    let json = JSONLines(repertoire: Locale.repertoire)
    var output = LineOutput()
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

  private func printPassing() throws {
    let observer = try segment.named.observer()
    let json = JSONLines(repertoire: Locale.repertoire)
    var output = LineOutput()
    var cursor = TableCursor()
    var isMore = true
    while isMore {
      var entries: [DumpLine] = []
      isMore = try observer.scan(&cursor, slotLimit: 8192) { key, value, _ in
        entries.append(DumpLine(key: bytes(key), value: bytes(value)))
      }
      for entry in entries { try output.write(json.line(entry)) }
    }
    try output.flush()
  }

  private func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }
}
