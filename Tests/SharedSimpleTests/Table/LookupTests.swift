import TestSupport
import Testing

@testable import SharedSimple

/// What a reader concludes from the words it finds.
struct LookupTests {
  let segment = TemporaryStore("lookup")

  @Test func `A record that is marked free while its slot leads to it is damage, if nobody writes`() throws {
    let store = try segment.open()
    try store.put("key", "value")
    let stamp = store.segment.heapStart + SegmentFormat.granuleByteCount * Int(SegmentFormat.firstRecord)
    #expect(store.segment.words.load(stamp) == 1)
    store.segment.words.store(0, at: stamp)
    let reader = try segment.open(.readOnly)
    for handle in [store, reader] { #expect(refusal { try handle.get("key") } == "corrupted") }
    store.segment.words.store(1, at: stamp)
    #expect(try reader.get("key") == "value")
  }
}
