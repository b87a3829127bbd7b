import SharedSimple
import ShmtopKit
import Testing

@Suite struct SegmentEventSentenceTests {
  @Test(
    arguments: [
      (.created, 64, 32, 0, "created with 64 slots, values of at most 32 bytes"),
      (.resized, 1024, 2048, 215_000, "grew from 1,024 to 2,048 slots in 215 µs"),
      (.rehashed, 64, 40, 20_000, "rehashed 64 slots, dropping 40 removed ones, in 20 µs"),
      (.recovered, 4711, 0, 3_400_000, "recovered from the death of pid 4711 in 3.4 ms: nothing was lost"),
      (
        .recovered, 0, 2, 3_400_000,
        "recovered from the death of a holder of the lock in 3.4 ms: 2 damaged entries were dropped"
      ),
      (.cleared, 1234, 64, 5000, "cleared of 1,234 entries in 5.0 µs"),
      (.replaced, 0, 0, 0, "replaced by an exclusive open"),
      (.attached, 3, 0, 0, "attached"),
      (.attached, .max, 0, 0, "attached, unlisted"),
      (.detached, 3, 180_000_000_000, 0, "detached after 3.0 min"),
      (.reaped, 1, 4711, 0, "reaped 1 row of a dead process"),
      (.reaped, 5, 4711, 0, "reaped 5 rows of dead processes"),
      (.committed, 1, 1, 2000, "transaction of 1 key in 2.0 µs"),
      (.committed, 1200, 2400, 9000, "1,200 transactions of 2,400 keys, longest 9.0 µs"),
      (.completed, 4711, 2, 0, "completed the transaction of pid 4711, which died: 2 keys"),
      (.completed, 0, 1, 0, "completed the transaction of a dead process: 1 key"),
      (.heapGrown, 65_536, 131_072, 0, "heap grew from 64K to 128K"),
    ] as [(SegmentEvent.Kind, UInt64, UInt64, UInt64, String)])
  func `says what happened`(
    kind: SegmentEvent.Kind, first: UInt64, second: UInt64, duration: UInt64, sentence: String
  ) {
    var event = SegmentEvent()
    event.kind = kind
    event.first = first
    event.second = second
    event.duration = duration
    #expect(event.sentence() == sentence)
    #expect(event.sentence(repertoire: .ascii).utf8.allSatisfy { $0 < 0x80 })
  }
}
