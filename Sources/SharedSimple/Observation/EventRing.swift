internal import Glibc
internal import Synchronization

/// The ring of the last 256 events. Appended to under the mutex; read by anybody at any time.
struct EventRing: Sendable {
  private typealias F = SegmentFormat
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  private func offset(_ number: UInt64) -> Int {
    F.eventRing + Int(number % UInt64(F.eventCapacity)) * F.eventByteCount
  }

  /// Appends an event of the calling process. A kill on the way leaves an entry numbered 0, which is
  /// not shown, and the next event takes its place; killed while it writes the newest one again, that one is lost.
  @inline(never)
  func append(
    _ kind: SegmentEvent.Kind, pid: Int32 = getpid(), duration: UInt64 = 0, _ first: UInt64 = 0,
    _ second: UInt64 = 0
  ) {
    let number = segment.header.eventCount &+ 1
    write(number, kind, pid: pid, duration: duration, first, second)
    segment.header.eventCount = number
  }

  /// Notes a transaction: in the newest event, where that is of transactions too, so that they do not push all
  /// else out of the ring.
  @inline(never)
  func noteCommitted(keys: UInt64, duration: UInt64) {
    let last = segment.header.eventCount
    if last > 0, let event = read(last), event.kind == .committed {
      write(
        last, .committed, pid: getpid(), duration: max(event.duration, duration), event.first &+ 1,
        event.second &+ keys)
    } else {
      append(.committed, duration: duration, 1, keys)
    }
  }

  private func write(
    _ number: UInt64, _ kind: SegmentEvent.Kind, pid: Int32, duration: UInt64, _ first: UInt64,
    _ second: UInt64
  ) {
    let words = segment.words
    let offset = offset(number)
    words.store(0, at: offset)
    // The partner of the fence in `read`: who sees a new field sees the number gone, or the new edition.
    atomicMemoryFence(ordering: .releasing)
    words.store(UInt64(kind.rawValue) << 56 | UInt64(UInt32(bitPattern: pid)), at: offset + 8)
    words.store(SystemClock.wall, at: offset + 16)
    words.store(duration, at: offset + 24)
    words.store(first, at: offset + 32)
    words.store(second, at: offset + 40)
    words.storeReleasing(segment.header.sequence, at: offset + 48)
    words.storeReleasing(number, at: offset)
  }

  /// The events that are there, oldest first; one that is being overwritten meanwhile is left out.
  func read() -> [SegmentEvent] {
    let last = segment.header.eventCount
    guard last > 0 else { return [] }
    let first = last >= UInt64(F.eventCapacity) ? last - UInt64(F.eventCapacity) + 1 : 1
    var events: [SegmentEvent] = []
    events.reserveCapacity(Int(last - first) + 1)
    for number in first...last {
      if let event = read(number) { events.append(event) }
    }
    return events
  }

  private func read(_ number: UInt64) -> SegmentEvent? {
    let words = segment.words
    let offset = offset(number)
    guard words.loadAcquiring(offset) == number else { return nil }
    // Before the fields: who sees a new edition sees its fields, and who sees the old one finds it changed below.
    let edition = words.loadAcquiring(offset + 48)
    let kindAndPID = words.load(offset + 8)
    var event = SegmentEvent()
    event.number = number
    event.wall = words.load(offset + 16)
    event.duration = words.load(offset + 24)
    event.first = words.load(offset + 32)
    event.second = words.load(offset + 40)
    atomicMemoryFence(ordering: .acquiring)
    // The number first: one that was stored again comes with its edition, which differs.
    guard words.loadAcquiring(offset) == number, words.load(offset + 48) == edition,
      let kind = SegmentEvent.Kind(rawValue: UInt8(truncatingIfNeeded: kindAndPID >> 56))
    else { return nil }
    event.kind = kind
    event.pid = Int32(truncatingIfNeeded: kindAndPID)
    return event
  }
}
