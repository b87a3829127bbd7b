import Glibc
import SharedSimple
import TestSupport
import Testing

/// A read-only handle: everything is to be read, nothing is written, not even a trace.
struct ReadOnlyTests {
  let segment = TemporaryStore("readonly")

  @Test func `Reading through a read-only handle leaves no byte and no page changed`() throws {
    let writer = try segment.open { $0.reservation = 1 << 20 }
    for index in 0..<100 { try writer.put("key \(index)", "value \(index)") }
    writer.close()
    let object = RawObject(segment)
    let allocated = object.allocated
    let before = object.bytes()
    // Reading the holes above has allocated nothing: it was by `pread`.
    #expect(object.allocated == allocated)

    let store = try segment.open(.readOnly)
    #expect(try store.get("key 7") == "value 7")
    #expect(try store.get("no such key") == nil)
    #expect(try store.contains("key 99"))
    #expect(try store.count == 100)
    var visits = 0
    try store.forEach { _, _ in
      visits += 1
      return true
    }
    #expect(visits == 100)
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.sample().table.entryCount == 100)
    #expect(try observer.entry("key 7")?.valueText == "value 7")
    _ = try observer.writeClock()
    #expect(try SegmentCheck.run(segment.name).isEmpty)
    store.close()

    #expect(object.allocated == allocated)
    #expect(object.bytes() == before)
  }

  @Test func `Every change is refused`() throws {
    try segment.open().put("a", "1")
    let store = try segment.open(.readOnly)
    let error = StoreError.readOnly(name: segment.name)
    #expect(throws: error) { try store.put("a", "2") }
    #expect(throws: error) { try store.putIfAbsent("b", "2") }
    #expect(throws: error) { try store.putIfPresent("a", "2") }
    #expect(throws: error) { try store.getOrPut("b", "2") }
    #expect(throws: error) { try store.compareAndSwap("a", expected: "1", new: "2") }
    #expect(throws: error) { try store.remove("a") }
    #expect(throws: error) { try store.remove("a", ifValue: "1") }
    #expect(throws: error) { try store.removeAll() }
    #expect(throws: error) { try store.increment("a") }
    #expect(throws: error) { try store.withLock { _ in } }
    #expect(throws: error) { try store.reap() }
    #expect(try store.get("a") == "1")
    #expect(store.mode == .readOnly)
  }

  @Test func `A file that may only be read is enough`() throws {
    try segment.open().put("a", "1")
    chmod(segment.path, 0o444)
    let agent = try AgentProcess(wrapper: Unprivileged.wrapper, path: Unprivileged.agentPath)
    #expect(try agent.ask("open", "h", segment.name, "mode=readOnly") == .done([]))
    #expect(try agent.ask("get", "h", "a".hex).bytes == Array("1".utf8))
    #expect(try agent.ask("put", "h", "a".hex, "2".hex).refusal == "readOnly")
    #expect(try agent.ask("check", segment.name) == .done([]))
    if geteuid() == 0 {
      let denied = try agent.ask("open", "w", segment.name, "mode=existing")
      #expect(denied.refusal == "permissionDenied" || denied.refusal == "otherOwner")
    }
  }

  @Test func `A read-only handle sees what is written after it was opened, growth included`() throws {
    let writer = try segment.open { $0.initialSlots = 8 }
    let reader = try segment.open(.readOnly)
    for index in 0..<5000 {
      try writer.put("key \(index)", "value \(index)")
      if index.isMultiple(of: 97) { #expect(try reader.get("key \(index)") == "value \(index)") }
    }
    #expect(try reader.count == 5000)
    try writer.removeAll()
    #expect(try reader.get("key 7") == nil)
    #expect(try reader.count == 0)
  }
}
