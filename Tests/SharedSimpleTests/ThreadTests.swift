import Glibc
import SharedSimple
import Synchronization
import TestSupport
import Testing

@testable import StoreAgent

/// Threads that share a handle, or have one each, on one segment.
struct ThreadTests {
  let segment = TemporaryStore("threads")

  @Test func `Threads sharing a handle lose no increment and read no torn value`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    try onThreads(4) { worker in
      for turn in 0..<1000 {
        try store.increment("counter")
        let text = String(repeating: "\(turn % 10)", count: 1 + turn % 32)
        try store.put("shared \(turn % 16)", text)
        try store.put("own \(worker) \(turn)", "\(turn)")
        if let read = try store.get("shared \((turn + 5) % 16)") {
          #expect(Set(read).count == 1, "a value of one digit only was put, \(read) was read")
        }
        #expect(try store.get("own \(worker) \(turn / 2)") == "\(turn / 2)")
        if turn % 3 == 0 { try store.remove("shared \(turn % 16)") }
      }
    }
    #expect(try store.get("counter") == "4000")
    for worker in 0..<4 {
      for turn in 0..<1000 { #expect(try store.get("own \(worker) \(turn)") == "\(turn)") }
    }
    expectSound(segment)
  }

  @Test func `Threads with a handle each agree`() throws {
    let segment = segment
    _ = try segment.open()
    try onThreads(4) { _ in
      let store = try segment.open()
      for _ in 0..<500 { try store.increment("counter") }
    }
    #expect(try segment.open().get("counter") == "2000")
    expectSound(segment)
  }

  @Test func `A handle closed while others use it ends their calls with closed, and nothing else`() throws {
    var random = SeededGenerator(printedFor: "a handle closed while others use it")
    let keeper = try segment.open { $0.lockTimeout = .seconds(60) }
    for _ in 0..<20 {
      let store = try segment.open()
      let pause = UInt32.random(in: 0...5000, using: &random)
      try onThreads(4) { worker in
        if worker == 0 {
          usleep(pause)
          store.close()
          return
        }
        #expect(throws: StoreError.closed(name: store.name)) {
          while true {
            try store.put("key \(worker)", "value")
            _ = try store.get("key \(worker)")
            try store.withLock { section in try section.put("section \(worker)", "value") }
            _ = try store.all()
          }
        }
      }
      // Whoever was inside has given the mutex back.
      try keeper.put("after", "1")
    }
    let recoveries = try SegmentObserver(segment.name).sample().lock.recoveries
    #expect(recoveries == 0, "a thread ended while it held the mutex")
    expectSound(segment)
  }

  @Test func `A handle closed, or let go, at any moment of any operation ends each with closed`() throws {
    var random = SeededGenerator(printedFor: "a handle closed at any moment")
    let keeper = try segment.open { $0.lockTimeout = .seconds(60) }
    for index in 0..<50 { try keeper.put("key \(index)", "value") }
    let closed = StoreError.closed(name: segment.name)
    for _ in 0..<Effort.times(150) {
      let pause = UInt32.random(in: 0...1000, using: &random)
      let choices = (0..<3).map { _ in Int.random(in: 0..<12, using: &random) }
      // The only reference besides those of the threads, which each lets go when it ends.
      let box = Mutex<SharedStore?>(try segment.open())
      try onThreads(4) { worker in
        guard let store = box.withLock({ $0 }) else { return }
        if worker == 0 {
          usleep(pause)
          box.withLock { $0 = nil }
          store.close()
          return
        }
        #expect(throws: closed) {
          while true {
            switch choices[worker - 1] {
            case 0: try store.put("key \(worker)", "other")
            case 1: _ = try store.get("key \(worker)")
            case 2: try store.withLock { try $0.put("key \(worker)", "section") }
            case 3: _ = try store.all()
            case 4: try store.forEach { _, _ in true }
            case 5: try store.remove("key \(worker)")
            case 6: try store.increment("counter \(worker)")
            case 7: _ = try store.check()
            case 8: _ = try store.count
            case 9: try store.reap()
            case 10: try store.removeAll()
            default: _ = try store.getOrPut("key \(worker)", "absent")
            }
          }
        }
      }
      // Whoever was inside has given the mutex back, and the row has been given back once.
      try keeper.put("after", "1")
    }
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.lock.recoveries == 0)
    #expect(sample.participants.count == 1)
    #expect(sample.unlistedCount == 0)
    expectSound(segment)
  }

  @Test func `Threads that open, use and close at once get along`() throws {
    let segment = segment
    try onThreads(4) { worker in
      for turn in 0..<100 {
        let store = try segment.open()
        try store.put("worker \(worker)", "\(turn)")
        #expect(try store.get("worker \(worker)") == "\(turn)")
        store.close()
      }
    }
    #expect(try segment.open().count == 4)
    expectSound(segment)
  }

  @Test func `Threads that grow, empty, walk and read one store see only what was put`() throws {
    var random = SeededGenerator(printedFor: "threads that grow, empty, walk and read")
    let store = try segment.open {
      $0.initialSlots = 8
      $0.valueLimit = 200
    }
    let seeds = (0..<4).map { _ in random.seedOfPart() }
    struct Mixed: Error { let key: [UInt8], value: [UInt8] }
    @Sendable func look(_ key: [UInt8], _ value: [UInt8]) throws {
      if DescribedValue.sequence(of: value, key: key) == nil { throw Mixed(key: key, value: value) }
    }
    try onThreads(4) { worker in
      var workload = Workload(
        seed: seeds[worker], profile: worker == 0 ? .clearing : .churning, keyCount: 100, valueLimit: 200)
      for turn in 0..<1500 {
        switch workload.next() {
        case .put(let key, let value)?: try store.put(key, value)
        case .remove(let key)?: try store.remove(key)
        case .removeAll?: try store.removeAll()
        default: break
        }
        let key = Workload.key(prefix: "", index: turn % 100)
        if let value = try store.bytes(key) { try look(key, value) }
        guard turn % 50 == worker else { continue }
        var failure: (any Error)?
        try store.forEach { key, value in
          do {
            try look(key.withUnsafeBytes { Array($0) }, value.withUnsafeBytes { Array($0) })
          } catch { failure = error }
          return failure == nil
        }
        if let failure { throw failure }
        for entry in try store.all() { try look(entry.key, entry.value) }
      }
    }
    expectSound(segment)
  }

  @Test func `Two handles of one process wait for each other as two processes do`() throws {
    let (one, other) = (try segment.open(), try segment.open { $0.lockTimeout = .milliseconds(50) })
    let isRefused = Atomic<Bool>(false)
    try onThreads(2) { worker in
      if worker == 0 {
        try one.withLock { section in
          try section.put("a", "1")
          try waitWhile { !isRefused.load(ordering: .relaxed) }
        }
      } else {
        try waitWhile { try one.get("a") == nil }
        defer { isRefused.store(true, ordering: .relaxed) }
        #expect(
          throws: StoreError.lockTimeout(name: one.name, holder: getpid(), holderState: "S", milliseconds: 50)
        ) { try other.put("a", "2") }
      }
    }
    try other.put("a", "2")
    #expect(try one.get("a") == "2")
  }
}
