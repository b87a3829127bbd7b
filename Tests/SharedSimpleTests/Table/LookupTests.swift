import TestSupport
import Testing

@testable import SharedSimple

/// What a reader concludes from the words it finds.
struct LookupTests {
  let segment = TemporaryStore("lookup")

  @Test func `A stamp of 0 is a writer at work, never damage: it proves nothing, as it comes again`() throws {
    let store = try segment.open()
    try store.put("key", "value")
    let stamp = store.segment.heapStart + SegmentFormat.granuleByteCount * Int(SegmentFormat.firstRecord)
    #expect(store.segment.words.load(stamp) == 1)
    store.segment.words.store(0, at: stamp)
    // Under the lock the record is what the slot says.
    #expect(try store.get("key") == "value")
    let reader = try segment.open(.readOnly)
    #expect(throws: StoreError.busy(name: segment.name)) { try reader.get("key") }
    store.segment.words.store(1, at: stamp)
    #expect(try reader.get("key") == "value")
  }
}
