import Glibc
import OriginalSegment
import TestSupport
import Testing

/// A check finds what is wrong, and nothing in what is sound.
struct OriginalCheckTests {
  private static func faults(_ app: OriginalApp) throws -> [String] {
    try OriginalReader(app.name).check().map { "\($0.kind.rawValue): \($0.message)" }
  }

  private static func change(_ app: OriginalApp, _ offset: Int, _ word: UInt64) {
    app.damage(app.name + "_data") { bytes in
      for byte in 0..<8 { bytes[offset + byte] = UInt8(truncatingIfNeeded: word >> (8 * byte)) }
    }
  }

  @Test func `Sound ones are sound, grown, full of collisions, and while they are written`() throws {
    let app = try OriginalApp(processes: 2)
    #expect(try Self.faults(app) == [])
    try app.first.ask("fill", "300", "k", ":a-common-suffix")
    #expect(try Self.faults(app) == [])
    try app.processes[1].send("hammer", "1", "500", "100")
    for _ in 0..<20 {
      do throws(OriginalError) {
        #expect(try OriginalReader(app.name).check() == [])
      } catch {
        guard case .unsettled = error else { throw error }
      }
    }
    _ = try app.processes[1].reply()
    #expect(try Self.faults(app) == [])
  }

  @Test func `Each fault is named`() throws {
    // The agent's hash, and so each key's slot, is known: "a" is 97, modulo 64 slots 33.
    let app = try OriginalApp()
    try app.first.ask("put", "a", "1")
    try app.first.ask("put", "b", "2")
    let (a, b) = (24 + 8 * 33, 24 + 8 * 34)
    let object = RawObject(path: "/dev/shm/\(app.name)_data")
    let sound = object.bytes()
    func word(_ offset: Int) -> UInt64 {
      sound[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    func expect(_ fault: String, _ changes: (offset: Int, word: UInt64)...) throws {
      for change in changes { Self.change(app, change.offset, change.word) }
      let faults = try Self.faults(app)
      #expect(faults.contains { $0.contains(fault) }, "\(fault): \(faults)")
      object.write(sound)
      #expect(try Self.faults(app) == [])
    }
    try expect("header: 1 entries are counted, and 2 are there", (0, word(0) - 1))
    try expect("header: 30 units of data are counted as used, and records take 18", (0, 2 | 30 << 32))
    try expect("slot: slot 33 leads to a record that makes no sense", (a, word(a) | 1 << 20))
    try expect("slot: the records of slots 33 and 34 overlap", (b, word(a)))
    try expect("probe: slots 33 and 34 have the same key", (b, word(a)))
    try expect("probe: a search for the key of slot 50 ends at a free slot", (b, 0), (24 + 8 * 50, word(b)))
    try expect("header: an insert into slot 40 was cut short", (16, 40))
    try expect("slot: an insert into slot 40 was never finished", (24 + 8 * 40, 1 << 62))
    app.damage(app.name) { $0[8] = 0 }
    let faults = try Self.faults(app)
    #expect(faults == ["control: the control object promises 2560 bytes of data, and sizes of 2584 are told"])
  }
}
