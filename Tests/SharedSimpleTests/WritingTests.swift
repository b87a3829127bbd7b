import SharedSimple
import TestSupport
import Testing

/// put, remove, removeAll, increment, compareAndSwap and their like.
struct WritingTests {
  let segment = TemporaryStore("writing")

  @Test func `A value is replaced by a shorter, an equal and a longer one`() throws {
    let store = try segment.open()
    for value in ["sixteen bytes ok", "short", "other", "a value of thirty-two bytes long"] {
      try store.put("key", value)
      #expect(try store.get("key") == value)
      #expect(try store.count == 1)
    }
    expectSound(segment)
  }

  @Test func `Keys and values out of bounds are refused, and nothing changes`() throws {
    let store = try segment.open()
    try store.put("key", "value")
    #expect(throws: StoreError.emptyKey) { try store.put("", "value") }
    #expect(throws: StoreError.emptyValue) { try store.put("key", "") }
    #expect(throws: StoreError.valueTooLong(byteCount: 33, limit: 32)) {
      try store.put("key", String(repeating: "v", count: 33))
    }
    #expect(throws: StoreError.emptyKey) { try store.remove("") }
    #expect(throws: StoreError.emptyKey) { try store.increment("") }
    #expect(throws: StoreError.emptyValue) { try store.compareAndSwap("key", expected: "value", new: "") }
    #expect(throws: StoreError.emptyValue) { try store.putIfAbsent("new", "") }
    #expect(throws: StoreError.emptyValue) { try store.putIfPresent("key", "") }
    #expect(throws: StoreError.emptyValue) { try store.getOrPut("new", "") }
    #expect(try store.dictionary() == ["key": "value"])
  }

  @Test func `A removed key is gone, and can be put again`() throws {
    let store = try segment.open()
    for round in 0..<100 {
      try store.put("key", "\(round)")
      #expect(try store.remove("key"))
      #expect(try !store.remove("key"))
      #expect(try store.get("key") == nil)
      #expect(try store.count == 0)
    }
    expectSound(segment)
  }

  @Test func `removeAll empties the store and says how many there were`() throws {
    let store = try segment.open()
    #expect(try store.removeAll() == 0)
    for index in 0..<1000 { try store.put("\(index)", "v") }
    #expect(try store.removeAll() == 1000)
    #expect(try store.count == 0)
    #expect(try store.all().isEmpty)
    for index in 0..<1000 { #expect(try store.get("\(index)") == nil) }
    try store.put("a", "1")
    #expect(try store.dictionary() == ["a": "1"])
    expectSound(segment)
  }

  @Test func `increment counts in decimal text, and a missing key counts as zero`() throws {
    let store = try segment.open()
    #expect(try store.increment("n") == 1)
    #expect(try store.increment("n", by: 41) == 42)
    #expect(try store.get("n") == "42")
    #expect(try store.increment("n", by: -43) == -1)
    #expect(try store.increment("n", by: 0) == -1)
    #expect(try store.get("n") == "-1")
    try store.put("n", "\(Int64.max - 1)")
    #expect(try store.increment("n") == .max)
    #expect(throws: StoreError.overflow(key: "n", value: .max, by: 1)) { try store.increment("n") }
    try store.put("n", "\(Int64.min)")
    #expect(throws: StoreError.overflow(key: "n", value: .min, by: -1)) { try store.increment("n", by: -1) }
    #expect(try store.get("n") == "\(Int64.min)")
  }

  @Test(arguments: ["abc", " ", "1 ", " 1", "1.5", "0x10", "--1", "-", "9223372036854775808", "1e3", "１"])
  func `increment refuses what is not a decimal number`(text: String) throws {
    let store = try segment.open()
    try store.put("n", text)
    #expect(refusal { try store.increment("n") } == "notANumber")
    #expect(try store.get("n") == text)
  }

  @Test func `increment whose digits are too many for the value limit changes nothing`() throws {
    let store = try segment.open { $0.valueLimit = 1 }
    #expect(try store.increment("n", by: 9) == 9)
    #expect(throws: StoreError.valueTooLong(byteCount: 2, limit: 1)) { try store.increment("n") }
    #expect(try store.get("n") == "9")
  }

  @Test func `compareAndSwap changes the value it expects and no other`() throws {
    let store = try segment.open()
    #expect(try !store.compareAndSwap("key", expected: "1", new: "2"))
    #expect(try store.count == 0)
    try store.put("key", "1")
    #expect(try !store.compareAndSwap("key", expected: "12", new: "3"))
    #expect(try store.compareAndSwap("key", expected: "1", new: "a longer value"))
    #expect(try store.get("key") == "a longer value")
    #expect(try !store.remove("key", ifValue: "1"))
    #expect(try store.remove("key", ifValue: "a longer value"))
    #expect(try !store.remove("key", ifValue: "a longer value"))
    #expect(try store.count == 0)
  }

  @Test func `Only if absent, only if present, and get or put`() throws {
    let store = try segment.open()
    #expect(try !store.putIfPresent("key", "0"))
    #expect(try store.putIfAbsent("key", "1"))
    #expect(try !store.putIfAbsent("key", "2"))
    #expect(try store.get("key") == "1")
    #expect(try store.putIfPresent("key", "3"))
    #expect(try store.getOrPut("key", "4") == "3")
    #expect(try store.getOrPut("other", "5") == "5")
    #expect(try store.dictionary() == ["key": "3", "other": "5"])
  }

  @Test func `The smallest reservation fills up, stays readable and removable, and works again`() throws {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.valueLimit = 4096
    }
    let value = [UInt8](repeating: 5, count: 4096)
    var count = 0
    let full = refusal {
      for index in 0..<1000 {
        try store.put("key \(index)", value)
        count += 1
      }
    }
    #expect(full == "storeFull")
    #expect(count > 50)
    #expect(try store.count == count)
    for index in 0..<count { #expect(try store.bytes("key \(index)") == value) }
    expectSound(segment)
    #expect(try store.remove("key 0"))
    try store.put("key again", value)
    #expect(try store.bytes("key again") == value)
    #expect(try store.removeAll() == count)
    for index in 0..<count { try store.put("key \(index)", value) }
    expectSound(segment)
  }

  @Test func `The smallest reservation full of short entries says so`() throws {
    let store = try segment.open { $0.reservation = 1 << 20 }
    var count = 0
    let full = refusal {
      for index in 0..<1_000_000 {
        try store.put("\(index)", "v")
        count += 1
      }
    }
    #expect(full == "storeFull")
    #expect(try store.count == count)
    for index in 0..<count { #expect(try store.get("\(index)") == "v") }
    expectSound(segment)
    for index in 0..<count { try store.remove("\(index)") }
    #expect(try store.count == 0)
    try store.put("a", "1")
    expectSound(segment)
  }
}
