/// An array that grows without moving what it has: no append, of millions, takes long; and a copy that is written
/// to copies no more than a chunk.
struct Chunks<Element> {
  private static var shift: Int { 16 }
  private static var chunkCount: Int { 1 << shift }

  /// All but the last one are full.
  private var chunks: [[Element]] = []
  private(set) var count = 0

  var indices: Range<Int> { 0..<count }
  var capacity: Int { chunks.reduce(0) { $0 + $1.capacity } }

  subscript(index: Int) -> Element {
    get { chunks[index >> Self.shift][index & (Self.chunkCount - 1)] }
    _modify { yield &chunks[index >> Self.shift][index & (Self.chunkCount - 1)] }
  }

  mutating func append(_ element: Element) {
    if count & (Self.chunkCount - 1) == 0 {
      chunks.append([])
      // A few elements do not take a whole chunk.
      if count > 0 { chunks[chunks.count - 1].reserveCapacity(Self.chunkCount) }
    }
    chunks[chunks.count - 1].append(element)
    count += 1
  }
}
