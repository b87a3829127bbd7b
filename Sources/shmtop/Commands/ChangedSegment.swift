import ArgumentParser
import SharedSimple

/// The segment that a command changes, and whether it may be another user's. Never creates one.
struct ChangedSegment: ParsableArguments {
  @OptionGroup var named: NamedSegment
  @Flag(help: "Also write to a segment that belongs to another user.") var write = false

  var name: String { named.name }

  /// Opens the segment to change it.
  func store() throws -> SharedStore {
    do {
      return try SharedStore(name, mode: .existing, options: options)
    } catch {
      throw NamedSegment.failure(error, for: .change)
    }
  }

  /// The handle is marked as an inspector's, and gives up on a stuck lock.
  var options: StoreOptions {
    var options = StoreOptions()
    options.isInspector = true
    options.participantName = "shmtop"
    options.lockTimeout = .seconds(5)
    options.acceptsOtherOwner = write
    return options
  }
}
