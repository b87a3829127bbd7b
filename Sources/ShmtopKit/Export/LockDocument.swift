import OriginalSegment
import SharedSimple

struct LockDocument: Sendable, Encodable {
  struct Holder: Sendable, Encodable {
    let pid: Int32
    let slot: Int?
    let heldNanoseconds: UInt64?
  }
  /// So many times of at most so long, and longer than those of the bucket before.
  struct Bucket: Sendable, Encodable {
    let atMostNanoseconds: UInt64
    let count: UInt64
  }
  let holder: Holder?
  let waiting: Int?
  let acquisitions: UInt64?
  let contended: UInt64?
  let waitNanoseconds: UInt64?
  let longestWaitNanoseconds: UInt64?
  let recoveries: UInt64?
  let waits: [Bucket]?
  let sampledHolds: [Bucket]?
  let looks: LooksDocument?

  init(_ sample: SegmentSample, _ knowledge: Knowledge, _ remarks: Remarks) {
    let lock = sample.lock
    let isTimed = knowledge.contains(.lockTimes)
    holder = lock.holder.map { pid in
      Holder(
        pid: pid, slot: lock.holderParticipant,
        heldNanoseconds: isTimed
          ? lock.heldSinceMonotonic.map { elapsed(from: $0, to: sample.takenMonotonic) } : nil)
    }
    waiting = remarks.waiterCount(seen: sample.waitingCount)
    looks = remarks.looks.flatMap(LooksDocument.init)
    guard isTimed else {
      (acquisitions, contended, waitNanoseconds, longestWaitNanoseconds) = (nil, nil, nil, nil)
      (recoveries, waits, sampledHolds) = (nil, nil, nil)
      return
    }
    acquisitions = lock.acquisitions
    contended = lock.contended
    waitNanoseconds = lock.waitNanoseconds
    longestWaitNanoseconds = lock.longestWait
    recoveries = lock.recoveries
    waits = Self.buckets(lock.waits)
    sampledHolds = Self.buckets(lock.sampledHolds)
  }

  /// Those that have counted anything.
  private static func buckets(_ histogram: LogHistogram) -> [Bucket] {
    histogram.counts.enumerated().filter { $0.element > 0 }.map { bucket, count in
      Bucket(atMostNanoseconds: LogHistogram.upperBound(ofBucket: bucket), count: count)
    }
  }
}

/// What looks at a lock have seen that does not count by itself.
struct LooksDocument: Sendable, Encodable {
  let count: Int
  let held: Int
  let withWaiters: Int
  let longestRunThread: Int32?
  let longestRunLooks: Int?
  let longestRunNanoseconds: UInt64?

  /// - Returns: nil where the lock cannot be read.
  init?(_ watch: LockWatch) {
    guard !watch.isUnknown else { return nil }
    (count, held, withWaiters) = (watch.looks, watch.held, watch.withWaiters)
    let run = watch.longestRun.looks > 0 ? watch.longestRun : nil
    longestRunThread = run?.owner
    longestRunLooks = run?.looks
    longestRunNanoseconds = run?.nanoseconds
  }
}
