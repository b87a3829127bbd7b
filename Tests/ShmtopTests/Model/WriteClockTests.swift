import SharedSimple
import Testing

@testable import ShmtopKit

/// Stamps into times.
@Suite struct WriteClockTests {
  private func sample(_ sequence: UInt64, _ wall: UInt64) -> SegmentSample {
    var sample = SegmentSample()
    sample.sequence = sequence
    sample.takenWall = wall
    return sample
  }

  @Test func `A stamp lies between the two points around it`() {
    var clock = WriteClock()
    clock.replaceSegmentPoints([
      WriteClockPoint(sequence: 10, wall: 100), WriteClockPoint(sequence: 50, wall: 500),
    ])
    clock.note(sample(70, 700))
    #expect(clock.span(ofStamp: 5) == WriteClock.Span(earliest: nil, latest: 100))
    #expect(clock.span(ofStamp: 10) == WriteClock.Span(earliest: nil, latest: 100))
    #expect(clock.span(ofStamp: 11) == WriteClock.Span(earliest: 100, latest: 500))
    #expect(clock.span(ofStamp: 70) == WriteClock.Span(earliest: 500, latest: 700))
    #expect(clock.span(ofStamp: 71) == WriteClock.Span(earliest: 700, latest: nil))
  }

  @Test func `While nothing is written, the next write is known to be younger`() {
    var clock = WriteClock()
    for wall in [100, 200, 300, 400] as [UInt64] { clock.note(sample(7, wall)) }
    clock.note(sample(8, 500))
    #expect(clock.span(ofStamp: 7) == WriteClock.Span(earliest: nil, latest: 100))
    #expect(clock.span(ofStamp: 8) == WriteClock.Span(earliest: 400, latest: 500))
  }
}
