import ShmtopKit

/// A change that has been confirmed and waits for the lock.
struct WaitingChange {
  let change: Change
  let isJournaled: Bool
  private let start: UInt64
  /// When it is given up.
  let deadline: UInt64
  private(set) var nextTry: UInt64

  /// As long as one likes to see that it is being tried.
  static let patience: UInt64 = 3_000_000_000
  /// Between two tries; keys are answered then.
  private static let pause: UInt64 = 20_000_000

  init(_ change: Change, isJournaled: Bool, now: UInt64) {
    self.change = change
    self.isJournaled = isJournaled
    (start, nextTry) = (now, now)
    deadline = now + Self.patience
  }

  mutating func tryAgain(_ now: UInt64) { nextTry = now + Self.pause }

  func triedMilliseconds(_ now: UInt64) -> Int { Int((now - start) / 1_000_000) + 10 }
}
