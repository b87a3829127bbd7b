public import SharedSimple

extension SegmentEvent.Kind {
  /// The word on the screen.
  public var word: String {
    switch self {
    case .created: "created"
    case .resized: "grown"
    case .rehashed: "rehashed"
    case .recovered: "recovered"
    case .cleared: "cleared"
    case .replaced: "replaced"
    case .attached: "attached"
    case .detached: "detached"
    case .reaped: "reaped"
    case .heapGrown: "heap grown"
    }
  }
}

extension SegmentEvent {
  /// What happened, in words.
  public var sentence: String {
    switch kind {
    case .created:
      "with \(Quantity.exact(first)) slots, values up to \(Quantity.bytes(second))"
    case .resized: "from \(Quantity.exact(first)) to \(Quantity.exact(second)) slots"
    case .rehashed: "\(Quantity.exact(first)) slots, \(Quantity.exact(second)) removed ones dropped"
    case .recovered:
      "pid \(first) died holding the lock; "
        + (second == 0 ? "nothing was lost" : "\(Quantity.exact(second)) damaged entries were dropped")
    case .cleared: "\(Quantity.exact(first)) entries removed at once"
    case .replaced: "an exclusive open put a new segment in its place"
    case .attached: Int64(bitPattern: first) < 0 ? "unlisted: no row was free" : "row \(first)"
    case .detached:
      (Int64(bitPattern: first) < 0 ? "unlisted" : "row \(first)")
        + ", was attached for \(Quantity.duration(nanoseconds: second))"
    case .reaped: "\(Quantity.exact(first)) rows of dead processes cleared, the last was pid \(second)"
    case .heapGrown: "from \(Quantity.bytes(first)) to \(Quantity.bytes(second)) claimed"
    }
  }

  /// Kind, process and sentence, to filter and search by.
  var searchText: String { "\(kind.word) \(pid) \(sentence)" }
}
