import OriginalSegment
import SharedSimple

extension MetricFamily {
  /// Every metric there is, in the order of the exposition.
  static let all: [MetricFamily] = segment + table + memory + operations + lock + participants

  private static let segment: [MetricFamily] = [
    MetricFamily("shmtop_segment_info", .gauge, "What was fixed when the segment was made; always 1.") {
      source in
      let creator =
        source.identity.knowledge.contains(.creation)
        ? [("creator_pid", String(source.identity.creator))] : []
      return [
        Point(
          labels: [
            ("format_version", String(source.identity.formatVersion)),
            ("owner", String(source.identity.owner)),
          ] + creator, value: MetricNumber(1))
      ]
    },
    MetricFamily("shmtop_segment_state", .gauge, "1 for the state that the segment is in.") { source in
      ["live", "retired", "replaced", "gone"].map { state in
        Point(labels: [("state", state)], value: MetricNumber(source.sample.stateWord == state))
      }
    },
    MetricFamily(
      "shmtop_segment_created_timestamp_seconds", .gauge,
      "When the segment was created, in seconds since 1970."
    ) { [Point(value: MetricNumber(seconds: $0.identity.createdWall))] }.needing(.creation),
    MetricFamily("shmtop_segment_reservation_bytes", .gauge, "Address space the segment can grow into.") {
      [Point(value: MetricNumber($0.identity.reservation))]
    }.needing(.creation),
    MetricFamily("shmtop_value_limit_bytes", .gauge, "The longest value the segment takes.") {
      [Point(value: MetricNumber($0.identity.valueLimit))]
    },
    MetricFamily(
      "shmtop_changes", .counter, "Puts, removes and clearings since creation.",
      number: {
        MetricNumber($0.sequence)
      }
    ).needing(.writeTimes),
  ]

  private static let table: [MetricFamily] = [
    MetricFamily("shmtop_entries", .gauge, "Live entries.", number: { MetricNumber($0.table.entryCount) }),
    MetricFamily(
      "shmtop_table_slots", .gauge, "Slots of the table.", number: { MetricNumber($0.table.slotCount) }),
    MetricFamily(
      "shmtop_table_removed_slots", .gauge, "Slots whose entry was removed and that probes still pass.",
      number: { MetricNumber($0.table.removedSlotCount) }
    ).needing(.removal),
    MetricFamily(
      "shmtop_table_growth_threshold_slots", .gauge, "Used slots at which the next insert makes a new table.",
      number: { MetricNumber($0.table.growthThreshold) }
    ).needing(.growingHeap),
    MetricFamily(
      "shmtop_table_generations", .counter, "Tables there have been: growths, rehashes and clearings.",
      number: { MetricNumber($0.table.generation) }
    ).needing(.growingHeap),
  ]

  private static let memory: [MetricFamily] = [
    MetricFamily("shmtop_claimed_bytes", .gauge, "Claimed memory of a region; never shrinks.") { source in
      let memory = source.sample.memory
      let regions =
        [("header", memory.headerByteCount), ("heap", memory.heapClaimed)]
        + memory.windows(source.identity.knowledge).enumerated().map { ("window\($0)", $1) }
      return regions.map { Point(labels: [("region", $0)], value: MetricNumber($1)) }
    },
    MetricFamily(
      "shmtop_heap_live_bytes", .gauge, "Memory of entries.", number: { MetricNumber($0.memory.heapLive) }),
    MetricFamily(
      "shmtop_heap_free_bytes", .gauge, "Memory of former entries that waits to be used again.",
      number: { MetricNumber($0.memory.heapFree) }
    ).needing(.removal),
    MetricFamily(
      "shmtop_allocated_bytes", .gauge, "Memory the system has given to the segment.",
      number: { MetricNumber($0.memory.allocated) }),
    MetricFamily(
      "shmtop_shm_free_bytes", .gauge, "Free memory of the file system of all segments (/dev/shm).",
      number: { MetricNumber($0.memory.systemFree) }),
    MetricFamily(
      "shmtop_shm_size_bytes", .gauge, "Size of the file system of all segments (/dev/shm).",
      number: { MetricNumber($0.memory.systemTotal) }),
  ]

  private static let operations: [MetricFamily] = operationCounts.map { $0.needing(.counters) }

  private static let operationCounts: [MetricFamily] = [
    MetricFamily("shmtop_gets", .counter, "Reads, by whether they found their key.") { source in
      let totals = source.sample.totals
      return [("hit", totals.hits), ("miss", totals.misses)].map {
        Point(labels: [("result", $0)], value: MetricNumber($1))
      }
    },
    MetricFamily("shmtop_puts", .counter, "Values written.", number: { MetricNumber($0.totals.puts) }),
    MetricFamily(
      "shmtop_removes", .counter, "Keys removed one at a time.", number: { MetricNumber($0.totals.removes) }),
    MetricFamily(
      "shmtop_transactions", .counter, "Transactions that changed something.",
      number: { MetricNumber($0.transactions.committed) }),
    MetricFamily(
      "shmtop_transaction_keys", .counter, "Keys that transactions put or removed.",
      number: { MetricNumber($0.transactions.keys) }),
    MetricFamily(
      "shmtop_transactions_rolled_back", .counter, "Transactions that changed nothing in the end.",
      number: { MetricNumber($0.transactions.rolledBack) }),
  ]

  private static let lock: [MetricFamily] = lockStates + lockTimes.map { $0.needing(.lockTimes) }

  private static let lockStates: [MetricFamily] = [
    MetricFamily("shmtop_lock_held", .gauge, "1 while a process holds the lock.") { source in
      // Of a lock that cannot be read, it is not known.
      source.remarks.looks?.isUnknown ?? false
        ? [] : [Point(value: MetricNumber(source.sample.lock.holder != nil))]
    },
    MetricFamily("shmtop_lock_waiters", .gauge, "Processes that wait for the lock now.") { source in
      source.remarks.waiterCount(seen: source.sample.waitingCount).map { [Point(value: MetricNumber($0))] }
        ?? []
    },
  ]

  private static let lockTimes: [MetricFamily] = [
    MetricFamily("shmtop_lock_held_seconds", .gauge, "For how long it is held now, where that is known.") {
      source in
      guard let since = source.sample.lock.heldSinceMonotonic, let pid = source.sample.lock.holder else {
        return []
      }
      return [
        Point(
          labels: [("pid", String(pid))],
          value: MetricNumber(seconds: elapsed(from: since, to: source.sample.takenMonotonic)))
      ]
    },
    MetricFamily(
      "shmtop_lock_acquisitions", .counter, "Times the lock was taken.",
      number: {
        MetricNumber($0.lock.acquisitions)
      }),
    MetricFamily(
      "shmtop_lock_contended", .counter, "Of these, how many found it taken.",
      number: {
        MetricNumber($0.lock.contended)
      }),
    MetricFamily(
      "shmtop_lock_recoveries", .counter, "Times a dead holder's store was repaired.",
      number: {
        MetricNumber($0.lock.recoveries)
      }),
    MetricFamily(
      "shmtop_lock_longest_wait_seconds", .gauge, "The longest wait since creation.",
      number: {
        MetricNumber(seconds: $0.lock.longestWait)
      }),
    MetricFamily("shmtop_lock_wait_seconds", .histogram, "Waits for the lock that ended with it.") { source in
      let lock = source.sample.lock
      return points(lock.waits) + [
        Point(suffix: "_count", value: MetricNumber(lock.waits.total)),
        Point(suffix: "_sum", value: MetricNumber(seconds: lock.waitNanoseconds)),
      ]
    },
    // How long all of them took is not known, and a sum must be right or not there.
    MetricFamily(
      "shmtop_lock_sampled_hold_seconds", .histogram,
      "How long the lock was held: every 64th acquisition of a handle, and all that had to wait."
    ) { points($0.sample.lock.sampledHolds) },
  ]

  private static let participants: [MetricFamily] =
    states + participantRows.map { $0.needing([.participants, .counters]) }

  private static let states: [MetricFamily] = [
    MetricFamily(
      "shmtop_participants", .gauge,
      "Attached handles by the state of their process; where handles are not listed, processes."
    ) { source in
      let states: [ProcessLiveness] = [.running, .stopped, .blocked, .dead, .unknown]
      return states.map { state in
        Point(
          labels: [("state", state.rawValue)],
          value: MetricNumber(source.sample.participants.count { $0.liveness == state }))
      }
    }
  ]

  private static let participantRows: [MetricFamily] = [
    MetricFamily(
      "shmtop_participants_unlisted", .gauge, "Handles that found no row.",
      number: {
        MetricNumber($0.unlistedCount)
      }),
    MetricFamily(
      "shmtop_participant_rows", .gauge, "Rows there are for handles.",
      number: {
        MetricNumber($0.participantCapacity)
      }),
    MetricFamily("shmtop_participant_gets", .counter, "Reads of a handle, by whether they found their key.") {
      source in
      source.sample.participants.flatMap { row in
        [("hit", row.counters.hits), ("miss", row.counters.misses)].map {
          Point(labels: labels(row) + [("result", $0)], value: MetricNumber($1))
        }
      }
    },
    MetricFamily(
      "shmtop_participant_puts", .counter, "Values a handle wrote.",
      participant: { row, _ in
        MetricNumber(row.counters.puts)
      }),
    MetricFamily(
      "shmtop_participant_removes", .counter, "Keys a handle removed.",
      participant: { row, _ in
        MetricNumber(row.counters.removes)
      }),
    MetricFamily(
      "shmtop_participant_waits", .counter, "Times a handle waited for the lock.",
      participant: { row, _ in
        MetricNumber(row.counters.waits)
      }),
    MetricFamily(
      "shmtop_participant_wait_seconds", .counter, "How long a handle waited for the lock.",
      participant: { row, _ in MetricNumber(seconds: row.counters.waitNanoseconds) }),
    MetricFamily(
      "shmtop_participant_waits_caused", .counter, "Waits of others while a handle held the lock.",
      participant: { row, _ in MetricNumber(row.waitsCaused) }),
    MetricFamily(
      "shmtop_participant_caused_wait_seconds", .counter,
      "How long others waited while a handle held the lock.",
      participant: { row, _ in MetricNumber(seconds: row.waitNanosecondsCaused) }),
    MetricFamily(
      "shmtop_participant_waiting_seconds", .gauge, "For how long a handle waits now; 0 where it does not.",
      participant: { row, sample in
        MetricNumber(
          seconds: row.waitingSinceMonotonic.map { elapsed(from: $0, to: sample.takenMonotonic) } ?? 0)
      }),
  ]

  /// The buckets of a histogram of nanoseconds, from 256 ns to 18 min by powers of two; what lies beyond is in the
  /// first and the last. A bound is a nanosecond above the longest time that counts below it.
  private static func points(_ histogram: LogHistogram) -> [Point] {
    var sum: UInt64 = 0
    var points: [Point] = []
    for (bucket, count) in histogram.counts.enumerated() {
      sum &+= count
      guard 7...39 ~= bucket else { continue }
      let bound = MetricNumber(seconds: 1 << UInt64(bucket + 1))
      points.append(Point(suffix: "_bucket", labels: [("le", bound.text)], value: MetricNumber(sum)))
    }
    return points + [Point(suffix: "_bucket", labels: [("le", "+Inf")], value: MetricNumber(sum))]
  }
}
