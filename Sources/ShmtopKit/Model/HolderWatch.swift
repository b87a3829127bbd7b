import SharedSimple

/// How long the mutex has been held, as far as samples can tell.
public struct HolderWatch: Sendable, Hashable {
  private var pid: Int32?
  private var acquisition: UInt64 = 0
  private var firstSeen: UInt64 = 0

  /// For how long at least the present holder has held it, in nanoseconds; nil where nobody does.
  public private(set) var heldNanoseconds: UInt64?
  /// Whether the time is exact: the segment knows when the mutex was taken.
  public private(set) var isExact = false

  mutating func note(_ sample: SegmentSample) {
    guard let holder = sample.lock.holder else {
      self = HolderWatch()
      return
    }
    // The same acquisition, if it is the same process and nobody has taken the mutex since.
    if pid != holder || acquisition != sample.lock.acquisitions {
      (pid, acquisition, firstSeen) = (holder, sample.lock.acquisitions, sample.takenMonotonic)
    }
    let since = sample.lock.heldSinceMonotonic
    isExact = since != nil
    // Who has waited for this holder since then has found it holding the mutex then.
    let waited = sample.participants.lazy.filter { $0.waitingFor == holder && $0.liveness != .dead }
      .compactMap(\.waitingSinceMonotonic).min()
    let start = since ?? min(firstSeen, waited ?? firstSeen)
    heldNanoseconds = elapsed(from: start, to: sample.takenMonotonic)
  }
}
