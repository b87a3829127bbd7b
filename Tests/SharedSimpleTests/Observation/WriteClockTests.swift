import Glibc
import SharedSimple
import TestSupport
import Testing

/// The write clock: from a record's stamp to the time of its write.
struct WriteClockTests {
  let segment = TemporaryStore("clock")

  @Test func `Points only rise, in sequence and in time, and lie between creation and now`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let start = try observer.sample().takenWall
    // Points are at least a second apart, so a few of them take a few seconds.
    for round in 0..<26 {
      for index in 0..<40 { try store.put("\(index)", "\(round)") }
      usleep(100_000)
    }
    let points = try observer.writeClock()
    let sample = try observer.sample()
    #expect(points.count >= 2)
    #expect(points.count <= 5)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.sequence < $1.sequence && $0.wall < $1.wall })
    let created = observer.identity.createdWall
    #expect(points.allSatisfy { $0.wall >= created && $0.wall <= sample.takenWall })
    #expect(points.allSatisfy { $0.sequence <= sample.sequence })
    #expect(points.last!.wall > start)
  }
}
