public import SharedSimple

extension SegmentEvent {
  /// What happened, in a few words; the time and the process are not in it.
  public func sentence(repertoire: SafeText.Repertoire = .unicode) -> String {
    let time = Quantity.duration(nanoseconds: duration, repertoire: repertoire)
    switch kind {
    case .created:
      return "created with \(Quantity.exact(first)) slots, values of at most \(Quantity.exact(second)) bytes"
    case .resized:
      // Of a growth that was noticed afterwards, the time is not known.
      let taking = duration == 0 ? "" : " in \(time)"
      return "grew from \(Quantity.exact(first)) to \(Quantity.exact(second)) slots" + taking
    case .rehashed:
      return
        "rehashed \(Quantity.exact(first)) slots, dropping \(Quantity.exact(second)) removed ones, in \(time)"
    case .recovered:
      let loss = second == 0 ? "nothing was lost" : "\(Quantity.exact(second)) damaged entries were dropped"
      let dead = first == 0 ? "a holder of the lock" : "pid \(first)"
      return "recovered from the death of \(dead) in \(time): \(loss)"
    case .cleared: return "cleared of \(Quantity.exact(first)) entries in \(time)"
    case .replaced: return "replaced by an exclusive open"
    case .attached: return Int64(bitPattern: first) < 0 ? "attached, unlisted" : "attached"
    case .detached: return "detached after \(Quantity.duration(nanoseconds: second, repertoire: repertoire))"
    case .reaped:
      return
        "reaped \(Quantity.counted(first, "row of a dead process", "rows of dead processes"))"
    case .committed:
      let keys = Quantity.counted(second, "key", "keys")
      return first == 1
        ? "transaction of \(keys) in \(time)"
        : "\(Quantity.exact(first)) transactions of \(keys), longest \(time)"
    case .completed:
      let dead = first == 0 ? "a dead process" : "pid \(first), which died"
      return "completed the transaction of \(dead): \(Quantity.counted(second, "key", "keys"))"
    case .heapGrown: return "heap grew from \(Quantity.bytes(first)) to \(Quantity.bytes(second))"
    }
  }
}
