@testable import SharedSimple
import TestSupport
import Testing

/// The C interface's short way, and what it leaves to the caller.
struct DirectCallTests {
  let segment = TemporaryStore("direct")

  /// A caller whose answers tell what was left to it.
  private enum Caller: DirectCaller {
    static let get: Int32 = 100
    static let put: Int32 = 101
    static let refused: Int32 = 102

    static func get(
      _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer?,
      _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>?
    ) -> Int32 { get }

    static func put(
      _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ value: UnsafeRawPointer?,
      _ valueLength: Int
    ) -> Int32 { put }

    static func refuse(_ error: StoreError) -> Int32 { refused }
  }

  /// What a direct get answers, and leaves in a buffer of some bytes that were 0xAA.
  private struct Answer: Equatable {
    var code: Int32
    var length: Int
    var buffer: [UInt8]

    init(_ code: Int32, _ length: Int, _ buffer: [UInt8]) {
      (self.code, self.length, self.buffer) = (code, length, buffer)
    }

    init(_ handle: StoreHandle, _ key: [UInt8], capacity: Int) {
      (code, length, buffer) = (0, -7, [UInt8](repeating: 0xAA, count: 96))
      code = key.withUnsafeBytes { key in
        buffer.withUnsafeMutableBytes { buffer in
          DirectCalls.get(handle, key.baseAddress!, key.count, buffer.baseAddress!, capacity, &length)
        }
      }
    }
  }

  private func put(_ handle: StoreHandle, _ key: [UInt8], _ value: [UInt8]) -> Int32 {
    key.withUnsafeBytes { key in
      value.withUnsafeBytes { value in
        DirectCalls.put(handle, key.baseAddress!, key.count, value.baseAddress!, value.count)
      }
    }
  }

  private func handle(_ options: (inout StoreOptions) -> Void = { _ in }) throws -> StoreHandle {
    StoreHandle(try segment.open(.shared, options), Caller.self)
  }

  @Test func `Keys and values of every length, in buffers of every length`() throws {
    var random = SeededGenerator(printedFor: "direct calls")
    let handle = try handle { $0.valueLimit = 80 }
    var wrong: [String] = []
    for keyLength in 1...41 {
      for valueLength in 1...41 {
        let key = random.bytes(keyLength)
        for value in [
          random.bytes(valueLength), random.bytes(valueLength),
          random.bytes(.random(in: 1...80, using: &random)),
        ] {
          guard put(handle, key, value) == 0, try handle.store.bytes(key) == value else {
            wrong.append("put \(keyLength) \(value.count)")
            continue
          }
          let padded = (value.count + 7) & ~7
          for capacity in [0, value.count - 1, value.count, padded - 1, padded, padded + 1, 96] {
            let untouched = [UInt8](repeating: 0xAA, count: 96)
            let end = padded <= capacity ? padded : value.count
            let filled = value + [UInt8](repeating: 0, count: end - value.count) + untouched[end...]
            let answer = Answer(handle, key, capacity: capacity)
            let isRight =
              value.count <= capacity
              ? answer == Answer(0, value.count, filled)
              : answer.code == Caller.get && answer.length == -7
                && answer.buffer[capacity...] == untouched[capacity...]
            if !isRight { wrong.append("get \(keyLength) \(value.count) into \(capacity)") }
            var buffer = untouched
            let byteCount = try key.withUnsafeBytes { key in
              try buffer.withUnsafeMutableBytes { buffer in
                try handle.store.read(
                  key.bytes, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<capacity]))
              }
            }
            let isWhole = value.count > capacity || buffer == filled
            if byteCount != value.count || !isWhole || buffer[capacity...] != untouched[capacity...] {
              wrong.append("read \(keyLength) \(value.count) into \(capacity)")
            }
          }
        }
        var missing = key
        missing[keyLength - 1] ^= 0x5A
        let answer = Answer(handle, missing, capacity: 96)
        if try handle.store.bytes(missing) == nil, answer.code != 1 || answer.length != 0 {
          wrong.append("miss \(keyLength)")
        }
        for longer in [key + [0], Array(key.dropLast())] where !longer.isEmpty {
          if try handle.store.bytes(longer) == nil, Answer(handle, longer, capacity: 96).code != 1 {
            wrong.append("miss \(longer.count)")
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(20))")
    expectSound(segment)
  }

  @Test func `Each call counts once`() throws {
    let handle = try handle()
    let key: [UInt8] = Array("counted".utf8)
    #expect(put(handle, key, [1]) == 0)
    #expect(put(handle, key, [2]) == 0)
    #expect(Answer(handle, key, capacity: 96).code == 0)
    #expect(Answer(handle, key, capacity: 0).code == Caller.get)
    #expect(Answer(handle, [1], capacity: 96).code == 1)
    #expect(try handle.store.contains(key))
    #expect(try !handle.store.contains("missing"))
    let row = try #require(try SegmentObserver(segment.name).sample().participants.first)
    #expect((row.counters.puts, row.counters.hits, row.counters.misses) == (2, 2, 2))
  }

  @Test func `Lengths out of bounds are left to the caller`() throws {
    let handle = try handle()
    let long = [UInt8](repeating: 1, count: 65_536)
    #expect(Answer(handle, long, capacity: 96).code == Caller.get)
    #expect(put(handle, long, [1]) == Caller.put)
    #expect(put(handle, [1], [UInt8](repeating: 1, count: 33)) == Caller.put)
    let word: UInt64 = 0
    withUnsafeBytes(of: word) { bytes in
      #expect(DirectCalls.put(handle, bytes.baseAddress!, 0, bytes.baseAddress!, 1) == Caller.put)
      #expect(DirectCalls.put(handle, bytes.baseAddress!, 1, bytes.baseAddress!, 0) == Caller.put)
    }
    #expect(try handle.store.count == 0)
  }

  @Test func `A put of the thread that has the mutex is refused, and the mutex is as it was`() throws {
    let (inner, outer) = (try handle(), try segment.open())
    #expect(put(inner, [1], [1]) == 0)
    try outer.withLock { section in
      #expect(put(inner, [1], [2]) == Caller.refused)
      #expect(put(inner, [2], [2]) == Caller.refused)
      #expect(Answer(inner, [1], capacity: 96).code == 0)
      try section.put([1] as [UInt8], [3] as [UInt8])
    }
    #expect(put(inner, [2], [2]) == 0)
    #expect(try outer.bytes([1] as [UInt8]) == [3])
  }

  @Test func `Inside of a body, or closed, all is the caller's; read-only, puts are`() throws {
    let handle = try handle()
    #expect(put(handle, [1], [1]) == 0)
    handle.isEntered = true
    #expect(Answer(handle, [1], capacity: 96).code == Caller.get)
    #expect(put(handle, [1], [2]) == Caller.put)
    handle.isEntered = false
    let reader = StoreHandle(try SharedStore(segment.name, mode: .readOnly), Caller.self)
    // A process's first look at a table is not a direct one.
    #expect(try reader.store.bytes([1] as [UInt8]) == [1])
    #expect(Answer(reader, [1], capacity: 96).code == 0)
    #expect(put(reader, [1], [2]) == Caller.put)
    handle.store.close()
    #expect(Answer(handle, [1], capacity: 96).code == Caller.get)
    #expect(put(handle, [1], [2]) == Caller.put)
  }

  @Test func `On a replaced segment a get is the caller's, and a put refused; the mutex is free again`()
    throws
  {
    let old = try handle()
    #expect(put(old, [1], [1]) == 0)
    let new = StoreHandle(try SharedStore(segment.name, mode: .exclusive), Caller.self)
    for _ in 0..<3 {
      #expect(Answer(old, [1], capacity: 96).code == Caller.get)
      #expect(put(old, [1], [2]) == Caller.refused)
      #expect(put(old, [2], [2]) == Caller.refused)
    }
    #expect(put(new, [1], [3]) == 0)
    #expect(try new.store.bytes([1] as [UInt8]) == [3])
    expectSound(segment)
  }
}
