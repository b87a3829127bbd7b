import OriginalSegment
import SharedSimple

@testable import ShmtopKit

/// A sample in which nothing is missing, and the difference to one before.
struct ExportedSample {
  private(set) var identity: SegmentIdentity
  let sample: SegmentSample
  let difference: SampleDifference
  private(set) var remarks = Remarks()

  /// One of a segment of which little is known: the other fields.
  static var original: ExportedSample {
    var exported = ExportedSample()
    exported.identity.formatVersion = 0
    var run = LockWatch.Run()
    (run.owner, run.looks, run.first, run.last) = (4711, 20, 1_000_000, 191_000_000)
    let looks = LockWatch(
      looks: 100, held: 30, withWaiters: 3, looksByOwner: [4711: 30], longestRun: run, run: run,
      isWaitedFor: true, isUnknown: false)
    exported.remarks.looks = looks
    exported.remarks.findings = [Finding(.lock, "The owner is gone.", isGrave: true)]
    exported.remarks.hiddenProcesses = 3
    exported.remarks.unreadEntries = 1
    return exported
  }

  init(name: String = "orders", participantName: [UInt8] = [0xFF, 0x1B, 0x22, 0x5C, 0x0A]) {
    var identity = SegmentIdentity()
    identity.name = name
    identity.createdWall = 1_700_000_000_000_000_001
    identity.valueLimit = 32
    var sample = SegmentSample()
    sample.takenWall = 1_700_000_180_000_000_000
    sample.takenMonotonic = 9_000_000_000
    sample.sequence = .max
    sample.table.entryCount = 1200
    sample.table.slotCount = 4096
    sample.lock.holder = 4711
    sample.lock.holderParticipant = 0
    sample.lock.heldSinceMonotonic = 8_500_000_000
    sample.lock.acquisitions = (1 << 53) + 1
    sample.lock.waitNanoseconds = 12_345_678_901
    sample.lock.waits.counts[3] = 5
    sample.lock.waits.counts[20] = 7
    sample.lock.waits.counts[63] = 1
    sample.lock.sampledHolds.counts[8] = 2
    var participant = ParticipantSample()
    participant.pid = 4711
    participant.name = participantName
    participant.counters.hits = 100
    participant.waitingSinceMonotonic = 8_999_000_000
    participant.waitingFor = 4712
    participant.liveness = .running
    sample.participants = [participant]
    for kind in SegmentEvent.Kind.allCases {
      var event = SegmentEvent()
      event.number = UInt64(kind.rawValue)
      event.kind = kind
      sample.events.append(event)
    }
    var earlier = SegmentSample()
    earlier.takenMonotonic = 8_000_000_000
    self.identity = identity
    self.sample = sample
    difference = SampleDifference(from: earlier, to: sample)
  }

  var document: SampleDocument {
    SampleDocument(identity: identity, sample: sample, remarks: remarks, difference: difference, after: 0)
  }
}
