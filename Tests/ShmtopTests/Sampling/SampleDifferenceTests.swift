import SharedSimple
import ShmtopKit
import Testing

@Suite struct SampleDifferenceTests {
  private func sample(at seconds: Double, _ participants: [ParticipantSample] = []) -> SegmentSample {
    var sample = SegmentSample()
    sample.takenMonotonic = UInt64(seconds * 1e9)
    sample.participants = participants
    return sample
  }

  private func participant(
    _ slot: Int, attached: UInt64 = 1, hits: UInt64 = 0, misses: UInt64 = 0, puts: UInt64 = 0,
    removes: UInt64 = 0
  ) -> ParticipantSample {
    var participant = ParticipantSample()
    participant.slot = slot
    participant.attachedWall = attached
    participant.counters.hits = hits
    participant.counters.misses = misses
    participant.counters.puts = puts
    participant.counters.removes = removes
    return participant
  }

  @Test func `rates are counts over the time between`() {
    let difference = SampleDifference(
      from: sample(at: 1, [participant(0, hits: 10, misses: 5, puts: 3, removes: 1)]),
      to: sample(at: 3, [participant(0, hits: 40, misses: 15, puts: 5, removes: 1)]))
    #expect(difference.seconds == 2)
    #expect(difference.getsPerSecond == 20)
    #expect(difference.missesPerSecond == 5)
    #expect(difference.putsPerSecond == 1)
    #expect(difference.removesPerSecond == 0)
    #expect(difference.operationsPerSecond == 21)
    #expect(difference.hitRate == 0.75)
    #expect(difference.participants.count == 1)
  }

  @Test func `who left counts in one row, with what it did since the first sample`() {
    var later = sample(at: 1, [participant(1, puts: 1)])
    later.departed.puts = 130  // 100 of old, 20 before and 10 in the interval by slot 0
    var earlier = sample(at: 0, [participant(0, puts: 20), participant(1)])
    earlier.departed.puts = 100
    let difference = SampleDifference(from: earlier, to: later)
    #expect(difference.participants.map(\.counts.puts) == [1, 10])
    #expect(difference.participants.last?.participant == nil)
    #expect(difference.counts.puts == 11)
  }

  @Test func `a row given to another process starts from nothing`() {
    var later = sample(at: 1, [participant(0, attached: 2, puts: 4)])
    later.departed.puts = 50
    let difference = SampleDifference(from: sample(at: 0, [participant(0, puts: 50)]), to: later)
    #expect(difference.participants.map(\.counts.puts) == [4])
    #expect(difference.counts.puts == 4)
  }

  @Test func `a counter that wraps goes on, one that goes back stands still`() {
    let wrapped = SampleDifference(
      from: sample(at: 0, [participant(0, puts: .max - 2)]), to: sample(at: 1, [participant(0, puts: 7)]))
    #expect(wrapped.counts.puts == 10)
    let back = SampleDifference(
      from: sample(at: 0, [participant(0, puts: 7)]), to: sample(at: 1, [participant(0, puts: 5)]))
    #expect(back.counts.puts == 0)
  }

  @Test func `another segment under the name gives no rates`() {
    var earlier = sample(at: 0, [participant(0, puts: 5)])
    earlier.sequence = 1000
    var later = sample(at: 1, [participant(0, puts: 9), participant(1, puts: 3)])
    later.sequence = 12
    later.lock.contended = 3
    let difference = SampleDifference(from: earlier, to: later)
    #expect(!difference.isContinuous)
    #expect(difference.seconds == 0)
    #expect(difference.counts == OperationCounters())
    #expect(difference.changes == 0)
    #expect(difference.participants.count == 2)
  }

  @Test func `a first sample gives no rates`() {
    let difference = SampleDifference(startingAt: sample(at: 1, [participant(0, puts: 5)]))
    #expect(!difference.isContinuous)
    #expect(difference.counts == OperationCounters())
    #expect(difference.participants.count == 1)
  }

  @Test(arguments: [1.0, 0.5]) func `no time between means no rate`(at later: Double) {
    let difference = SampleDifference(
      from: sample(at: 1, [participant(0)]), to: sample(at: later, [participant(0, hits: 9)]))
    #expect(difference.seconds == 0)
    #expect(difference.getsPerSecond == 0)
    #expect(difference.hitRate == 1)
  }

  @Test func `shares of nothing are nil`() {
    let difference = SampleDifference(from: sample(at: 0), to: sample(at: 1))
    #expect(difference.hitRate == nil)
    #expect(difference.contentionShare == nil)
    #expect(difference.slowestWaitBucket == nil)
  }

  @Test func `the slowest wait is the highest bucket that grew`() {
    var earlier = sample(at: 0)
    earlier.lock.waits.counts[40] = 7
    earlier.lock.acquisitions = 10
    var later = sample(at: 1)
    later.lock.waits.counts[40] = 7
    later.lock.waits.counts[20] = 1
    later.lock.acquisitions = 110
    later.lock.contended = 25
    let difference = SampleDifference(from: earlier, to: later)
    #expect(difference.slowestWaitBucket == 20)
    #expect(difference.contentionShare == 0.25)
    #expect(difference.acquisitionsPerSecond == 100)
  }

  @Test func `totals are the sums over the rows, whatever happened`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      func some() -> SegmentSample {
        var sample = sample(at: Double(random.next() % 100))
        for slot in 0..<Int(random.next() % 8) where random.next() % 2 == 0 {
          sample.participants.append(
            participant(slot, attached: random.next() % 2, hits: random.next(), puts: random.next() % 100))
        }
        sample.departed.puts = random.next() % 100
        sample.sequence = random.next() % 100
        return sample
      }
      let difference = SampleDifference(from: some(), to: some())
      let puts = difference.participants.reduce(0) { $0 &+ $1.counts.puts }
      #expect(difference.counts.puts == puts, "seed \(seed)")
      let hits = difference.participants.reduce(0) { $0 &+ $1.counts.hits }
      #expect(difference.counts.hits == hits, "seed \(seed)")
    }
  }
}

@Suite struct LogHistogramPercentilesTests {
  @Test func `percentiles are upper bounds of buckets`() {
    var histogram = LogHistogram()
    histogram.counts[10] = 989
    histogram.counts[15] = 10
    histogram.counts[30] = 1
    #expect(histogram.total == 1000)
    #expect(histogram.bucket(atShare: 0.5) == 10)
    #expect(histogram.bucket(atShare: 0.99) == 15)
    #expect(histogram.bucket(atShare: 0.999) == 15)
    #expect(histogram.bucket(atShare: 1) == 30)
    #expect(histogram.percentile(0.5) == 2047)
  }

  @Test func `an empty histogram has none`() { #expect(LogHistogram().percentile(0.5) == nil) }

  @Test func `bounds reach from one nanosecond to the end`() {
    #expect(LogHistogram.upperBound(ofBucket: 0) == 1)
    #expect(LogHistogram.upperBound(ofBucket: 62) == UInt64.max >> 1)
    #expect(LogHistogram.upperBound(ofBucket: 63) == .max)
  }

  @Test func `any number of buckets and any counts are taken`() {
    let strange = LogHistogram(counts: [.max, .max, 5])
    #expect(strange.bucket(atShare: 0.999) == 1)
    #expect(LogHistogram(counts: [3]).growth(since: strange).counts == [4])
    #expect(LogHistogram(counts: []).percentile(0.5) == nil)
  }
}
