@testable import StoreAgent

// WHEN A HISTORY IS RIGHT
//
// It is right if there is an order of moments, each within its operation's call and return, at which one store, used
// by one process at a time, would have given the recorded answers (Herlihy and Wing). Found by search, after
// Wing and Gong: of the operations that may come next, because none that is still to come had returned
// before they were called, take each in turn; remember the configurations that were met (Lowe), so that none is
// searched twice.
//
// What has a moment:
//
//  - An operation of one step: one moment. `removeAll` and `all` as well, whatever the number of keys.
//  - `forEach`: one moment for each key, in any order: it is a lock-free get of each.
//  - A section (`withLock`): its steps in their order, a moment each, all in one hold of the mutex.
//  - A transaction: it begins and ends in one hold of the mutex; in between, each key that it changes
//    becomes visible at a moment of its own, in any order. Its own reads were made when it began, and see its writes.
//    Rolled back, it is one moment at which nothing changes.
//
// While a section or a transaction is open nobody else has the mutex, so there is no moment of an operation that
// takes it: snapshots, sections and other transactions see all or nothing. Lock-free reads have theirs whenever
// they like, and see what is visible: one key of a transaction before another. They are `get`, the gets of
// `forEach`, and a `getOrPut` that found the key there.
//
// A process that was killed within an operation (there is no return):
//
//  - one step: at any time after the call, or never;
//  - a section: any number of its steps, but at least those that were answered; others have the mutex afterwards;
//  - a transaction: all or nothing. Having become visible in part, it keeps the mutex until it is visible as a
//    whole, because the next owner completes it before it does anything else.
//
// What a history leaves in the store is one more snapshot.

/// Finds out whether a history is right.
enum LinearizabilityChecker {
  enum Verdict: Equatable {
    case linearizable
    /// No order explains it: the least part of the history that shows it, and how far the search came.
    case violated(String)
    /// The search was given up: the history is too large for it.
    case undecided
  }

  /// Configurations to look at before giving up.
  static let limit = 1_000_000

  static func check(_ history: History) -> Verdict {
    guard history.isKeyed else { return LinearizationSearch(history).run() }
    for key in history.initial.indices {
      let verdict = LinearizationSearch(history.ofKey(key)).run()
      guard verdict == .linearizable else { return verdict }
    }
    return .linearizable
  }
}
