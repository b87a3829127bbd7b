import ArgumentParser
import Glibc
import SharedSimple
import ShmtopKit

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Put the entries of a dump into a segment, or undo changes of a journal.",
    discussion: """
      All lines are read and checked before the first entry is put: a bad one is named, and nothing is loaded. \
      Where the segment refuses an entry later, the line is named with how many are in. Keys that the dump does \
      not have stay as they are.
      """)

  @OptionGroup var segment: ChangedSegment
  @Argument(help: "The dump; standard input without it, or for '-'.", completion: .file()) var file: String?
  @Flag(help: "Create the segment if there is none of this name.") var create = false
  @Option(
    help: "With --create: the longest value the new segment takes, in bytes; else the longest in the dump.")
  var valueLimit: Int?
  @Option(
    help: ArgumentHelp(
      "Take back the changes that this journal of shmtop's has of the segment, the last one first.",
      valueName: "journal"),
    completion: .file())
  var undo: String?
  @Option(help: "With --undo: only so many of the last changes.") var last: Int?

  func validate() throws {
    try require(create || valueLimit == nil, "--value-limit goes with --create.")
    try require(
      valueLimit.map { 1...1_048_576 ~= $0 } ?? true, "The value limit is 1 to 1048576 bytes.")
    try require(undo == nil || (file == nil && !create), "--undo takes no FILE and no --create.")
    try require(undo != nil || last == nil, "--last goes with --undo.")
    try require(last.map { $0 >= 1 } ?? true, "The number of changes is at least 1.")
  }

  private func require(_ condition: Bool, _ sentence: String) throws {
    if !condition { throw ValidationError(sentence) }
  }

  func run() throws {
    if let undo { try takeBack(undo) } else { try load() }
  }

  // MARK: - Loading

  private func load() throws {
    // A mistyped name is said before a long input is read.
    let isThere = try requireSegment()
    let lines: [(number: Int, line: DumpLine)] = try lines(of: file)
    let longest = lines.map(\.line.value.count).max() ?? 0
    let store = try isThere ? segment.store() : newSegment(longestValue: longest)
    defer { store.close() }
    for (number, line) in lines { try check(line, number, store.valueLimit) }

    var count = 0
    var keys: Set<[UInt8]> = []
    for (number, line) in lines {
      do { try store.put(line.key, line.value) } catch {
        let failure = Failure(error)
        throw Failure(
          failure.status,
          "Line \(number) could not be put: \(failure.sentence) \(Quantity.exact(count)) of "
            + "\(Quantity.counted(lines.count, "line", "lines")) \(count == 1 ? "is" : "are") in.")
      }
      count += 1
      keys.insert(line.key)
    }
    let loaded: Sentence = "\(Quantity.counted(keys.count, "entry", "entries")) loaded into “\(segment.name)”"
    try say(
      keys.count == count
        ? "\(loaded)."
        : "\(loaded), of \(Quantity.counted(count, "line", "lines")): the last one of each key counts."
    )
  }

  private func requireSegment() throws -> Bool {
    do {
      _ = try SegmentObserver(segment.name)
      return true
    } catch .notFound where create { return false } catch {
      let failure = NamedSegment.failure(error, for: .change)
      guard case .notFound = error else { throw failure }
      throw Failure(failure.status, failure.sentence + " --create makes a new one.")
    }
  }

  private func newSegment(longestValue: Int) throws -> SharedStore {
    try segment.requireWritable()
    var options = segment.options
    options.valueLimit = valueLimit ?? max(32, min(longestValue, 1_048_576))
    do { return try SharedStore(segment.name, mode: .shared, options: options) } catch {
      throw Failure(error, for: .change)
    }
  }

  /// Refuses what the segment would, before anything is put.
  private func check(_ line: DumpLine, _ number: Int, _ valueLimit: Int) throws {
    let reason: String? =
      switch (line.key.count, line.value.count) {
      case (0, _): "A key must have at least one byte."
      case (65_536..., _): "The key has \(line.key.count) bytes; at most 65535 are allowed."
      case (_, 0): "A value must have at least one byte."
      case (_, (valueLimit + 1)...):
        "The value has \(line.value.count) bytes; this segment takes at most \(valueLimit)."
      default: nil
      }
    if let reason { throw Self.refusal(BadLine(number: number, reason: reason)) }
  }

  // MARK: - Undoing

  private func takeBack(_ journal: String) throws {
    let store = try segment.store()
    defer { store.close() }
    let all: [(number: Int, line: JournalLine)] = try lines(of: journal)
    let own = all.map(\.line).filter { $0.segment == store.name }
    guard !own.isEmpty else {
      throw Failure(.notThere, "“\(journal)” has no change of “\(store.name)”: nothing is taken back.")
    }
    var undo = JournalUndo(of: own.suffix(last ?? own.count))
    do {
      try undo.run { key, expected, new throws(StoreError) in
        switch (expected, new) {
        case (let expected?, let new?): try store.compareAndSwap(key, expected: expected, new: new)
        case (let expected?, nil): try store.remove(key, ifValue: expected)
        case (nil, let new?): try store.putIfAbsent(key, new)
        case (nil, nil): true
        }
      }
    } catch {
      let failure = Failure(error)
      throw Failure(failure.status, "\(failure.sentence) \(changes(undo.undoneCount)) taken back before.")
    }
    for line in undo.left {
      StandardStreams.complain(
        Locale.shown("“\(line.key)” is left: it has been changed since."))
    }
    try say("\(changes(undo.undoneCount)) taken back, \(undo.left.count) left.")
    if !undo.left.isEmpty { throw ExitCode(ExitStatus.notThere.rawValue) }
  }

  // MARK: -

  private func lines<Line: Decodable>(of file: String?) throws -> [(number: Int, line: Line)] {
    let bytes: [UInt8]
    if let file, file != "-" {
      bytes = try StandardStreams.readAll(ofFile: file)
    } else {
      if StandardStreams.isTerminal(STDIN_FILENO) {
        throw Failure(.wrongUsage, "There is nothing to load: name a file, or give the lines through a pipe.")
      }
      bytes = try StandardStreams.readAll()
    }
    do { return try LineFile<Line>(bytes).lines } catch { throw Self.refusal(error) }
  }

  private static func refusal(_ line: BadLine) -> Failure {
    Failure(.wrongUsage, "Line \(line.number) is bad: \(line.reason) Nothing is loaded.")
  }

  private func changes(_ count: Int) -> String { Quantity.counted(count, "change", "changes") }

  private func say(_ sentence: Sentence) throws { try StandardStreams.writeLine(Locale.shown(sentence)) }
}
