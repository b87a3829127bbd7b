import Glibc
import SharedSimple

extension Agent {
  /// Lays down copies of a segment, each with one thing damaged, and does everything to each: errors
  /// and right data are both well; a crash ends this process, and the progress file says at which copy.
  ///
  /// `damage NAME IMAGE`: IMAGE is a file of pieces (offset, length, bytes; words little-endian) after
  /// the object's size. `from=`, `to=`: the bytes to damage in turn, `every=1`: to each other value,
  /// or `extremes=1`: whole words to the extremes; or `words=N seed=S`: N copies with
  /// some random words damaged.
  func damage(_ request: Request) throws -> Reply {
    let name = try request.text(0)
    guard let image = SegmentImage(path: try request.text(1)),
      let progress = Progress(path: request.option("progress") ?? "")
    else { throw Request.Misspelt(complaint: "damage: no image or no progress file") }
    var random = SplitMix64(seed: request.seed())
    var refused = 0
    var tried = 0

    func attempt(_ marks: [(offset: Int, bytes: [UInt8])]) throws {
      tried += 1
      progress.begun = UInt64(marks[0].offset)
      try image.lay(down: name, marks: marks)
      // Where records are as they were, a read gives what was put, nothing, or an error.
      let isHeader = marks.allSatisfy { $0.offset < image.headerByteCount }
      if try !useEverything(name, entries: image.entryCount, recordsAreRight: isHeader) { refused += 1 }
      progress.settled += 1
    }

    try image.lay(down: name, marks: [])
    guard try useEverything(name, entries: image.entryCount, recordsAreRight: true) else {
      return .violated("the undamaged copy was refused something")
    }
    if let from = request.number("from"), let to = request.number("to") {
      for offset in stride(from: from, to: to, by: request.number("stride", or: 1)) {
        if request.number("extremes") == 1 {
          for word in Self.extremes { try attempt([(offset, withUnsafeBytes(of: word) { Array($0) })]) }
          continue
        }
        let old = image.byte(at: offset)
        if request.number("every") == 1 {
          for new in 0...UInt8.max where new != old { try attempt([(offset, [new])]) }
          continue
        }
        // Another value each time, and the extremes often: they are the ones that overflow.
        let new: UInt8
        switch random.below(4) {
        case 0: new = 0xFF
        case 1: new = old ^ 1 << UInt8(random.below(8))
        default: new = old ^ UInt8(1 + random.below(255))
        }
        try attempt([(offset, [new == old ? ~old : new])])
      }
    } else {
      let places = image.wordOffsets(from: request.number("above", or: 0))
      for _ in 0..<request.number("words", or: 100) {
        let marks = (0..<(1 + random.below(3))).map { _ in
          let word = [random.next(), random.next() >> 32, random.next() >> 56, .max, 1 << 63, 0][
            random.below(6)]
          return (offset: places[random.below(places.count)], bytes: withUnsafeBytes(of: word) { Array($0) })
        }
        try attempt(marks)
      }
    }
    unlink("/dev/shm/\(name)")
    return .done("\(tried)", "\(refused)")
  }

  /// Reads, checks, watches and writes a segment that may be damaged. Answers whether nothing was
  /// refused. The store's errors are well; that is why they are dropped here.
  private func useEverything(_ name: String, entries: Int, recordsAreRight: Bool) throws -> Bool {
    var options = StoreOptions()
    options.attachTimeout = .milliseconds(1)
    options.lockTimeout = .milliseconds(10)
    var refusals = 0
    var wrong: WrongValue?
    func attempt(_ body: () throws -> Void) {
      do {
        try body()
      } catch let found as WrongValue {
        wrong = found
      } catch {
        refusals += 1
      }
    }
    attempt { _ = try SegmentCheck.run(name) }
    attempt {
      let observer = try SegmentObserver(name, attachTimeout: .milliseconds(1))
      _ = try observer.sample()
      _ = try observer.writeClock()
      attempt {
        var cursor = TableCursor()
        // A table of a few hundred slots is passed in a few steps; a lie about it must not make it endless.
        for _ in 0..<1000 {
          guard try observer.scan(&cursor, slotLimit: 1 << 20, { _, _, _ in }) else { break }
        }
      }
    }
    for mode in [OpenMode.readOnly, .existing] {
      attempt {
        let store = try SharedStore(name, mode: mode, options: options)
        defer { store.close() }
        for index in 0..<entries {
          attempt {
            let key = Workload.key(prefix: "k", index: index)
            let value = try store.bytes(key)
            if recordsAreRight, let value, DescribedValue.sequence(of: value, key: key) == nil {
              throw WrongValue(key: key, value: value)
            }
          }
        }
        attempt { _ = try store.count }
        attempt { try store.forEach { _, _ in true } }
        guard mode == .existing else { return }
        attempt { _ = try store.all() }
        attempt { try store.put("new", "value") }
        attempt { try store.put(Workload.key(prefix: "k", index: 1), "another value") }
        attempt { try store.remove(Workload.key(prefix: "k", index: 2)) }
        attempt { try store.increment("number") }
        attempt { for index in 0..<40 { try store.put("more\(index)", "value") } }
        attempt { try store.removeAll() }
        attempt { try store.reap() }
      }
    }
    if let wrong { throw wrong }
    return refusals == 0
  }

  /// Words at the edges of what the format's fields hold, and beyond.
  private static let extremes: [UInt64] = [
    0, 1, 2, 4, 8, 4095, 4096, 0xFFFF_FFFF, 1 << 32, 63 << 2, 1 << 62, 1 << 63, .max - 1, .max,
  ]

  /// A value that was never put for its key.
  private struct WrongValue: Error {
    let key: [UInt8]
    let value: [UInt8]
  }
}
