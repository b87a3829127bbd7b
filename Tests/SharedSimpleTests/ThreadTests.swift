import Glibc
import SharedSimple
import Synchronization
import TestSupport
import Testing

/// Threads that share a handle, or have one each, on one segment.
struct ThreadTests {
  let segment = TemporaryStore("threads")

  @Test func `Threads sharing a handle lose no increment and read no torn value`() async throws {
    let store = try segment.open { $0.initialSlots = 8 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
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
      }
      try await group.waitForAll()
    }
    #expect(try store.get("counter") == "4000")
    for worker in 0..<4 {
      for turn in 0..<1000 { #expect(try store.get("own \(worker) \(turn)") == "\(turn)") }
    }
    expectSound(segment)
  }

  @Test func `Threads with a handle each agree`() async throws {
    let segment = segment
    _ = try segment.open()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let store = try segment.open()
          for _ in 0..<500 { try store.increment("counter") }
        }
      }
      try await group.waitForAll()
    }
    #expect(try segment.open().get("counter") == "2000")
    expectSound(segment)
  }

  @Test func `A handle closed while others use it ends their calls with closed, and nothing else`()
    async throws
  {
    let segment = segment
    let keeper = try segment.open()
    for round in 0..<20 {
      let store = try segment.open()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<3 {
          group.addTask {
            do {
              for turn in 0..<100_000 {
                try store.put("key \(worker) \(turn % 50)", "\(turn)")
                _ = try store.get("key \(worker) \(turn % 50)")
                _ = try store.all()
              }
              Issue.record("the handle was never closed")
            } catch StoreError.closed {
              // As promised.
            }
          }
        }
        group.addTask {
          usleep(UInt32(500 + round * 300))
          store.close()
        }
        try await group.waitForAll()
      }
    }
    try keeper.put("a", "1")
    expectSound(segment)
  }

  @Test func `Threads that open, use and close at once get along`() async throws {
    let segment = segment
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for turn in 0..<100 {
            let store = try segment.open()
            try store.put("worker \(worker)", "\(turn)")
            #expect(try store.get("worker \(worker)") == "\(turn)")
            store.close()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try segment.open().count == 4)
    expectSound(segment)
  }
}
