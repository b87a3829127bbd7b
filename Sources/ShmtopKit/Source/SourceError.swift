public import OriginalSegment
public import SharedSimple

/// What went wrong with a segment that is watched, whichever format it has.
public enum SourceError: Error, CustomStringConvertible {
  case store(StoreError)
  case original(OriginalError)

  public var description: String {
    switch self {
    case .store(let error): error.description
    case .original(let error): error.description
    }
  }

  /// The name leads nowhere, or not yet to a whole segment.
  public var isMissing: Bool {
    switch self {
    case .store(.notFound), .store(.timedOut): true
    case .original(.notFound), .original(.dataMissing), .original(.controlMissing), .original(.settingUp):
      true
    default: false
    }
  }

  /// One of the segment's two objects is missing.
  public var isHalf: Bool {
    switch self {
    case .original(.dataMissing), .original(.controlMissing): true
    default: false
    }
  }

  /// There is something to be read, but not at this moment.
  public var isPassing: Bool {
    switch self {
    case .store(.replaced), .store(.timedOut): true
    case .original(.unsettled): true
    default: false
    }
  }
}
