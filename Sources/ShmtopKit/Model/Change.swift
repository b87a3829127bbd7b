/// A change that the operator has confirmed. Each holds the bytes that were seen, and is made only if they
/// still are there; without them, whatever is there by then.
public enum Change: Sendable, Hashable {
  case replace(key: [UInt8], seen: [UInt8]?, new: [UInt8])
  case add(key: [UInt8], value: [UInt8])
  case remove(key: [UInt8], seen: [UInt8]?)
  /// Clears the rows of dead processes.
  case reap

  /// The key it is about.
  public var key: [UInt8]? {
    switch self {
    case .replace(let key, _, _), .add(let key, _), .remove(let key, _): key
    case .reap: nil
    }
  }
}

/// What came of a change.
public enum ChangeOutcome: Sendable, Hashable {
  case done
  /// So many rows were cleared.
  case reaped(Int)
  /// The value is another one by now, or gone; nothing was written.
  case conflict(now: [UInt8]?)
  /// Nothing was written, for this reason.
  case failed(String)
}
