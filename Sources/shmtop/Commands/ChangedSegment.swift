import ArgumentParser
import SharedSimple
import ShmtopKit

/// The segment that a command changes, and whether it may be another user's. Never creates one.
struct ChangedSegment: ParsableArguments {
  @OptionGroup var named: NamedSegment
  @Flag(help: "Write also to another user's segment, and to one that the settings file keeps read-only.")
  var write = false
  @OptionGroup var configured: ConfigurationOption

  var name: String { named.name }

  /// Opens the segment to change it.
  func store() throws -> SharedStore {
    try requireWritable()
    do {
      return try SharedStore(name, mode: .existing, options: options)
    } catch {
      throw NamedSegment.failure(error, for: .change)
    }
  }

  /// Refuses what the settings file keeps read-only, and anything where it cannot be known what that is.
  func requireWritable() throws {
    let configuration = configured.file
    guard !write else { return }
    if configuration.hidesReadOnly {
      throw Failure(
        .refused,
        "“\(name)” is not changed, for it cannot be known what \(configuration.shownPath) keeps read-only: mend that "
          + "file, or say --write to change it all the same.")
    }
    guard let pattern = configuration.settings.readOnlyPattern(matching: name) else { return }
    throw Failure(
      .refused,
      "“\(name)” is kept read-only by “\(pattern)” in \(configuration.shownPath): say --write to change it all the same."
    )
  }

  /// The handle is marked as an inspector's, and gives up on a stuck lock.
  var options: StoreOptions {
    StoreOptions.inspector(lockTimeout: .seconds(5), acceptsOtherOwner: write)
  }
}

extension StoreOptions {
  /// How a segment is opened to change it: so that what this program does can be told from what the app does.
  static func inspector(lockTimeout: Duration, acceptsOtherOwner: Bool) -> StoreOptions {
    var options = StoreOptions()
    options.isInspector = true
    options.participantName = "shmtop"
    options.lockTimeout = lockTimeout
    options.acceptsOtherOwner = acceptsOtherOwner
    return options
  }
}
