/// The views of a segment.
public enum ViewKind: String, Sendable, Hashable, CaseIterable {
  case entries, processes, lock, events, table

  /// The key that opens it.
  public var number: Int { Self.allCases.firstIndex(of: self)! + 1 }

  public var title: String {
    switch self {
    case .entries: "Entries"
    case .processes: "Processes"
    case .lock: "Lock"
    case .events: "Events"
    case .table: "Table"
    }
  }

  var purpose: String {
    switch self {
    case .entries: "what is in the store"
    case .processes: "who does what to it"
    case .lock: "who waits, and for whom"
    case .events: "what happened"
    case .table: "how full it is, and of what"
    }
  }

  var scope: Scope {
    switch self {
    case .entries: .entries
    case .processes: .processes
    case .lock: .lock
    case .events: .events
    case .table: .table
    }
  }
}
