import Glibc
import SharedSimple

/// A demonstration: a segment of its own, and processes that use it as an application would.
///
///     shmtop ──lifeline──> supervisor ──lifeline──> workers
///
/// The workers are started first and wait for the segment, so from the moment it exists there is
/// somebody to clear it away. Whoever is killed, those below see their lifeline end, take the segment's
/// name away and leave; the memory goes with the last.
struct Demo {
  let segment = "shmtop-demo-\(getpid())"
  private let lifeline: Lifeline
  private let supervisor: Child

  /// Starts the processes, and returns when the segment is there.
  ///
  /// - Parameter workers: the number of processes at work, 1 to 64.
  /// - Parameter keys: about how many keys the store will have at most.
  init(workers: Int, keys: Int) throws {
    lifeline = try Lifeline()
    supervisor = try lifeline.start([
      DemoSupervisorCommand.name, segment, String(workers), String(keys),
    ])
    do {
      var options = StoreOptions()
      options.valueLimit = DemoContent.valueLimit
      options.participantName = "demo"
      try SharedStore(segment, mode: .exclusive, options: options).close()
    } catch {
      end()
      throw error
    }
  }

  /// Ends the processes, and returns when they and the segment's name are gone.
  func end() {
    lifeline.cut()
    // Somebody may have stopped it to see what happens.
    supervisor.kill(SIGCONT)
    supervisor.wait()
  }
}
