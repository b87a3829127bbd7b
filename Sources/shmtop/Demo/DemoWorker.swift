import Glibc
import SharedSimple

/// One process of the demo.
struct DemoWorker {
  let segment: String
  let habit: DemoHabit
  let name: String
  let keyCount: Int

  /// Works until the process that started this one is gone, then takes the segment's name away.
  func run() {
    // Somebody else may have put another segment in its place, or unlinked it: then it is waited for.
    while let store = attach() {
      var day = DemoDay(habit: habit, store: store, content: DemoContent(keyCount: keyCount))
      while day.isGoingOn, Lifeline.holds(forSeconds: day.pause) { day.work() }
      store.close()
    }
    try? SharedStore.unlink(segment)
  }

  /// Opens the segment as soon as it is there; never creates it.
  ///
  /// - Returns: nil when it is time to leave.
  private func attach() -> SharedStore? {
    var options = StoreOptions()
    options.participantName = name
    // So that a stopped holder cannot keep this process from seeing that it is time to leave.
    options.lockTimeout = .seconds(2)
    while Lifeline.holds(forSeconds: 0.02) {
      if let store = try? SharedStore(segment, mode: .existing, options: options) { return store }
    }
    return nil
  }
}
