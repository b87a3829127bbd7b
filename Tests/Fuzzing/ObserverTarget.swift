extension Fuzzing {
  /// Watches: everything that shmtop asks a segment.
  static func observe(_ input: UnsafeBufferPointer<UInt8>) {
    let image = FuzzedImage(input)
    image.lay(down: object)
    reading("an observer") {
      attempt {
        let observer = try SegmentObserver(object.name, attachTimeout: .zero)
        attempt { _ = try observer.sample() }
        attempt { _ = try observer.writeClock() }
        // A few: each makes room for the longest value.
        for key in image.base.keys.prefix(6) { attempt { _ = try observer.entry(key) } }
        attempt { try scan(observer) }
      }
    }
  }

  private static func scan(_ observer: SegmentObserver) throws {
    var cursor = TableCursor()
    // A table has at most 16,384 slots here, and a step passes 64.
    for _ in 0..<1000 {
      guard try observer.scan(&cursor, slotLimit: 64, { _, _, _ in }) else { return }
    }
    found("a pass over all entries did not end")
  }
}
