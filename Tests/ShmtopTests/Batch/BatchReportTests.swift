import SharedSimple
import ShmtopKit
import Testing

@Suite struct BatchReportTests {
  private func report(_ change: (inout SegmentSample) -> Void) -> BatchReport {
    var identity = SegmentIdentity()
    identity.name = "orders"
    identity.createdWall = 1_700_000_000_000_000_000
    var earlier = SegmentSample()
    earlier.takenMonotonic = 1_000_000_000
    var later = SegmentSample()
    later.takenWall = 1_700_000_180_000_000_000
    later.takenMonotonic = 3_000_000_000
    later.table.entryCount = 1200
    later.table.slotCount = 4096
    later.table.growthThreshold = 3072
    change(&later)
    return BatchReport(
      identity: identity, sample: later, difference: SampleDifference(from: earlier, to: later))
  }

  private func participant(_ slot: Int, _ name: String, puts: UInt64) -> ParticipantSample {
    var participant = ParticipantSample()
    participant.slot = slot
    participant.pid = Int32(4000 + slot)
    participant.name = Array(name.utf8)
    participant.counters.puts = puts
    participant.liveness = .running
    participant.attachedWall = 1_700_000_000_000_000_000
    return participant
  }

  @Test func `says who holds the lock, and how many wait`() {
    let lines = report { sample in
      sample.participants = [participant(0, "app", puts: 0), participant(1, "web", puts: 0)]
      sample.lock.holder = 4000
      sample.lock.holderParticipant = 0
      sample.lock.heldSinceMonotonic = 2_988_000_000
      sample.participants[0].liveness = .stopped
      sample.participants[1].waitingSinceMonotonic = 2_990_000_000
      sample.participants[1].waitingFor = 4000
    }.lines
    #expect(lines.contains { $0.hasSuffix("held by 4000 (app), stopped, for 12 ms, 1 waits, for 10 ms") })
    #expect(lines.contains { $0.hasSuffix("10 ms for 4000") })
  }

  @Test func `counts processes, not their handles, and none that only looks`() {
    func title(_ names: [(String, pid: Int32)]) -> String {
      report { sample in
        sample.participants = names.enumerated().map { slot, process in
          var row = participant(slot, process.0, puts: 0)
          row.pid = process.pid
          row.isInspector = process.0 == "shmtop"
          row.liveness = process.0 == "dead" ? .dead : .running
          return row
        }
      }.lines[0]
    }
    #expect(title([("app", 1), ("app", 1), ("shmtop", 2)]).contains("  1 process"))
    #expect(title([("app", 1), ("web", 2), ("dead", 3), ("dead", 3)]).contains("  2 processes  1 dead"))
    #expect(title([("shmtop", 2)]).contains("  0 processes"))
  }

  @Test func `says percentiles of waits that no wait has exceeded`() {
    let lines = report { sample in
      sample.lock.contended = 1
      sample.lock.waits.counts[30] = 1
      sample.lock.longestWait = 1_200_000_000
    }.lines
    #expect(lines.contains { $0.contains("waits p50 ≤ 1.2 s p99 ≤ 1.2 s p99.9 ≤ 1.2 s, longest 1.2 s") })
  }

  @Test func `lists the busiest first and the dead last, with a sum`() {
    let lines = report { sample in
      sample.participants = [
        participant(0, "dead", puts: 9000), participant(1, "idle", puts: 0),
        participant(2, "busy", puts: 500),
      ]
      sample.participants[0].liveness = .dead
    }.lines
    let rows = lines.drop { !$0.contains("PID") }.dropFirst()
    #expect(rows.map { $0.split(separator: " ")[1] }.prefix(3) == ["busy", "idle", "dead"])
    let total = rows.dropFirst(3).first
    #expect(total?.contains("total") == true)
    #expect(total?.contains("4750") == true)
  }

  @Test func `events are told once, with their day; at first the last ones`() {
    var sample = SegmentSample()
    sample.events = (1...9).map { (number: UInt64) in
      var event = SegmentEvent()
      (event.number, event.kind, event.pid) = (number, .cleared, 100 + Int32(number))
      event.wall = 1_700_000_000_000_000_000
      return event
    }
    func pids(after last: UInt64?) -> [Int] {
      var identity = SegmentIdentity()
      identity.name = "orders"
      let lines = BatchReport(
        identity: identity, sample: sample, difference: SampleDifference(startingAt: sample), after: last
      ).lines.filter { $0.hasPrefix("Event") }
      #expect(lines.allSatisfy { $0.contains("2023-11-1") })
      return lines.map { line in Int(line.split(separator: "pid ")[1].prefix(3)) ?? 0 }
    }
    #expect(pids(after: nil) == [105, 106, 107, 108, 109])
    #expect(pids(after: 0) == Array(101...109))
    #expect(pids(after: 7) == [108, 109])
    #expect(pids(after: 9) == [])
  }

  @Test func `shows nothing raw of what a segment holds`() {
    let lines = report { sample in
      sample.participants = [participant(0, "\u{1b}]52;c;AAAA\u{7}\u{202e}", puts: 1)]
    }.lines
    #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
  }

  @Test func `takes whatever numbers a segment may hold`() {
    let lines = report { sample in
      sample.table.entryCount = .max
      sample.table.removedSlotCount = .max
      sample.table.slotCount = 0
      sample.memory.heapLive = -1
      sample.lock.acquisitions = .max
      sample.lock.contended = .max
      sample.lock.heldSinceMonotonic = .max
      sample.lock.holder = -1
      sample.lock.waits = LogHistogram(counts: Array(repeating: .max, count: 64))
      sample.lock.longestWait = .max
      sample.unlistedCount = .max
      var counters = OperationCounters()
      counters.hits = .max
      counters.puts = .max
      counters.waitNanoseconds = .max
      counters.waits = 1
      sample.departed = counters
      var event = SegmentEvent()
      for kind in SegmentEvent.Kind.allCases {
        event.kind = kind
        event.first = .max
        event.second = .max
        event.duration = .max
        event.wall = .max
        sample.events.append(event)
      }
    }.lines
    #expect(lines.count > 8)
  }
}
