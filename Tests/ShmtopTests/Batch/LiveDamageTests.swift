import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// shmtop looks at a segment whose words are overwritten all the while (see the library's LiveDamageTests).
@Suite struct LiveDamageTests {
  let segment = TemporaryStore("overwritten")

  @Test func `batch mode shows it or says what is wrong, and allocates nothing`() async throws {
    var random = SeededGenerator(printedFor: "shmtop over a segment that is overwritten")
    let store = try segment.open { $0.reservation = 1 << 20 }
    for index in 0..<300 { try store.put("key \(index)", "value \(index)") }
    let object = RawObject(segment)
    let allocated = object.allocated
    typealias F = SegmentFormat
    let ranges =
      [
        0..<F.mutex, F.mutex + RobustMutex.byteCount..<F.waitHistogram,
        F.waitHistogram..<F.claimedHeaderByteCount,
      ]
      + object.dataRanges.map { $0.clamped(to: F.smallTables..<1 << 20) }
    var vandal = Vandal(segment, ranges: ranges, seed: random.seedOfPart())
    let name = segment.name
    for _ in 0..<Effort.times(3) {
      async let shown = ShmtopProgram.run("-b", "-n", "20", "-d", "0.1", name)
      async let checked = ShmtopProgram.run("check", name)
      async let listed = ShmtopProgram.run("list")
      for _ in 0..<600 {
        let damages = vandal.strike()
        try await Task.sleep(for: .microseconds(.random(in: 0...3000, using: &random)))
        vandal.mend(damages)
      }
      for outcome in try await [shown, checked, listed] {
        #expect((0..<100).contains(outcome.code), "\(outcome.complaint)")
        #expect(!outcome.complaint.contains("Fatal error"))
        #expect(outcome.bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
      }
    }
    #expect(object.allocated == allocated)
    #expect(try store.get("key 7") == "value 7")
  }
}
