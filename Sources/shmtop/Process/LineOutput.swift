/// Lines on standard output, written in large pieces.
struct LineOutput {
  private static let pieceByteCount = 65_536

  private var waiting: [UInt8] = []

  mutating func write(_ line: String) throws {
    waiting.append(contentsOf: line.utf8)
    waiting.append(0x0A)
    if waiting.count >= Self.pieceByteCount { try flush() }
  }

  /// Writes what has not been written yet.
  mutating func flush() throws {
    if waiting.isEmpty { return }
    try StandardStreams.write(waiting)
    waiting.removeAll(keepingCapacity: true)
  }
}
