import SharedSimple
import TestSupport
import Testing

/// get, bytes, withValue, contains, count, forEach, all, dictionary: the lock-free and the locked ways to read.
struct ReadingTests {
  let segment = TemporaryStore("reading")

  @Test func `A missing key is nil`() throws {
    let store = try segment.open()
    #expect(try store.get("missing") == nil)
    #expect(try store.bytes("missing") == nil)
    #expect(try store.withValue("missing") { $0.byteCount } == nil)
    #expect(try !store.contains("missing"))
    #expect(try store.count == 0)
    #expect(try store.all().isEmpty)
    #expect(try store.dictionary().isEmpty)
  }

  @Test func `Bytes are kept exactly: NULs, what is not UTF-8, and key lengths from 1 to 65,535`() throws {
    var random = SeededGenerator(printedFor: "bytes are kept exactly")
    let store = try segment.open { $0.valueLimit = 300 }
    var expected: [[UInt8]: [UInt8]] = [[0]: [0], [0, 0]: [0, 0, 0], [0xFF, 0xC0]: [0x80]]
    for length in [1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 4095, 4096, 65534, 65535] {
      expected[random.bytes(length)] = random.bytes(.random(in: 1...300, using: &random))
    }
    for (key, value) in expected { try store.put(key, value) }
    for (key, value) in expected {
      #expect(try store.bytes(key) == value)
      #expect(try store.contains(key))
    }
    #expect(Dictionary(uniqueKeysWithValues: try store.all().map { ($0.key, $0.value) }) == expected)
    expectSound(segment)
  }

  @Test func `A key that is the beginning of another one is a key of its own`() throws {
    let store = try segment.open()
    let keys = (1...40).map { [UInt8](repeating: 0, count: $0) }
    for key in keys { try store.put(key, "\(key.count)") }
    for key in keys { #expect(try store.get(key) == "\(key.count)") }
  }

  @Test func `A value that is not text is refused as text and given as bytes`() throws {
    let store = try segment.open()
    try store.put("key", [0xC3, 0x28] as [UInt8])
    #expect(throws: StoreError.notText(key: "key")) { try store.get("key") }
    #expect(throws: StoreError.notText(key: "key")) { try store.getOrPut("key", "other") }
    #expect(refusal { try store.dictionary() } == "notText")
    #expect(try store.bytes("key") == [0xC3, 0x28])
    let entry = try #require(try store.all().first)
    #expect(entry.keyText == "key")
    #expect(entry.valueText == nil)
  }

  @Test func `An empty key is refused by every call`() throws {
    let store = try segment.open()
    #expect(throws: StoreError.emptyKey) { try store.get("") }
    #expect(throws: StoreError.emptyKey) { try store.bytes("") }
    #expect(throws: StoreError.emptyKey) { try store.contains("") }
    #expect(throws: StoreError.emptyKey) { try store.withValue("") { _ in } }
  }

  @Test func `A key too long is refused with its length`() throws {
    let store = try segment.open()
    let key = [UInt8](repeating: 1, count: 65536)
    #expect(throws: StoreError.keyTooLong(byteCount: 65536, limit: 65535)) { try store.get(key) }
    #expect(throws: StoreError.keyTooLong(byteCount: 65536, limit: 65535)) { try store.put(key, "v") }
  }

  @Test func `Substrings and array slices are keys and values as well`() throws {
    let store = try segment.open()
    let text = "a key, and more"
    let key: Substring = text.prefix(5)
    let value: ArraySlice<UInt8> = Array("value".utf8)[1...3]
    try store.put(key, value)
    #expect(try store.get("a key") == "alu")
    let slice: ArraySlice<UInt8> = Array("xa keyx".utf8)[1...5]
    #expect(try store.get(slice) == "alu")
  }

  @Test func `forEach stops where it is told to`() throws {
    let store = try segment.open()
    for index in 0..<50 { try store.put("\(index)", "v") }
    var visits = 0
    try store.forEach { _, _ in
      visits += 1
      return visits < 10
    }
    #expect(visits == 10)
  }

  @Test func `A value is given in place, without a copy of its own`() throws {
    let store = try segment.open { $0.valueLimit = 1 << 20 }
    let value = [UInt8](repeating: 0xAB, count: 1 << 20)
    try store.put("large", value)
    let sum = try store.withValue("large") { span in
      span.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } }
    }
    #expect(sum == 0xAB << 20)
  }

  @Test func `Stamps of entries grow with each write`() throws {
    let store = try segment.open()
    try store.put("a", "1")
    try store.put("b", "1")
    let before = Dictionary(uniqueKeysWithValues: try store.all().map { ($0.keyText, $0.stamp) })
    try store.put("a", "1")
    let after = Dictionary(uniqueKeysWithValues: try store.all().map { ($0.keyText, $0.stamp) })
    #expect(before["a"]! < before["b"]!)
    #expect(before["b"]! < after["a"]!)
    #expect(before["b"] == after["b"])
  }
}
