import Glibc
import SharedSimple
import TestSupport
import Testing

@Suite struct CommandTests {
  let segment = TemporaryStore("commands")

  @Test func `get gives a pipe the very bytes`() async throws {
    let store = try segment.open()
    try store.put("text", "grüße")
    try store.put("binary", [0, 0xFF, 0x1B, 0x0A] as [UInt8])
    let text = try await ShmtopProgram.run("get", segment.name, "text")
    #expect(text.code == 0)
    #expect(text.output == "grüße")
    #expect(try await ShmtopProgram.run("get", segment.name, "binary").bytes == [0, 0xFF, 0x1B, 0x0A])
  }

  @Test func `get of a missing key ends with 1 and names it`() async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.run("get", segment.name, "nothing")
    #expect(outcome.code == 1)
    #expect(outcome.bytes == [])
    #expect(outcome.complaint == "shmtop: “\(segment.name)” has no key “nothing”.\n")
  }

  @Test func `a message shows what it names with escapes`() async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.run("get", segment.name, "a\u{1b}[31m\u{202e}b")
    #expect(outcome.complaint.contains(#"a\x1b[31m\u{202e}b"#))
    #expect(!outcome.complaint.contains("\u{1b}"))
  }

  @Test func `put, get, remove and increment work on a live segment`() async throws {
    let store = try segment.open()
    #expect(try await ShmtopProgram.run("put", segment.name, "key", "value").code == 0)
    #expect(try store.get("key") == "value")
    #expect(try await ShmtopProgram.run("increment", segment.name, "n", "--by", "-5").output == "-5\n")
    #expect(try await ShmtopProgram.run("increment", segment.name, "n").output == "-4\n")
    let removed = try await ShmtopProgram.run("remove", segment.name, "key", "missing", "n")
    #expect(removed.code == 1)
    #expect(
      removed.complaint
        == "shmtop: “\(segment.name)” has no key “missing”. “key”, “n” were removed.\n")
    let none = try await ShmtopProgram.run("remove", segment.name, "key", "n")
    #expect(none.complaint == "shmtop: “\(segment.name)” has no key “key”, “n”. Nothing was removed.\n")
    #expect(
      try await ShmtopProgram.run("remove", segment.name, "n").complaint
        == "shmtop: “\(segment.name)” has no key “n”.\n")
    #expect(try store.count == 0)
  }

  @Test func `put takes its value from a pipe as it is`() async throws {
    let store = try segment.open()
    let value: [UInt8] = [0, 1, 0xFE, 0x0A]
    #expect(try await ShmtopProgram.run("put", segment.name, "key", input: value).code == 0)
    #expect(try store.bytes("key") == value)
    let long = try await ShmtopProgram.run("put", segment.name, "key", input: Array(repeating: 7, count: 33))
    #expect(long.code == 2)
    #expect(try store.bytes("key") == value)
  }

  @Test func `escapes are read where asked for, and only there`() async throws {
    let store = try segment.open()
    let key = #"a\x00\u{202e}"#
    #expect(try await ShmtopProgram.run("put", "-e", segment.name, key, #"\xff\n"#).code == 0)
    #expect(try store.bytes([0x61, 0, 0xE2, 0x80, 0xAE] as [UInt8]) == [0xFF, 0x0A])
    #expect(try await ShmtopProgram.run("get", "-e", segment.name, key).bytes == [0xFF, 0x0A])
    let literal = try await ShmtopProgram.run("get", segment.name, key)
    #expect(literal.code == 1)
    #expect(literal.complaint.contains("--escapes"))
    let wrong = try await ShmtopProgram.run("get", "-e", segment.name, #"\q"#)
    #expect(wrong.code == 2)
    #expect(
      wrong.complaint
        == "shmtop: \\q is no escape; use \\n \\r \\t \\0 \\e \\xHH \\u{H…}, and \\\\ for a backslash.\n")
    let missing = try await ShmtopProgram.run("get", "-e", segment.name, #"a\x01\\"#)
    #expect(missing.complaint.contains(#"no key “a\x01\\”"#), "\(missing.complaint)")
    let filter = try await ShmtopProgram.terminal(#"shmtop --filter '/a\q/' "# + segment.name)
    #expect(filter.output.contains(#"The filter “/a\\q/”: \q is not supported."#), "\(filter.output)")
  }

  @Test func `no command creates a segment, and near names are offered`() async throws {
    // Not near to those of other tests that run meanwhile.
    let segment = TemporaryStore("a-name-like-no-other")
    _ = try segment.open()
    let mistyped = String(segment.name.dropLast()) + "x"
    for command in ["get", "put", "remove", "increment", "reap", "check", "unlink", "show"] {
      let more = [
        "get": ["k"], "put": ["k", "v"], "remove": ["k"], "increment": ["k"], "unlink": ["--force"],
        "show": ["--batch"],
      ]
      let arguments = [command, mistyped] + (more[command] ?? [])
      let outcome = try await ShmtopProgram.shell("shmtop \(arguments.joined(separator: " "))")
      #expect(outcome.code == 1, "\(command): \(outcome.complaint)")
      #expect(outcome.complaint.contains("There is no segment named “\(mistyped)”"), "\(command)")
      #expect(outcome.complaint.contains(segment.name), "\(command)")
    }
    #expect(segment.objects == [segment.name])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a segment away"))
  func `another user's segment is written to only with --write`() async throws {
    let store = try segment.open()
    #expect(chown("/dev/shm/\(segment.name)", Unprivileged.user, Unprivileged.user) == 0)
    let refused = try await ShmtopProgram.run("put", segment.name, "key", "value")
    #expect(refused.code == 3)
    #expect(refused.complaint.contains("--write") && refused.complaint.contains("shmtop -r"))
    #expect(try await ShmtopProgram.run("put", "--write", segment.name, "key", "value").code == 0)
    #expect(try store.get("key") == "value")
    #expect(try await ShmtopProgram.run("get", segment.name, "key").output == "value")
  }

  @Test func `an edit shows as an inspector's`() async throws {
    let store = try segment.open()
    try store.put("key", "value")
    #expect(try await ShmtopProgram.run("put", segment.name, "key", "other").code == 0)
    let events = try SegmentObserver(segment.name).sample().events
    #expect(events.contains { $0.kind == .detached })
  }

  @Test func `reap clears the rows of the dead`() async throws {
    let store = try segment.open()
    try store.put("key", "value")
    let agent = try AgentProcess()
    try agent.ask("open", "h", segment.name)
    agent.kill()
    let first = try await ShmtopProgram.run("reap", segment.name)
    #expect(first.output == "Cleared 1 row of dead processes in “\(segment.name)”.\n")
    let second = try await ShmtopProgram.run("reap", segment.name)
    #expect(second.output == "No row of “\(segment.name)” belongs to a dead process.\n")
  }

  @Test func `check finds nothing in a sound segment`() async throws {
    try segment.open().put("key", "value")
    let outcome = try await ShmtopProgram.run("check", segment.name)
    #expect(outcome.code == 0)
    #expect(outcome.output == "“\(segment.name)” is sound.\n")
  }

  @Test func `unlink wants a terminal to ask on, or force`() async throws {
    _ = try segment.open()
    let asked = try await ShmtopProgram.run("unlink", segment.name)
    #expect(asked.code == 2)
    #expect(asked.complaint.contains("--force"))
    #expect(segment.objects == [segment.name])
    #expect(try await ShmtopProgram.run("unlink", "--force", segment.name).code == 0)
    #expect(segment.objects == [])
  }

  @Test func `unlink asks on a terminal, and No is the default`() async throws {
    try segment.open().put("key", "value")
    for answer in ["n\n", "\n", "yess\n"] {
      let outcome = try await ShmtopProgram.terminal("shmtop unlink \(segment.name)", typing: answer)
      #expect(outcome.code == 0, "\(outcome.output)")
      #expect(outcome.output.contains("with 1 entry and"))
      #expect(outcome.output.contains("“\(segment.name)” is kept."))
      #expect(segment.objects == [segment.name])
    }
    let outcome = try await ShmtopProgram.terminal("shmtop unlink \(segment.name)", typing: "y\n")
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(segment.objects == [])
  }

  @Test func `get shows a terminal escapes and ends the line`() async throws {
    try segment.open().put("key", "a\u{1b}[2J\nb\\")
    let outcome = try await ShmtopProgram.terminal("shmtop get \(segment.name) key")
    #expect(outcome.output == "a\\x1b[2J\\nb\\\\\r\n")
  }

  @Test func `list shows segments, those refused with the reason, and nothing that never was one`()
    async throws
  {
    let store = try segment.open()
    for number in 0..<1234 { try store.put("key\(number)", "value") }
    let damaged = TemporaryStore("damaged")
    try damaged.open().close()
    RawObject(damaged).resize(8192)
    let foreign = TemporaryStore("foreign")
    RawObject(foreign).write(Array("somebody else's".utf8))
    let outcome = try await ShmtopProgram.run("list")
    #expect(outcome.code == 0)
    #expect(outcome.lines[0].hasPrefix("NAME"))
    let own = try #require(outcome.lines.first { $0.hasPrefix(segment.name + " ") })
    #expect(own.contains(" 1,234 "))
    #expect(own.hasSuffix("live"))
    let other = try #require(outcome.lines.first { $0.hasPrefix(damaged.name + " ") })
    #expect(other.contains("  broken: "))
    #expect(!outcome.output.contains(foreign.name))
  }
}
