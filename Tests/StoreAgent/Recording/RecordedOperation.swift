/// One operation of a process as it was called, and what came of it.
struct RecordedOperation: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    /// One step, in one hold of the mutex or as a lock-free read.
    case single
    /// `forEach`: a lock-free get of each key, each at a moment of its own.
    case walk
    /// `all`: a get of every key in one hold of the mutex.
    case snapshot
    /// `withLock`: some steps in one hold of the mutex.
    case section
    /// `transaction`: all steps or none.
    case transaction
  }

  enum Outcome: UInt8, Sendable {
    /// It returned.
    case done
    /// A transaction whose body gives it up; written with the call already.
    case rolledBack
    /// A lock-free read that said `busy`: nothing was learned.
    case busy
  }

  var kind: Kind
  var steps: [RecordedStep]
  var outcome = Outcome.done
  /// The process's number in the history.
  var lane = 0
  /// CLOCK_MONOTONIC.
  var called: UInt64 = 0
  /// `nil`: the process was killed first.
  var returned: UInt64?

  /// The most steps one can have.
  static let stepLimit = 9
  /// Called, returned, kind and outcome and number of steps, one spare; then the steps.
  static let wordCount = 4 + stepLimit * RecordedStep.wordCount
}
