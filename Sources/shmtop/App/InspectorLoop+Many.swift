import ShmtopKit

/// What is done with many entries at once: a slice at a time, until it is done or stopped.
extension InspectorLoop {
  func write(_ seen: SeenEntries, _ file: String, _ overwrites: Bool) {
    do throws(FileTask.Ended) {
      writing = try FileTask(seen, file: file, overwrites: overwrites)
      workOnMany()
    } catch {
      inspector.wrote(error.outcome, seen, to: file)
    }
  }

  /// Changes or writes for a slice of time.
  ///
  /// - Returns: Whether there is more.
  @discardableResult
  func workOnMany() -> Bool {
    guard let source, bulk != nil || writing != nil else { return false }
    isStale = true
    let start = Clock.monotonic
    while Clock.monotonic - start < 5_000_000 {
      if bulk?.isDone ?? false {
        stopMany()
        return false
      }
      bulk?.step(source, journal)
      if let task = writing, let outcome = writing?.step(source) {
        writing = nil
        inspector.wrote(outcome, task.seen, to: task.file)
        return false
      }
    }
    if let progress = bulk?.progress ?? writing?.progress { inspector.progressed(progress) }
    return true
  }

  /// Ends what is done with many entries where it stands.
  func stopMany() {
    if let task = bulk {
      bulk = nil
      inspector.changedMany(task.ended)
      nextSample = 0
    }
    if let task = writing {
      writing = nil
      inspector.wrote(task.stop(), task.seen, to: task.file)
    }
  }
}
