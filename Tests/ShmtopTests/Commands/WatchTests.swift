import Glibc
import SharedSimple
import ShmtopKit
import TestSupport
import Testing

@Suite struct WatchTests {
  let segment = TemporaryStore("watch")

  /// The line without the day and the time.
  private func said(_ line: String) -> Substring { line.dropFirst("2026-11-23 17:25:03.042  ".count) }

  @Test func `a line a change: put, put again, removed, back, in a new segment, gone`() async throws {
    let store = try segment.open()
    try store.put("key", "a\u{1b}[2J\n")
    var lines: [Substring] = []
    let outcome = try await ShmtopProgram.watch("watch", "-d", "0.01", segment.name, "key") { process, line in
      lines.append(said(line))
      switch lines.count {
      case 1: try store.put("key", "b")
      case 2: try store.put("key", "b")
      case 3: try store.remove("key")
      case 4: try store.put("key", "c")
      case 5: _ = try segment.open(.exclusive)
      case 6: try segment.open().put("key", "d")
      case 7: try SharedStore.unlink(segment.name)
      default: kill(process, SIGINT)
      }
    }
    #expect(outcome.code == 0)
    #expect(outcome.complaint == "")
    #expect(
      lines == [
        #"found    a\x1b[2J\n"#, "put      b", "put      b", "removed", "put      c",
        "missing  (in a new segment)", "put      d", "gone     (the segment is gone)",
      ])
  }

  @Test func `comes back with the segment's name`() async throws {
    try segment.open().put("key", "a")
    var lines: [Substring] = []
    _ = try await ShmtopProgram.watch("watch", "-d", "0.01", "-n", "3", segment.name, "key") { _, line in
      lines.append(said(line))
      switch lines.count {
      case 1: try SharedStore.unlink(segment.name)
      case 2: try segment.open { $0.valueLimit = 64 }.put("key", "b")
      default: break
      }
    }
    #expect(lines.prefix(2) == ["found    a", "gone     (the segment is gone)"])
    // It may be seen before the key is put.
    #expect(
      ["put      b  (in a new segment)", "missing  (in a new segment)"].contains(
        lines[2]))
  }

  @Test func `JSON has the exact value`() async throws {
    try segment.open().put("key", [0xFF, 0] as [UInt8])
    let outcome = try await ShmtopProgram.run("watch", "--json", "-n", "1", segment.name, "key")
    #expect(outcome.output.contains(#""value_base64":"/wA=""#))
    #expect(outcome.output.contains(#""what":"found""#))
    let missing = try await ShmtopProgram.run("watch", "--json", "-n", "1", segment.name, "other")
    #expect(missing.output.contains(#""value":null,"what":"missing""#))
  }

  @Test func `leaves no trace, and ends quietly when nobody reads any more`() async throws {
    try segment.open().put("key", "value")
    let before = RawObject(segment).bytes(count: 65_536)
    let outcome = try await ShmtopProgram.shell(
      "shmtop watch \(segment.name) key | head -1 | wc -l; echo ${PIPESTATUS[0]}")
    #expect(outcome.output == "1\n0\n")
    #expect(RawObject(segment).bytes(count: 65_536) == before)
  }
}
