/// A change that the operator has confirmed. Each holds the bytes that were seen, and is made only if they
/// still are there; without them, whatever is there by then.
public enum Change: Sendable, Hashable {
  case replace(key: [UInt8], seen: [UInt8]?, new: [UInt8])
  case add(key: [UInt8], value: [UInt8])
  case remove(key: [UInt8], seen: [UInt8]?)
  /// Takes a change back, if what it wrote is still there.
  indirect case undo(Change)
  /// Clears the rows of dead processes.
  case reap

  /// The key it is about.
  public var key: [UInt8]? {
    switch self {
    case .replace(let key, _, _), .add(let key, _), .remove(let key, _): key
    case .undo(let change): change.key
    case .reap: nil
    }
  }

  /// What the key has after it; nil for none.
  public var after: [UInt8]? {
    switch self {
    case .replace(_, _, let new), .add(_, let new): new
    case .undo(let change): change.after
    case .remove, .reap: nil
    }
  }

  /// The change that takes this one back.
  func inverse(before: [UInt8]?) -> Change? {
    guard let key else { return nil }
    switch (before, after) {
    case (let before?, let after?): return .undo(.replace(key: key, seen: after, new: before))
    case (nil, let after?): return .undo(.remove(key: key, seen: after))
    case (let before?, nil): return .undo(.add(key: key, value: before))
    case (nil, nil): return nil
    }
  }
}

/// What `u` takes back.
public enum Undoing: Sendable, Hashable {
  case one(Change)
  /// Puts entries back that were removed together, all whose keys are still missing.
  case many(SeenEntries)
}

/// What came of a change.
public enum ChangeOutcome: Sendable, Hashable {
  /// It was made; `before` is what the key had until then, nil for none.
  case done(before: [UInt8]?)
  /// So many rows were cleared.
  case reaped(Int)
  /// The value is another one by now, or gone; nothing was written.
  case conflict(now: [UInt8]?)
  /// The lock could not be had in the time of one try; another try may do.
  case busy(LockWait)
  /// Nothing was written, for this reason.
  case failed(String)
}

/// What a change that waits for the lock waits for.
public struct LockWait: Sendable, Hashable {
  /// The process, or thread, that holds it; 0 where that is not known.
  public let holder: Int32
  /// Its state, as the letter in `/proc`; anything else where that is not known.
  public let holderState: String
  /// What is said where this was the last try.
  public let failure: String

  public init(holder: Int32, holderState: String = "", failure: String) {
    self.holder = holder
    self.holderState = holderState
    self.failure = failure
  }

  /// The state in a word, by the manual page of ps.
  var state: String? {
    switch holderState {
    case "R": "running"
    case "S": "sleeping"
    case "D": "in uninterruptible sleep"
    case "T": "stopped"
    case "t": "stopped by a debugger"
    case "Z", "X": "dead"
    default: nil
    }
  }
}
