import ArgumentParser
import OriginalSegment
import SharedSimple
import ShmtopKit

struct OriginalUnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "original-unlock",
    abstract: "Free the lock of a Perl module's segment whose holder is dead.",
    discussion: """
      The module's mutex is not robust: where its holder dies, every put and get of the app hangs for ever. This \
      frees it, if its owner is gone for certain, and takes an insert back that was cut short. A value that was just \
      being written may be half old, half new; which one, nobody can know. A death in the midst of growth cannot be \
      mended: then the app must be started anew with EXCLUSIVE.
      """)

  @OptionGroup var segment: ChangedSegment
  @Flag(help: "Also where it cannot be known whether the owner lives, as in another pid namespace.")
  var force = false

  func run() throws {
    try segment.requireWritable()
    do {
      let reader = try OriginalReader.opening(segment.name)
      let unlocked = try OriginalEditor.unlock(reader, force: force)
      let insert = unlocked.tookBackInsert ? " An insert that it had not finished was taken back." : ""
      try StandardStreams.writeLine(
        Locale.shown(
          "The lock of “\(segment.name)” is free; thread \(unlocked.owner), which held it, is gone.\(insert)")
      )
    } catch let error as OriginalError {
      throw Failure(error)
    } catch let error as SourceError {
      throw NamedSegment.failure(error)
    }
  }
}
