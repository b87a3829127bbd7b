import Glibc
import SharedSimple
import TestSupport
import Testing

/// Names, modes, options: what makes a segment, what attaches to one, what is refused.
struct OpeningTests {
  let segment = TemporaryStore("opening")

  @Test func `Shared mode creates a segment, and the next one attaches to it`() throws {
    let first = try segment.open()
    try first.put("colour", "green")
    let second = try segment.open()
    #expect(try second.get("colour") == "green")
    #expect(first.mode == .shared)
    #expect(first.name == segment.name)
    #expect(first.valueLimit == 32)
    expectSound(segment)
  }

  @Test func `A leading slash is dropped`() throws {
    let store = try SharedStore("/" + segment.name)
    #expect(store.name == segment.name)
    try store.put("a", "1")
    #expect(try segment.open(.existing).get("a") == "1")
  }

  @Test(arguments: [
    "", "/", ".", "..", "/.", "/..", "a/b", "//a", "a\0b", ".shs-\u{301}x", "/\u{301}/x",
    String(repeating: "n", count: 255),
    String(repeating: "é", count: 128),
  ])
  func `A name that cannot be one is refused`(name: String) {
    for mode in [OpenMode.shared, .exclusive, .existing, .readOnly] {
      #expect(refusal { try SharedStore(name, mode: mode) } == "invalidName")
    }
    #expect(refusal { try SharedStore.unlink(name) } == "invalidName")
    #expect(refusal { try SegmentObserver(name) } == "invalidName")
    #expect(refusal { try SegmentCheck.run(name) } == "invalidName")
  }

  @Test func `A name is bytes: a slash is dropped before it, whatever mark follows`() throws {
    let bare = "\u{301}" + segment.name
    defer { unlink("/dev/shm/\(bare)") }
    let store = try SharedStore("/" + bare)
    #expect(Array(store.name.utf8) == Array(bare.utf8))
    #expect(access("/dev/shm/\(bare)", F_OK) == 0)
    try SharedStore.unlink(bare)
  }

  @Test func `A name of 254 bytes is one`() throws {
    let name = segment.name + String(repeating: "n", count: 254 - segment.name.utf8.count)
    defer { unlink("/dev/shm/\(name)") }
    for mode in [OpenMode.shared, .exclusive, .existing, .readOnly] {
      let store = try SharedStore(name, mode: mode)
      if mode != .readOnly { try store.put("a", "1") }
      store.close()
    }
    try SharedStore.unlink(name)
    #expect(access("/dev/shm/\(name)", F_OK) != 0)
  }

  @Test func `Existing mode attaches, and never creates`() throws {
    #expect(throws: StoreError.notFound(name: segment.name)) { try segment.open(.existing) }
    #expect(throws: StoreError.notFound(name: segment.name)) { try segment.open(.readOnly) }
    #expect(throws: StoreError.notFound(name: segment.name)) { try SegmentObserver(segment.name) }
    #expect(segment.objects.isEmpty)
    try segment.open().put("a", "1")
    #expect(try segment.open(.existing).get("a") == "1")
  }

  @Test func `Unlinking removes the name, and twice says that it is gone`() throws {
    try segment.open().put("a", "1")
    try SharedStore.unlink(segment.name)
    #expect(segment.objects.isEmpty)
    #expect(throws: StoreError.notFound(name: segment.name)) { try SharedStore.unlink(segment.name) }
  }

  @Test func `A segment has the permissions asked for, whatever the umask`() throws {
    _ = try segment.open()
    #expect(RawObject(segment).permissions == 0o600)
    _ = try segment.open(.exclusive) { $0.permissions = 0o666 }
    #expect(RawObject(segment).permissions == 0o666)
  }

  @Test func `A value limit that differs is refused with both numbers, and the default takes what there is`()
    throws
  {
    _ = try segment.open { $0.valueLimit = 100 }
    #expect(throws: StoreError.valueLimitDiffers(name: segment.name, existing: 100, requested: 99)) {
      try segment.open { $0.valueLimit = 99 }
    }
    #expect(try segment.open().valueLimit == 100)
    #expect(try segment.open { $0.valueLimit = 100 }.valueLimit == 100)
    #expect(try segment.open(.exclusive) { $0.valueLimit = 99 }.valueLimit == 99)
  }

  @Test(arguments: [0, -1, 1_048_577, Int.min, Int.max])
  func `A value limit out of bounds is refused`(limit: Int) {
    #expect(refusal { try segment.open { $0.valueLimit = limit } } == "invalidOption")
    #expect(segment.objects.isEmpty)
  }

  @Test(arguments: [0, -1, (1 << 20) - 1, (64 << 30) + 1, Int.min, Int.max])
  func `A reservation out of bounds is refused`(reservation: Int) {
    #expect(refusal { try segment.open { $0.reservation = reservation } } == "invalidOption")
    #expect(segment.objects.isEmpty)
  }

  @Test(arguments: [0, 7, -8, (1 << 28) + 1, Int.min, Int.max])
  func `A number of initial slots out of bounds is refused`(slots: Int) {
    #expect(refusal { try segment.open { $0.initialSlots = slots } } == "invalidOption")
    #expect(segment.objects.isEmpty)
  }

  @Test(arguments: [1, 32, 1 << 20], [1 << 20, 64 << 30])
  func `Options at their bounds work`(limit: Int, reservation: Int) throws {
    guard limit < 1 << 20 || reservation > 1 << 20 else { return }
    let store = try segment.open {
      $0.valueLimit = limit
      $0.reservation = reservation
      $0.initialSlots = 8
    }
    let value = [UInt8](repeating: 7, count: limit)
    try store.put("key", value)
    #expect(try store.bytes("key") == value)
    expectSound(segment)
  }

  @Test func `Initial slots are rounded up to a power of two`() throws {
    _ = try segment.open { $0.initialSlots = 65 }
    let observer = try SegmentObserver(segment.name)
    #expect(observer.identity.initialSlots == 128)
    #expect(try observer.sample().table.slotCount == 128)
  }

  @Test func `Exclusive mode starts afresh, and the handles before it say replaced`() throws {
    let old = try segment.open()
    try old.put("a", "1")
    let new = try segment.open(.exclusive)
    #expect(try new.count == 0)
    let gone = StoreError.replaced(name: segment.name)
    #expect(throws: gone) { try old.get("a") }
    #expect(throws: gone) { try old.put("a", "2") }
    #expect(throws: gone) { try old.count }
    #expect(throws: gone) { try old.all() }
    #expect(throws: gone) { try old.remove("a") }
    #expect(throws: gone) { try old.removeAll() }
    #expect(throws: gone) { try old.increment("a") }
    #expect(throws: gone) { try old.contains("a") }
    #expect(throws: gone) { try old.forEach { _, _ in true } }
    #expect(throws: gone) { try old.withLock { _ in } }
    try new.put("a", "3")
    #expect(try segment.open(.existing).get("a") == "3")
    #expect(segment.objects == [segment.name])
    expectSound(segment)
  }

  @Test func `A listing names the segments of this machine, and what is not one`() throws {
    try segment.open().put("a", "1")
    let foreign = TemporaryStore("foreign")
    RawObject(foreign).write(Array("not a segment".utf8))
    let listed = try SharedStore.list()
    let own = try #require(listed.first { $0.name == segment.name })
    #expect(own.refusal == nil)
    #expect(own.identity?.valueLimit == 32)
    #expect(own.sample?.table.entryCount == 1)
    let other = listed.first { $0.name == foreign.name }
    #expect(other == nil || other?.refusal != nil)
    withExtendedLifetime(foreign) {}
  }
}
