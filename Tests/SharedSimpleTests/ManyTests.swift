import Glibc
import SharedSimple
import TestSupport
import Testing

/// Many keys in one call.
struct ManyTests {
  let segment = TemporaryStore("batches")

  @Test func `Many values come in the order of their keys, nil for those that are missing, some twice`()
    throws
  {
    let store = try segment.open { $0.valueLimit = 3000 }
    var random = SeededGenerator(printedFor: "many keys")
    var model: [String: String] = [:]
    // Values of all lengths, longer than the stack buffer too.
    for index in 0..<1000 {
      let value = String(repeating: "v", count: Int.random(in: 1...3000, using: &random))
      model["key \(index)"] = value
      try store.put("key \(index)", value)
    }
    for count in [0, 1, 15, 16, 17, 33, 700] {
      let keys = (0..<count).map { _ in "key \(Int.random(in: 0..<1500, using: &random))" }
      #expect(try store.getMany(keys) == keys.map { model[$0] })
      #expect(try store.bytesMany(keys) == keys.map { model[$0].map { Array($0.utf8) } })
      var indices: [Int] = []
      try store.withValues(of: keys) { index, value in
        indices.append(index)
        #expect(value?.byteCount == model[keys[index]]?.utf8.count)
      }
      #expect(indices == Array(0..<count))
    }
    expectSound(segment)
  }

  @Test func `Many puts are as many single ones: growth, repeated keys, other lengths`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    var random = SeededGenerator(printedFor: "many puts")
    var model: [String: String] = [:]
    for count in [0, 1, 16, 17, 5000, 100] {
      let entries = (0..<count).map { _ in
        (
          key: "key \(Int.random(in: 0..<3000, using: &random))",
          value: String(repeating: "x", count: Int.random(in: 1...32, using: &random))
        )
      }
      try store.putMany(entries)
      for (key, value) in entries { model[key] = value }
      #expect(try store.dictionary() == model)
    }
    expectSound(segment)
  }

  @Test func `A key or value that is none stops the call before anything is stored`() throws {
    let store = try segment.open()
    try store.put("a", "1")
    #expect(throws: StoreError.emptyKey) {
      try store.putMany([(key: "a", value: "2"), (key: "", value: "3")])
    }
    #expect(throws: StoreError.emptyValue) {
      try store.putMany([(key: "a", value: "2"), (key: "b", value: "")])
    }
    #expect(throws: StoreError.valueTooLong(byteCount: 33, limit: 32)) {
      try store.putMany([(key: "a", value: "2"), (key: "b", value: String(repeating: "x", count: 33))])
    }
    #expect(throws: StoreError.emptyKey) { try store.getMany(["a", ""]) }
    #expect(try store.dictionary() == ["a": "1"])
    let long = String(repeating: "k", count: 65_536)
    #expect(throws: StoreError.keyTooLong(byteCount: 65_536, limit: 65_535)) { try store.getMany([long]) }
    try store.put("bytes", [0xFF])
    #expect(throws: StoreError.notText(key: "bytes")) { try store.getMany(["a", "bytes"]) }
    #expect(try store.bytesMany(["a", "bytes"]) == [[0x31], [0xFF]])
  }

  @Test func `A closed, replaced, or read-only handle says so, and one without room keeps a first part`()
    throws
  {
    let old = try segment.open()
    let store = try segment.open(.exclusive) {
      $0.reservation = 1 << 20
      $0.valueLimit = 1000
    }
    #expect(throws: StoreError.replaced(name: segment.name)) { try old.getMany(["a"]) }
    #expect(try old.getMany([String]()).isEmpty)
    #expect(throws: StoreError.replaced(name: segment.name)) { try old.putMany([(key: "a", value: "1")]) }
    let readOnly = try segment.open(.readOnly)
    #expect(throws: StoreError.readOnly(name: segment.name)) {
      try readOnly.putMany([(key: "a", value: "1")])
    }
    let value = String(repeating: "v", count: 1000)
    let entries = (0..<2000).map { (key: "key \($0)", value: value) }
    let error = #expect(throws: StoreError.self) { try store.putMany(entries) }
    guard case .storeFull = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let count = try store.count
    #expect(count > 100)
    #expect(try readOnly.getMany(entries.map(\.key)).prefix { $0 == value }.count == count)
    store.close()
    #expect(throws: StoreError.closed(name: segment.name)) { try store.getMany(["a"]) }
    #expect(throws: StoreError.closed(name: segment.name)) { try store.getMany([String]()) }
    expectSound(segment)
  }

  @Test func `Beside a writer that grows the table, many reads miss no settled key`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    let keys = (0..<200).map { "settled \($0)" }
    try store.putMany(keys.map { (key: $0, value: $0) })
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    try agent.send("fill", "h", "entries=100000")
    for _ in 0..<Effort.times(300) { #expect(try store.getMany(keys) == keys) }
    _ = try agent.reply()
    #expect(try store.getMany(keys) == keys)
    expectSound(segment)
  }
}
