internal import CLinux

/// How a thread waits for a mutex that another one has: it stays away while the holder does a batch, then tries for a
/// while, then sleeps.
///
/// Two writers that hand the mutex over at each operation spend their time moving cache lines: those of the
/// lock, and those of all records and slots that the other one wrote. What a hand-over costs is paid once a batch.
extension StoreLock {
  /// A batch: so many acquisitions by others, or so many nanoseconds, that a waiter stands by for. Of the operations of
  /// a busy writer less than one in a thousand waits then, so that the 99.9th percentile of its puts is that of a
  /// writer that is alone; and the time is the most that it costs the one that waits. Both numbers are
  /// chosen, not measured.
  private static let batch: UInt64 = 2048
  private static let longestBatch: UInt64 = 1_000_000

  /// Pauses between two looks; one is some 27 ns on a Zen 4. A look takes the line from the holder, which writes to it
  /// at each operation.
  private static let shortestPause = 16
  private static let surveyPause = 32
  private static let surveyLooks = 32
  private static let longestPause = 256
  /// Looks before a thread sleeps.
  private static let looks = 64

  /// Sleep is cut into slices of 100 ms (arbitrary), to notice that the segment has been retired meanwhile,
  /// and that a sleeper woken in our stead was killed before it took the mutex.
  private static let slice: UInt64 = 100_000_000

  /// Waits for the mutex; `busy` at the deadline. Both times are of the monotonic clock.
  func waitForMutex(since start: UInt64, until deadline: UInt64) throws(StoreError) -> RobustMutex.Outcome {
    if isInDemand { standBy(until: min(start &+ Self.longestBatch, deadline)) }
    if let outcome = try tryForAWhile() { return outcome }
    return try sleep(until: deadline)
  }

  private func pause(_ count: Int) { for _ in 0..<count { shim_pause() } }

  /// Whether others have the mutex for more than about a third of the time: a sequential test, which ends once two
  /// more looks found it free, or two more found it held, or that cannot be told. Where it is mostly free, writers have
  /// other work to do between their operations, and can do it at the same time; so nobody should stand by.
  private var isInDemand: Bool {
    let header = segment.header
    let first = header.acquisitions
    var balance = 0
    for _ in 0..<Self.surveyLooks {
      guard balance > -4, balance < 2 else { break }
      pause(Self.surveyPause)
      if header.holder.isHeld {
        balance -= 2
      } else if header.acquisitions == first {
        return false
      } else {
        balance += 1
      }
    }
    return balance <= -4
  }

  /// Stands by while others take the mutex again and again.
  private func standBy(until end: UInt64) {
    let header = segment.header
    let first = header.acquisitions
    var seen = first
    while true {
      pause(Self.longestPause)
      let count = header.acquisitions
      // Nobody took it in some 7 µs: the holder is stopped, or has much to do, or has gone.
      guard count != seen, count &- first < Self.batch, SystemClock.monotonic < end else { return }
      seen = count
    }
  }

  /// Tries whenever the holder word is clear; `nil` where the mutex was busy each time.
  private func tryForAWhile() throws(StoreError) -> RobustMutex.Outcome? {
    let header = segment.header
    var pauses = Self.shortestPause
    for _ in 0..<Self.looks {
      pause(pauses)
      pauses = min(pauses * 2, Self.longestPause)
      if header.holder.isHeld { continue }
      try requireUsable()
      let outcome = header.mutex.tryLock()
      guard case .busy = outcome else { return outcome }
    }
    return nil
  }

  private func sleep(until deadline: UInt64) throws(StoreError) -> RobustMutex.Outcome {
    let mutex = segment.header.mutex
    var hasSlept = false
    while true {
      try requireUsable()
      let outcome = mutex.tryLock()
      switch outcome {
      case .taken, .takenFromDead:
        if hasSlept { mutex.rememberSleepers() }
        return outcome
      case .unrecoverable, .failed: return outcome
      case .busy: break
      }
      let now = SystemClock.monotonic
      if now >= deadline { return .busy }
      mutex.waitUntilFree(nanoseconds: min(deadline - now, Self.slice))
      hasSlept = true
    }
  }
}
