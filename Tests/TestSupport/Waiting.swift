import Glibc
import SharedSimple

/// What was waited for did not come: the limit that stops hangs.
public struct NeverCame: Error {}

/// Waits while something is so, for two minutes at most. Blocks the thread.
public func waitWhile(_ isSo: () throws -> Bool) throws {
  let end = ContinuousClock.now + .seconds(120)
  while try isSo() {
    guard ContinuousClock.now < end else { throw NeverCame() }
    usleep(500)
  }
}

/// Waits until so many handles show that they wait for the mutex of a segment.
public func waitUntil(waiters: Int, at segment: TemporaryStore) throws {
  let observer = try SegmentObserver(segment.name)
  try waitWhile {
    try observer.sample().participants.count(where: { $0.waitingSinceMonotonic != nil }) < waiters
  }
}
