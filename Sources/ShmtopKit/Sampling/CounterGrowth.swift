import SharedSimple

extension UInt64 {
  /// How far a counter has come since it stood at `earlier`: right across a wrap, and 0 where it went
  /// back (a sample is taken without the lock, and a segment may lie).
  func growth(since earlier: UInt64) -> UInt64 {
    let difference = self &- earlier
    return difference > UInt64(Int64.max) ? 0 : difference
  }

  func rate(over seconds: Double) -> Double { seconds > 0 ? Double(self) / seconds : 0 }

  /// The part of `whole` that this is, at most 1 (the two may be read an instant apart); nil of nothing.
  func share(of whole: UInt64) -> Double? { whole == 0 ? nil : Swift.min(1, Double(self) / Double(whole)) }
}

extension OperationCounters {
  /// How far each count has come since it stood as in `earlier`.
  func growth(since earlier: OperationCounters) -> OperationCounters {
    var growth = OperationCounters()
    growth.hits = hits.growth(since: earlier.hits)
    growth.misses = misses.growth(since: earlier.misses)
    growth.puts = puts.growth(since: earlier.puts)
    growth.removes = removes.growth(since: earlier.removes)
    growth.waits = waits.growth(since: earlier.waits)
    growth.waitNanoseconds = waitNanoseconds.growth(since: earlier.waitNanoseconds)
    return growth
  }
}
