/// What the segment remembers of waits and holds. Written under the mutex.
struct LockStatistics: Sendable {
  private typealias F = SegmentFormat
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  private static func bucket(_ nanoseconds: UInt64) -> Int { 63 - (nanoseconds | 1).leadingZeroBitCount }

  /// A wait that ended with the mutex taken.
  func addWait(_ nanoseconds: UInt64) {
    let header = segment.header
    header.contended = header.contended &+ 1
    header.waitNanoseconds = header.waitNanoseconds &+ nanoseconds
    if nanoseconds > header.longestWait { header.longestWait = nanoseconds }
    segment.words.addAlone(1, at: F.waitHistogram + 8 * Self.bucket(nanoseconds))
  }

  /// A hold whose start was noted.
  func addSampledHold(_ nanoseconds: UInt64) {
    segment.words.addAlone(1, at: F.holdHistogram + 8 * Self.bucket(nanoseconds))
  }

  var waits: LogHistogram { histogram(F.waitHistogram) }
  var sampledHolds: LogHistogram { histogram(F.holdHistogram) }

  private func histogram(_ start: Int) -> LogHistogram {
    LogHistogram(counts: (0..<64).map { segment.words.load(start + 8 * $0) })
  }
}
