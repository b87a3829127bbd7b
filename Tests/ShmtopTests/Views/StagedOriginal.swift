@testable import OriginalSegment
@testable import SharedSimple
@testable import ShmtopKit

extension StagedStore {
  /// The same store as if the Perl module had made it: with what can be known of such a one, and its lock held by a
  /// process that has died.
  static func original(width: Int, height: Int) -> StagedStore {
    var staged = StagedStore(width: width, height: height)
    var identity = Self.identity
    identity.formatVersion = 0
    staged.inspector.attached(
      to: identity, access: .readOnly("an original (Perl) segment is changed only with --edit-original"))
    for pass in 0..<3 as Range<UInt64> {
      staged.pass(pass) { sample in
        let taken = (sample.takenWall, sample.takenMonotonic)
        sample = SegmentSample()
        (sample.takenWall, sample.takenMonotonic) = taken
        sample.sequence = 30 + pass
        sample.table.slotCount = 64
        sample.table.entryCount = 30
        sample.table.growthThreshold = 64
        sample.memory.headerByteCount = 312
        sample.memory.windowClaimed = [536, 0]
        sample.memory.heapClaimed = 2048
        sample.memory.heapLive = 1320
        sample.memory.systemFree = 12 << 30
        sample.memory.systemTotal = 16 << 30
        sample.lock.holder = 4004
        sample.lock.holderParticipant = 2
        sample.lock.heldSinceMonotonic = 498_000_000_000
        for (slot, name) in ["starman", "worker", "doomed"].enumerated() {
          var row = ParticipantSample()
          (row.slot, row.pid, row.name) = (slot, Int32(4002 + slot), Array(name.utf8))
          row.liveness = slot == 2 ? .dead : .running
          if slot == 1 { (row.waitingFor, row.waitingSinceMonotonic) = (4004, 499_000_000_000) }
          sample.participants.append(row)
        }
        if pass > 0 {
          var event = SegmentEvent()
          (event.number, event.kind, event.wall) = (1, .resized, taken.0 - 500_000_000)
          (event.first, event.second) = (64, 128)
          sample.events = [event]
        }
      }
      var remarks = Remarks()
      remarks.findings = [
        Finding(
          .lock,
          "The lock's owner, pid 4004, is gone; every process that calls put or get hangs. Restart the app with "
            + "EXCLUSIVE, or free the lock with 'shmtop original-unlock billing'.", isGrave: true),
        Finding(
          .table,
          "A search takes up to 130 steps: keys that end alike collide (“…:name”), such as “user:1:name”. Let keys "
            + "differ in their last bytes."),
      ]
      remarks.hiddenProcesses = 12
      var looks = LockWatch()
      for look in 0..<200 as Range<UInt64> {
        let owner: Int32 = look < 40 ? 0 : look < 60 ? 4002 : 4004
        looks.note(
          OriginalMutex(lockWord: owner == 0 ? 0 : look > 150 ? 2 : 1, owner: owner),
          monotonic: 498_000_000_000 + look * 10_000_000)
      }
      remarks.looks = looks
      staged.inspector.take(remarks)
    }
    return staged
  }
}
