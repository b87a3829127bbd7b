public import SharedSimple

extension LogHistogram {
  /// The longest time, in nanoseconds, that falls into a bucket.
  public static func upperBound(ofBucket bucket: Int) -> UInt64 {
    bucket >= 63 ? .max : (1 << UInt64(Swift.max(0, bucket) + 1)) - 1
  }

  /// The number of times counted.
  public var total: UInt64 { counts.reduce(0, &+) }

  /// The highest bucket that has counted anything.
  public var highestBucket: Int? { counts.lastIndex { $0 > 0 } }

  /// The bucket below or in which lies the given part of all times: 0.5 for the median, 0.99, 0.999.
  /// No finer than a bucket, so what can be said is "at most `upperBound(ofBucket:)`".
  ///
  /// - Parameter share: 0 to 1.
  /// - Returns: nil where nothing was counted.
  public func bucket(atShare share: Double) -> Int? {
    let total = counts.reduce(0.0) { $0 + Double($1) }
    guard total > 0 else { return nil }
    let rank = Swift.max(1, (total * share).rounded(.up))
    var passed = 0.0
    for (bucket, count) in counts.enumerated() {
      passed += Double(count)
      if passed >= rank { return bucket }
    }
    return highestBucket
  }

  /// The upper bound, in nanoseconds, of the bucket at that share; nil where nothing was counted.
  public func percentile(_ share: Double) -> UInt64? {
    bucket(atShare: share).map(Self.upperBound(ofBucket:))
  }

  /// What was counted since this histogram stood as in `earlier`.
  public func growth(since earlier: LogHistogram) -> LogHistogram {
    LogHistogram(
      counts: counts.enumerated().map { bucket, count in
        bucket < earlier.counts.count ? count.growth(since: earlier.counts[bucket]) : count
      })
  }
}
