internal import Synchronization

/// Pairs of (sequence, wall clock) that turn a record's stamp into a time.
///
/// A point at most once a second. When full, every second point goes, so that old times get coarser but
/// are never lost.
struct WriteClock: Sendable {
  private typealias F = SegmentFormat
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  private func offset(_ index: Int) -> Int { F.writeClock + index * F.clockEntryByteCount }

  /// Notes that the sequence stands where it does now; with the mutex.
  @inline(never)
  func note(wall: UInt64) {
    let header = segment.header
    let last = header.clockLast
    // A clock that was set back starts a new count of seconds at once, rather than being silent till it has
    // caught up. By less than a second it may only be a coarser clock than that of the last point.
    guard (wall > last ? wall &- last : last &- wall) >= 1_000_000_000 else { return }
    var count = min(Int(clamping: header.clockCount), F.clockCapacity)
    if count == F.clockCapacity { count = thin() }
    write(index: count, WriteClockPoint(sequence: header.sequence, wall: wall))
    header.clockCount = UInt64(count + 1)
    header.clockLast = wall
  }

  /// Drops every second point; returns how many are left. Killed on the way, it leaves some points twice
  /// and none torn.
  private func thin() -> Int {
    let kept = F.clockCapacity / 2
    for index in 1..<kept {
      if let point = read(index: index * 2) { write(index: index, point) }
    }
    segment.header.clockCount = UInt64(kept)
    return kept
  }

  private func write(index: Int, _ point: WriteClockPoint) {
    let (words, offset) = (segment.words, offset(index))
    words.store(0, at: offset)
    atomicMemoryFence(ordering: .releasing)
    words.store(point.wall, at: offset + 8)
    words.storeReleasing(point.sequence &+ 1, at: offset)
  }

  private func read(index: Int) -> WriteClockPoint? {
    let (words, offset) = (segment.words, offset(index))
    let mark = words.loadAcquiring(offset)
    let wall = words.load(offset + 8)
    atomicMemoryFence(ordering: .acquiring)
    guard mark != 0, words.load(offset) == mark else { return nil }
    return WriteClockPoint(sequence: mark &- 1, wall: wall)
  }

  /// The points, in ascending order; points that are being written are left out.
  func read() -> [WriteClockPoint] {
    let count = min(Int(clamping: segment.header.clockCount), F.clockCapacity)
    let points = (0..<count).compactMap { read(index: $0) }.sorted { $0.sequence < $1.sequence }
    return points.reduce(into: []) { kept, point in
      if kept.last?.sequence != point.sequence { kept.append(point) }
    }
  }
}
