public import SharedSimple

/// A row of the list of processes: one attachment, or the handles that have been closed.
public struct ProcessRow: Sendable, Hashable {
  /// Names one attachment, though its row in the segment may be given to another process later.
  public struct ID: Sendable, Hashable {
    public let slot: Int
    public let attachedWall: UInt64
  }

  /// nil for those that left.
  public let id: ID?
  public let rates: ParticipantRates

  public var participant: ParticipantSample? { rates.participant }

  init(_ rates: ParticipantRates) {
    self.rates = rates
    id = rates.participant.map { ID(slot: $0.slot, attachedWall: $0.attachedWall) }
  }

  /// The name and what it is, as text to filter by.
  var searchText: [UInt8] { Array(String(participant?.pid ?? 0).utf8) + [0x20] + (participant?.name ?? []) }
}

/// What processes can be sorted by.
public enum ProcessColumn: String, Sendable, Hashable, CaseIterable {
  case pid, name, state, gets, puts, removes, hitRate, waits, meanWait, caused, causedTime, waiting, attached

  var startsDescending: Bool { ![.pid, .name, .state, .attached].contains(self) }

  func compare(_ left: ProcessRow, _ right: ProcessRow) -> Int {
    let (a, b) = (left.rates, right.rates)
    return switch self {
    case .pid: order(a.participant?.pid ?? 0, b.participant?.pid ?? 0)
    case .name:
      order(
        String(decoding: a.participant?.name ?? [], as: UTF8.self),
        String(decoding: b.participant?.name ?? [], as: UTF8.self))
    case .state: order(a.participant?.liveness.rawValue ?? "", b.participant?.liveness.rawValue ?? "")
    case .gets: order(a.counts.gets, b.counts.gets)
    case .puts: order(a.counts.puts, b.counts.puts)
    case .removes: order(a.counts.removes, b.counts.removes)
    case .hitRate: order(a.hitRate ?? -1, b.hitRate ?? -1)
    case .waits: order(a.counts.waits, b.counts.waits)
    case .meanWait: order(a.meanWaitNanoseconds ?? -1, b.meanWaitNanoseconds ?? -1)
    case .caused: order(a.waitsCaused, b.waitsCaused)
    case .causedTime: order(a.waitNanosecondsCaused, b.waitNanosecondsCaused)
    // Longest first where descending: who waits since earlier is the larger.
    case .waiting:
      order(b.participant?.waitingSinceMonotonic ?? .max, a.participant?.waitingSinceMonotonic ?? .max)
    case .attached: order(a.participant?.attachedWall ?? 0, b.participant?.attachedWall ?? 0)
    }
  }

  private func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }
}
