internal import CLinux

/// How a thread waits for a mutex that another one has: it stays away while the holder does a batch, then tries for a
/// while, then sleeps.
///
/// Two writers that hand the mutex over at each operation spend their time moving cache lines: those of the
/// lock, and those of all records and slots that the other one wrote. What a hand-over costs is paid once a batch.
extension StoreLock {
  /// A batch: so many acquisitions of others that a waiter stands by for, or so many nanoseconds. At more than
  /// a thousand, less than one operation in a thousand of a busy writer waits at all, and its 99.9th percentile is
  /// that of a writer that is alone. The time is what that costs the one that does wait, at most, while the holder
  /// goes on; measured with two writers, it is seldom reached. Both are chosen, not found: twice or half as much makes little difference.
  private static let batch: UInt64 = 2048
  private static let longestBatch: UInt64 = 500_000

  /// Pauses between two looks (some 27 ns each on a Zen 4, 40 on a Skylake), doubled from look to look. A look
  /// takes the line from the holder, which writes to it at each operation.
  private static let shortestPause = 16
  private static let longestPause = 256
  /// Looks before a thread sleeps.
  private static let looks = 64

  /// Sleep is cut into slices of 100 ms (arbitrary), to notice that the segment has been retired meanwhile,
  /// and that a sleeper woken in our stead was killed before it took the mutex.
  private static let slice: UInt64 = 100_000_000

  /// Waits for the mutex; `busy` at the deadline. Both times are of the monotonic clock.
  func waitForMutex(since start: UInt64, until deadline: UInt64) throws(StoreError) -> RobustMutex.Outcome {
    stayAway(until: min(start &+ Self.longestBatch, deadline))
    if let outcome = try tryForAWhile() { return outcome }
    return try sleep(until: deadline)
  }

  private func pause(_ count: Int) { for _ in 0..<count { shim_pause() } }

  /// Stands by while others take the mutex again and again.
  private func stayAway(until end: UInt64) {
    let header = segment.header
    let first = header.acquisitions
    var seen = first
    while true {
      pause(Self.longestPause)
      let count = header.acquisitions
      // Fewer than one in 32 pauses (about a microsecond): no batch, and no reason to stand by.
      guard count &- seen >= UInt64(Self.longestPause / 32), count &- first < Self.batch,
        SystemClock.monotonic < end
      else { return }
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
