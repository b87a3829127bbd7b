public import SharedSimple

/// What there is to know of a segment, by its format. Views ask for this, never for the format's name.
public struct Knowledge: OptionSet, Sendable, Hashable, Codable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Each process counts its gets, puts, removes and waits.
  public static let counters = Knowledge(rawValue: 1 << 0)
  /// Each entry tells when it was written, and all writes are numbered. Else only changes between two samples
  /// are known.
  public static let writeTimes = Knowledge(rawValue: 1 << 1)
  /// The segment keeps its own events, also from before anybody looked.
  public static let history = Knowledge(rawValue: 1 << 2)
  /// Waits and holds are counted by those who wait and hold. Else the mutex is only looked at, now and then.
  public static let lockTimes = Knowledge(rawValue: 1 << 3)
  /// Entries can be removed.
  public static let removal = Knowledge(rawValue: 1 << 4)
  /// Those who come and go are listed by themselves. Else processes are found by what they map.
  public static let participants = Knowledge(rawValue: 1 << 5)
  /// When and by whom it was created, and how far it can grow.
  public static let creation = Knowledge(rawValue: 1 << 6)
  /// The lock can be had to copy all entries at one instant, and a dead holder does not keep it.
  public static let snapshots = Knowledge(rawValue: 1 << 7)
  /// Memory of entries grows by itself. Else it is as long as the table, and the table grows when it is full.
  public static let growingHeap = Knowledge(rawValue: 1 << 8)

  /// All of it: the store of this package.
  public static let everything: Knowledge = [
    .counters, .writeTimes, .history, .lockTimes, .removal, .participants, .creation, .snapshots,
    .growingHeap,
  ]
}

extension SegmentIdentity {
  /// What there is to know of the segment: the one place where its format is asked for.
  public var knowledge: Knowledge { isOriginal ? [] : .everything }

  /// A word that marks segments of another format than the store's own; nil for those.
  public var formatWord: String? { isOriginal ? "original" : nil }

  /// Whose format that is.
  public var formatOrigin: String? { isOriginal ? "of the Perl module Shared::Simple" : nil }

  private var isOriginal: Bool { formatVersion == 0 }
}
