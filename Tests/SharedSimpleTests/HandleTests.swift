import Glibc
import SharedSimple
import TestSupport
import Testing

/// Handles: several on one segment, closed, reopened, shared by threads, and left behind by an unlink.
struct HandleTests {
  let segment = TemporaryStore("handles")

  @Test func `Two handles of a process on one segment both work, whichever is closed first`() throws {
    let first = try segment.open()
    let second = try segment.open()
    try first.put("a", "1")
    try second.put("b", "2")
    first.close()
    try second.put("c", "3")
    #expect(try second.dictionary() == ["a": "1", "b": "2", "c": "3"])
    expectSound(segment)
  }

  @Test func `A closed handle says so at every call, and closing twice is nothing`() throws {
    let store = try segment.open()
    try store.put("a", "1")
    store.close()
    store.close()
    let error = StoreError.closed(name: segment.name)
    #expect(throws: error) { try store.get("a") }
    #expect(throws: error) { try store.bytes("a") }
    #expect(throws: error) { try store.contains("a") }
    #expect(throws: error) { try store.count }
    #expect(throws: error) { try store.all() }
    #expect(throws: error) { try store.dictionary() }
    #expect(throws: error) { try store.forEach { _, _ in true } }
    #expect(throws: error) { try store.put("a", "2") }
    #expect(throws: error) { try store.remove("a") }
    #expect(throws: error) { try store.removeAll() }
    #expect(throws: error) { try store.increment("a") }
    #expect(throws: error) { try store.compareAndSwap("a", expected: "1", new: "2") }
    #expect(throws: error) { try store.withLock { _ in } }
    #expect(throws: error) { try store.reap() }
    #expect(try segment.open(.existing).get("a") == "1")
  }

  /// Grown by others, so that the new table and the heap behind the old one are still to be believed.
  @Test
  func `A process whose descriptors were closed reads on, and repairs what a dead holder left`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("lose-objects") == .done([]))
    #expect(try agent.ask("open-objects").value == "0")
    let store = try segment.open()
    for index in 0..<20_000 { try store.put("key \(index)", "value \(index)") }
    #expect(try agent.ask("get", "h", "key 19999".hex).value == "value 19999".hex)

    let holder = try AgentProcess()
    #expect(try holder.ask("open", "h", segment.name) == .done([]))
    for index in 20_000..<40_000 { try store.put("key \(index)", "value \(index)") }
    try holder.send("die-holding", "h")
    #expect(holder.wait() == .killed(SIGKILL))
    #expect(try agent.ask("put", "h", "key 0".hex, "again".hex) == .done([]))
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 1)
    #expect(try store.get("key 0") == "again")
    #expect(try store.count == 40_000)
    // What it cannot do is to make the segment's memory more.
    let reply = try agent.ask("fill", "h", "entries=100000")
    #expect("\(reply)".contains("fstat"), "\(reply)")
    try store.put("after", "1")
    expectSound(segment)
  }

  @Test func `Opening and closing many times loses no descriptor and no mapping`() throws {
    let keeper = try segment.open()
    try keeper.put("a", "1")
    func use() throws {
      for mode in [OpenMode.shared, .existing, .readOnly] {
        let store = try segment.open(mode)
        #expect(try store.get("a") == "1")
        store.close()
      }
      let observer = try SegmentObserver(segment.name)
      _ = try observer.sample()
    }
    for _ in 0..<10 { try use() }
    let before = OpenThings()
    for _ in 0..<200 { try use() }
    let after = OpenThings()
    // Other tests of this process open and close things meanwhile: count what is this segment's only.
    #expect(after.mappings(of: segment.name) <= before.mappings(of: segment.name))
    #expect(after.descriptors(of: segment.name) <= before.descriptors(of: segment.name))
  }

  @Test func `A handle let go without closing is closed`() throws {
    for _ in 0..<20 { _ = try segment.open() }
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.sample().participants.isEmpty)
  }

  @Test func `A name unlinked and made anew leads to a new store, and the old handles keep the old one`()
    throws
  {
    let old = try segment.open()
    try old.put("a", "old")
    try SharedStore.unlink(segment.name)
    let new = try segment.open()
    #expect(try new.get("a") == nil)
    try new.put("a", "new")
    try old.put("b", "old, too")
    #expect(try old.get("a") == "old")
    #expect(try old.count == 2)
    #expect(try new.dictionary() == ["a": "new"])
    expectSound(segment)
  }

  @Test func `A name made anew again and again under handles that stay leads each to its own store`() throws {
    var handles: [SharedStore] = []
    for round in 0..<40 {
      let store = try segment.open { $0.reservation = 1 << 20 }
      #expect(try store.count == 0, "round \(round)")
      try store.put("round", "\(round)")
      handles.append(store)
      // A second handle on the same one, and some that are let go: their numbers may be given out again.
      if round % 3 == 0 { handles.append(try segment.open(.existing)) }
      if round % 5 == 4 { handles.removeFirst() }
      try SharedStore.unlink(segment.name)
    }
    #expect(segment.objects.isEmpty)
    let seen = try handles.map { Int(try $0.get("round")!)! }
    #expect(seen == seen.sorted())
    #expect(Set(seen).count > 30)
    for (index, store) in handles.enumerated() { try store.put("handle \(index)", "1") }
    for store in handles {
      let same = handles.count { (try? $0.get("round")) == (try? store.get("round")) }
      #expect(try store.count == 1 + same)
      #expect(try store.check().isEmpty)
    }
  }

  @Test func `A segment written over by another leads new handles to what is there now`() throws {
    let old = try segment.open { $0.reservation = 1 << 20 }
    try old.put("a", "old")
    let other = TemporaryStore("other")
    let source = try other.open {
      $0.reservation = 2 << 20
      $0.valueLimit = 100
    }
    try source.put("a", "new")
    source.close()
    let image = RawObject(other)
    RawObject(segment).resize(2 << 20)
    for range in image.dataRanges {
      RawObject(segment).write(image.bytes(from: range.lowerBound, count: range.count), at: range.lowerBound)
    }
    let new = try segment.open()
    #expect(new.valueLimit == 100)
    #expect(try new.get("a") == "new")
    try new.put("b", "2")
    // Whoever had the old one finds errors or nothing, as its hash key is another.
    #expect((try? old.get("a")) != "old")
    old.close()
    #expect(try new.get("b") == "2")
    expectSound(segment)
  }

  @Test func `Many segments are made and unlinked in one process`() throws {
    for round in 0..<200 {
      let store = try segment.open()
      #expect(try store.count == 0)
      try store.put("round", "\(round)")
      store.close()
      try SharedStore.unlink(segment.name)
    }
    #expect(segment.objects.isEmpty)
  }
}

/// What a process has open, from /proc.
struct OpenThings {
  private let maps: [Substring]
  private let links: [String]

  init() {
    maps = Self.text("/proc/self/maps").split(separator: "\n")
    var links: [String] = []
    for descriptor in 0..<1024 {
      var buffer = [CChar](repeating: 0, count: 4096)
      let length = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count - 1)
      if length > 0 {
        links.append(String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
    }
    self.links = links
  }

  func mappings(of name: String) -> Int { maps.count { $0.contains(name) } }
  func descriptors(of name: String) -> Int { links.count { $0.contains(name) } }

  private static func text(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
