import SharedSimple
import Testing

@testable import ShmtopKit

/// How long the lock has been held, as far as samples can tell.
@Suite struct HolderWatchTests {
  private func sample(_ pid: Int32?, taken: UInt64, at time: UInt64, since: UInt64? = nil) -> SegmentSample {
    var sample = SegmentSample()
    sample.lock.holder = pid
    sample.lock.acquisitions = taken
    sample.lock.heldSinceMonotonic = since
    sample.takenMonotonic = time
    return sample
  }

  @Test func `The same process in the same acquisition has held it at least since first seen`() {
    var watch = HolderWatch()
    watch.note(sample(4, taken: 10, at: 100))
    watch.note(sample(4, taken: 10, at: 900))
    #expect(watch.heldNanoseconds == 800)
    #expect(!watch.isExact)
    watch.note(sample(4, taken: 11, at: 1000))
    #expect(watch.heldNanoseconds == 0)
    watch.note(sample(nil, taken: 11, at: 1100))
    #expect(watch.heldNanoseconds == nil)
  }

  @Test func `Where the segment knows when it was taken, the time is exact`() {
    var watch = HolderWatch()
    watch.note(sample(4, taken: 10, at: 1000, since: 250))
    #expect(watch.heldNanoseconds == 750)
    #expect(watch.isExact)
  }
}
