import Glibc
import SharedSimple

/// Threads that do everything at once to one mapping, under ThreadSanitizer (see run.sh): a program of its own, so
/// that no more than the library needs to be built for it.
@main
enum ThreadStorm {
  static let name = "shmtop-tsan-\(getpid())"
  static let threads = 6
  static let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 400

  static func main() throws {
    defer { try? SharedStore.unlink(name) }
    var options = StoreOptions()
    options.initialSlots = 8
    options.valueLimit = 2000
    let store = try SharedStore(name, options: options)
    let run = Run(store: store)
    try onThreads(threads) { thread in
      for round in 0..<rounds { try run.turn(round, by: thread) }
    }

    let findings = try SegmentCheck.run(name)
    guard findings.isEmpty else {
      print("failed: \(findings)")
      exit(1)
    }
    let lock = try SegmentObserver(name).sample().lock
    print(
      "\(threads) threads, \(rounds) rounds each, \(lock.acquisitions) acquisitions, \(lock.contended) contended"
    )
    guard try store.get("counter") == "\(threads * rounds)" else {
      print("failed: an increment was lost")
      exit(1)
    }
  }
}

/// What the threads share.
struct Run: Sendable {
  let store: SharedStore

  /// Bytes of two values in one.
  struct Torn: Error { let value: String }

  /// Something of everything; which thread does what changes from round to round.
  func turn(_ round: Int, by thread: Int) throws {
    // Outlives `empty`.
    try store.increment("counter")
    let key = "key \((round &* 7 &+ thread) % 40)"
    let value = String(repeating: "\(round % 10)", count: 1 + round * 13 % (thread == 0 ? 2000 : 60))
    try store.put(key, value)
    if let read = try store.get("key \(round % 40)"), Set(read).count > 1, read != "swapped",
      read != "default"
    {
      throw Torn(value: read)
    }
    switch (round + thread) % 12 {
    case 0: _ = try store.remove(key)
    case 1:
      // Enough of them for the table and the heap to grow.
      for index in 0..<60 { try store.put("more \(thread) \(index)", value) }
    case 2: try store.forEach { _, value in value.byteCount > 0 }
    case 3: _ = try store.all()
    case 4:
      try store.withLock { section in
        if let old = try section.get(key) { try section.put(key + "'", old) }
        _ = try section.remove(key)
      }
    case 5:
      try store.transaction { transaction in
        try transaction.put("left", "\(round)")
        try transaction.increment("right")
        _ = try transaction.remove(key)
        if round % 5 == 0 { transaction.rollBack() }
      }
    case 6: try observe()
    case 7: try attachAndClose(thread)
    case 8: _ = try store.compareAndSwap(key, expected: value, new: "swapped")
    case 9: _ = try store.getOrPut(key, "default") == value
    case 10: if round % 4 == 0 { try empty() }
    default:
      _ = try store.putIfAbsent(key, value)
      _ = try store.putIfPresent(key, value)
      _ = try store.remove(key, ifValue: value)
      _ = try store.contains(key)
      _ = try store.count
    }
  }

  private func empty() throws {
    try store.withLock { section in
      let counter = try section.get("counter")
      try section.removeAll()
      if let counter { try section.put("counter", counter) }
    }
  }

  private func observe() throws {
    let observer = try SegmentObserver(ThreadStorm.name)
    _ = try observer.sample()
    _ = try observer.writeClock()
    var cursor = TableCursor()
    while try observer.scan(&cursor, slotLimit: 16, { _, _, _ in }) {}
  }

  private func attachAndClose(_ thread: Int) throws {
    let mode: OpenMode = thread % 2 == 0 ? .shared : .readOnly
    let other = try SharedStore(ThreadStorm.name, mode: mode)
    _ = try other.get("counter")
    if mode == .shared { try other.put("other \(thread)", "value") }
    other.close()
  }
}
