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

  @Test func `A record whose lengths do not fit is damage, whichever of them it is`() throws {
    let store = try segment.open { $0.reservation = 1 << 20 }
    let value = [UInt8](repeating: 7, count: 32)
    try store.put("key", value)
    let (reader, observer) = (try segment.open(.readOnly), try SegmentObserver(segment.name))
    let heap = RecordHeap(store.segment)
    let (word, right) = (heap.offset(.first) + 8, heap.lengths(.first))
    #expect(right == RecordLengths(granules: 4, key: 3, value: 32))
    let heapGranules = store.segment.heapLimit / SegmentFormat.granuleByteCount
    for lengths in [
      RecordLengths(granules: 4, key: 3, value: 33), RecordLengths(granules: 4, key: 3, value: 0),
      RecordLengths(granules: 0, key: 3, value: 32), RecordLengths(granules: 3, key: 3, value: 32),
      RecordLengths(granules: heapGranules, key: 3, value: 32),
      RecordLengths(granules: 0xFF_FFFF, key: 3, value: 32), RecordLengths(granules: 4, key: 0, value: 32),
      RecordLengths(granules: 4, key: 0xFFFF, value: 32),
    ] {
      store.segment.words.store(lengths.rawValue, at: word)
      for handle in [store, reader] {
        #expect(refusal { try handle.bytes("key") } == "corrupted", "\(lengths)")
        #expect(refusal { try handle.forEach { _, _ in true } } == "corrupted", "\(lengths)")
      }
      #expect(refusal { try observer.entry("key") } == "corrupted", "\(lengths)")
      #expect(refusal { try store.put("key", value) } == "corrupted", "\(lengths)")
      #expect(try !SegmentCheck.run(segment.name).isEmpty, "\(lengths)")
    }
    store.segment.words.store(right.rawValue, at: word)
    #expect(try reader.bytes("key") == value)
    expectSound(segment)
  }
}
