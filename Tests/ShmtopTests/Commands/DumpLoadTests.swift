import Foundation
import SharedSimple
import ShmtopKit
import TestSupport
import Testing

@Suite struct DumpLoadTests {
  let segment = TemporaryStore("dump")
  let copy = TemporaryStore("load")

  private func contents(_ store: TemporaryStore) throws -> [[UInt8]: [UInt8]] {
    Dictionary(uniqueKeysWithValues: try store.open().all().map { ($0.key, $0.value) })
  }

  /// A dump that lies in a file.
  private func file(_ text: some Sequence<UInt8>) throws -> String {
    let path = "/tmp/\(segment.name).jsonl"
    try Data(text).write(to: URL(filePath: path))
    return path
  }

  @Test(arguments: ["", "--unlocked"]) func `the round trip of any store is identical`(option: String)
    async throws
  {
    var random = SeededGenerator(printedFor: "round trip")
    let store = try segment.open { $0.valueLimit = 65_536 }
    let key: [UInt8] = random.bytes(65_535)
    try store.put(key, random.bytes(65_536))
    try store.put(Array(repeating: 0x61, count: 65_535), Array(repeating: 0x7A, count: 65_536))
    try store.put([0], [0])
    for byte in UInt8.min...UInt8.max { try store.put([byte, 0xA4], [byte]) }
    for _ in 0..<500 {
      try store.put(
        random.bytes(.random(in: 1...300, using: &random)), random.bytes(.random(in: 1...300, using: &random))
      )
    }
    try store.put("\u{feff}\r\n\"\\/ e\u{301}", "\u{2028}🦆")
    let line = "shmtop dump \(option) \(segment.name) | shmtop load --create \(copy.name)"
    let outcome = try await ShmtopProgram.shell("set -o pipefail; \(line)")
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(outcome.output.contains("entries loaded into “\(copy.name)”."))
    #expect(try contents(copy) == contents(segment))
    #expect(try copy.open().check().isEmpty)
  }

  @Test func `an empty store makes an empty dump, which makes an empty store`() async throws {
    _ = try segment.open()
    let dump = try await ShmtopProgram.run("dump", segment.name)
    #expect(dump.code == 0 && dump.bytes.isEmpty)
    #expect(
      try await ShmtopProgram.run("load", copy.name, "--create").output
        == "0 entries loaded into “\(copy.name)”.\n")
    #expect(try copy.open(.existing).count == 0)
  }

  @Test func `a dump is sorted by key, so that two can be compared`() async throws {
    let store = try segment.open()
    for number in (0..<50).shuffled() { try store.put("key \(number + 10)", "value") }
    let lines = try await ShmtopProgram.run("dump", segment.name).lines.filter { !$0.isEmpty }
    #expect(lines.count == 50 && lines == lines.sorted())
  }

  @Test func `a dump is of one instant`() async throws {
    // Two keys that a writer always changes together.
    let store = try segment.open()
    try store.put("left", "0")
    try store.put("right", "0")
    let agent = Task.detached {
      var number = 0
      while !Task.isCancelled {
        number += 1
        let text = String(number)
        try store.withLock { section in
          try section.put("left", text)
          try section.put("right", text)
        }
        await Task.yield()
      }
    }
    for _ in 0..<5 {
      let lines = try await ShmtopProgram.run("dump", segment.name).lines
      let values = try lines.filter { !$0.isEmpty }.map {
        try JSONLines().value(DumpLine.self, of: $0.utf8).value
      }
      #expect(values.count == 2 && values[0] == values[1])
    }
    agent.cancel()
    _ = await agent.result
  }

  @Test func `a dump without the lock leaves no trace`() async throws {
    try segment.open().put("key", "value")
    let before = RawObject(segment).bytes(count: 65_536)
    let dump = try await ShmtopProgram.run("dump", "--unlocked", segment.name)
    #expect(dump.output == "{\"key\":\"key\",\"value\":\"value\"}\n")
    #expect(RawObject(segment).bytes(count: 65_536) == before)
  }

  @Test func `a stuck lock ends a dump, and there is a way without it`() async throws {
    try segment.open().put("key", "value")
    let holder = try AgentProcess.stoppedHolder(of: segment)
    defer { holder.kill() }
    let dump = try await ShmtopProgram.run("dump", segment.name)
    #expect(dump.code == 4)
    #expect(dump.complaint.contains("--unlocked"))
    #expect(try await ShmtopProgram.run("dump", "--unlocked", segment.name).code == 0)
  }

  @Test func `a bad line is named, and nothing is loaded`() async throws {
    let store = try segment.open()
    let good = #"{"key":"a","value":"b"}"#
    for (bad, reason) in [
      ("{", "It is not JSON."), (#"{"key":"","value":"b"}"#, "A key must have at least one byte."),
      (#"{"key":"b","value":""}"#, "A value must have at least one byte"),
      (#"{"key":"b","value":"\#(String(repeating: "x", count: 33))"}"#, "33 bytes"),
      (#"{"key":"\#(String(repeating: "x", count: 65_536))","value":"b"}"#, "65536 bytes"),
    ] {
      let outcome = try await ShmtopProgram.run(
        "load", segment.name, input: Array("\(good)\n\n\(bad)\n\(good)\n".utf8))
      #expect(outcome.code == 2)
      #expect(outcome.complaint.hasPrefix("shmtop: Line 3 is bad: "), "\(outcome.complaint)")
      #expect(outcome.complaint.contains(reason), "\(outcome.complaint)")
      #expect(outcome.complaint.hasSuffix("Nothing is loaded.\n"))
      #expect(!outcome.complaint.contains("Nothing was changed"))
    }
    #expect(try store.count == 0)
  }

  @Test func `where the store is full, it says at which line and how many are in`() async throws {
    let store = try segment.open { options in
      options.reservation = 1 << 20
      options.valueLimit = 65_536
    }
    let value = String(repeating: "x", count: 60_000)
    let lines = (0..<40).map { "{\"key\":\"\($0)\",\"value\":\"\(value)\"}\n" }.joined()
    let outcome = try await ShmtopProgram.run("load", segment.name, try file(lines.utf8))
    let count = try store.count
    #expect(outcome.code == 4)
    #expect(outcome.complaint.contains("Line \(count + 1) could not be put"), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\(count) of 40 lines are in."), "\(outcome.complaint)")
    unlink("/tmp/\(segment.name).jsonl")
  }

  @Test func `lines of one key are one entry, of the last of them`() async throws {
    let store = try segment.open()
    let lines = (0..<300).map { "{\"key\":\"\($0 % 286)\",\"value\":\"\($0)\"}\n" }.joined()
    let outcome = try await ShmtopProgram.run("load", segment.name, input: Array(lines.utf8))
    #expect(
      outcome.output
        == "286 entries loaded into “\(segment.name)”, of 300 lines: the last one of each key counts.\n")
    #expect(try store.count == 286)
    #expect(try store.get("13") == "299")
  }

  @Test func `a segment is created only where asked for`() async throws {
    let line = Array(#"{"key":"a","value":"a value of more than thirty-two bytes"}"#.utf8)
    // Through a shell: it ends before it has read anything.
    let refused = try await ShmtopProgram.shell(
      "echo '\(String(decoding: line, as: UTF8.self))' | shmtop load \(copy.name)")
    #expect(refused.code == 1)
    #expect(refused.complaint.contains("--create"))
    #expect(copy.objects == [])
    #expect(
      try await ShmtopProgram.run("load", "--create", "--value-limit", "40", copy.name, input: line).code == 0
    )
    #expect(try copy.open(.existing).valueLimit == 40)
    // One that is there is taken as it is.
    #expect(try await ShmtopProgram.run("load", "--create", copy.name, input: line).code == 0)
    #expect(try copy.open(.existing).count == 1)
  }

  @Test func `a file that is not there, and no input at all, are said`() async throws {
    _ = try segment.open()
    let missing = try await ShmtopProgram.run("load", segment.name, "/nowhere/x")
    #expect(missing.code == 1 && missing.complaint.contains("/nowhere/x"))
    let nothing = try await ShmtopProgram.terminal("shmtop load \(segment.name)")
    #expect(nothing.code == 2 && nothing.output.contains("nothing to load"))
  }

  @Test func `undo takes a journal's changes back, and says what was left`() async throws {
    let store = try segment.open()
    try store.put("edited", "new")
    try store.put("added", "value")
    try store.put("changed since", "by the app")
    func line(_ segment: String, _ key: String, _ before: [UInt8]?, _ after: [UInt8]?) throws -> String {
      try JSONLines().line(
        JournalLine(time: 1, segment: segment, key: Array(key.utf8), before: before, after: after)) + "\n"
    }
    let text = Array("value".utf8)
    let journal = try [
      line(segment.name, "edited", [0xFF], Array("old".utf8)),
      line(segment.name, "edited", Array("old".utf8), Array("new".utf8)),
      line("another", "edited", text, text),
      line(segment.name, "added", nil, text), line(segment.name, "removed", text, nil),
      line(segment.name, "changed since", text, [1]),
    ].joined()
    let path = try file(journal.utf8)
    defer { unlink(path) }
    let outcome = try await ShmtopProgram.run("load", segment.name, "--undo", path)
    #expect(outcome.code == 1, "\(outcome.complaint)")
    #expect(outcome.output == "4 changes taken back, 1 left.\n")
    #expect(outcome.complaint == "“changed since” is left: it has been changed since.\n")
    #expect(
      try contents(segment) == [
        Array("edited".utf8): [0xFF], Array("removed".utf8): text,
        Array("changed since".utf8): Array("by the app".utf8),
      ])
    let other = try await ShmtopProgram.shell(
      "shmtop load --create \(copy.name) /dev/null > /dev/null && shmtop load \(copy.name) --undo \(path)")
    #expect(other.code == 1 && other.output == "")
    #expect(
      other.complaint == "shmtop: “\(path)” has no change of “\(copy.name)”: nothing is taken back.\n")
    // Once more there is nothing to take back.
    #expect(try await ShmtopProgram.run("load", segment.name, "--undo", path, "--last", "2").code == 1)
    #expect(try store.count == 3)
  }
}
