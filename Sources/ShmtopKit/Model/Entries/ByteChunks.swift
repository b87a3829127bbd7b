/// Pieces of bytes, end to end, that stay where they are however many come: no append, of gigabytes, takes long.
///
/// A piece lies in one chunk. Its place is the number of the chunk and the offset within it, in one integer.
struct ByteChunks {
  private static let shift = 20
  private static let chunkLength = 1 << shift

  private var chunks: [[UInt8]] = []

  /// Bytes there is memory for.
  var capacity: Int { chunks.reduce(0) { $0 + $1.capacity } }
  /// Bytes that have been appended.
  private(set) var count = 0

  /// Makes room for a piece of so many bytes, which is appended next.
  ///
  /// - Returns: its place.
  mutating func begin(_ length: Int) -> Int {
    precondition(length <= Self.chunkLength)
    if chunks.isEmpty || chunks[chunks.count - 1].count + length > Self.chunkLength {
      // A few entries do not take a whole chunk.
      let isFirst = chunks.isEmpty
      chunks.append([])
      if !isFirst { chunks[chunks.count - 1].reserveCapacity(Self.chunkLength) }
    }
    return (chunks.count - 1) << Self.shift | chunks[chunks.count - 1].count
  }

  /// Appends to the piece that was begun.
  mutating func append(_ span: RawSpan, count added: Int) {
    // Both ends of the copy are checked: the span knows its length, the array its own.
    unsafe span.withUnsafeBytes { unsafe chunks[chunks.count - 1].append(contentsOf: $0.prefix(added)) }
    count += added
  }

  mutating func append(_ bytes: some Collection<UInt8>) {
    chunks[chunks.count - 1].append(contentsOf: bytes)
    count += bytes.count
  }

  subscript(place: Int, length: Int) -> ArraySlice<UInt8> {
    let start = place & (Self.chunkLength - 1)
    return chunks[place >> Self.shift][start..<(start + length)]
  }

  /// Writes over the beginning of what lies at a place.
  mutating func write(_ span: RawSpan, count: Int, at place: Int) {
    let start = place & (Self.chunkLength - 1)
    for position in 0..<count { chunks[place >> Self.shift][start + position] = span.byte(at: position) }
  }

  func isEqual(_ span: RawSpan, at place: Int) -> Bool {
    let chunk = chunks[place >> Self.shift]
    // Bytes have no padding to see.
    return unsafe chunk.span.bytes.isEqual(span, at: place & (Self.chunkLength - 1))
  }

  /// The order of two pieces as bytes: negative, 0, positive.
  func compare(_ left: Int, _ leftLength: Int, _ right: Int, _ rightLength: Int) -> Int {
    let (first, second) = (chunks[left >> Self.shift], chunks[right >> Self.shift])
    // Bytes have no padding to see.
    return unsafe first.span.bytes.compare(
      left & (Self.chunkLength - 1), leftLength, with: second.span.bytes,
      right & (Self.chunkLength - 1), rightLength)
  }
}
