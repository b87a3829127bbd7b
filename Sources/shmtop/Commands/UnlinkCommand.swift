import ArgumentParser
import Glibc
import SharedSimple
import ShmtopKit

struct UnlinkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlink", abstract: "Take a segment's name away.",
    discussion: """
      Processes that are attached keep working on what only they can still reach; its memory goes back when \
      the last of them leaves. Asks on a terminal.
      """)

  @OptionGroup var segment: ChangedSegment
  @Flag(name: [.short, .long], help: "Do not ask.") var force = false

  func run() throws {
    try segment.requireWritable()
    guard try force || isConfirmed() else {
      StandardStreams.complain(Locale.shown("“\(segment.name)” is kept."))
      return
    }
    do {
      try SharedStore.unlink(segment.name)
    } catch {
      throw NamedSegment.failure(error, for: .unlink)
    }
  }

  /// Asks; anything but yes is no.
  private func isConfirmed() throws -> Bool {
    let sample = try segment.named.observer().sample()
    guard StandardStreams.isTerminal(STDIN_FILENO) else {
      throw Failure(.wrongUsage, "There is no terminal to ask on: say --force to unlink “\(segment.name)”.")
    }
    let entries = sample.table.entryCount
    let attached = sample.livingCount
    let question: Sentence =
      "Unlink “\(segment.name)”, with \(Quantity.counted(entries, "entry", "entries")) and "
      + "\(Quantity.counted(attached, "process", "processes")) attached? [y/N] "
    try StandardStreams.write(Array(Locale.shown(question).utf8))
    guard let answer = readLine() else {
      // Nobody has ended the line of the question.
      try StandardStreams.writeLine("")
      return false
    }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
