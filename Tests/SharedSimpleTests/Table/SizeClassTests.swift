import Testing

@testable import SharedSimple

/// Sizes of heap blocks, for every record there can be.
struct SizeClassTests {
  @Test func `Every record fits its class, wastes at most an eighth, and finds its class again`() {
    let largest = (16 + 65_536 + 1 << 20) / 16 + 1
    var last = 0
    for granules in 2...largest {
      let size = SizeClass(granules: granules)
      // One message for 70,000 cases: the first that fails says which.
      guard size.granules >= granules, (size.granules - granules) * 8 <= size.granules,
        SizeClass(granules: size.granules) == size, (0..<SizeClass.count).contains(size.index),
        size.index >= last,
        size.index <= last + 1 || granules == 2
      else {
        Issue.record("\(granules) granules: class \(size.index) of \(size.granules)")
        return
      }
      last = size.index
    }
  }

  @Test func `Bytes are rounded up to granules`() {
    #expect(SizeClass(recordByteCount: 32).granules == 2)
    #expect(SizeClass(recordByteCount: 33).granules == 3)
    #expect(SizeClass(recordByteCount: 512).granules == 32)
    #expect(SizeClass(recordByteCount: 513).granules == 36)
  }
}
