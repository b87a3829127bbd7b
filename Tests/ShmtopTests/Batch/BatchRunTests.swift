import Glibc
import SharedSimple
import TestSupport
import Testing

@Suite struct BatchRunTests {
  let segment = TemporaryStore("batch")

  @Test func `prints so many samples and ends`() async throws {
    let store = try segment.open { $0.participantName = "the \u{1b}[7mapp" }
    try store.put("key", "value")
    let outcome = try await ShmtopProgram.run("-b", "-n", "3", "-d", "0.1", segment.name)
    #expect(outcome.code == 0)
    #expect(outcome.lines.count { $0.hasPrefix("shmtop ") } == 3)
    #expect(outcome.output.contains("Entries  1 in 64 slots"))
    #expect(outcome.output.contains(#"the \x1b[7mapp"#))
    #expect(outcome.bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
    #expect(outcome.complaint == "")
  }

  @Test(arguments: [
    "-bn1 -d.2 NAME", "NAME -bd.1 -n1", "-n1 -bd=0.1 NAME", "show -bn=1 -d.1 NAME", "-bn 1 -d 0.1 NAME",
  ])
  func `short options stand together, and with their values`(arguments: String) async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.shell("shmtop " + arguments.replacing("NAME", with: segment.name))
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(outcome.lines.count { $0.hasPrefix("shmtop ") } == 1)
  }

  @Test func `values that look like short options are left as they are`() async throws {
    let store = try segment.open()
    try store.put("-bn1", "value")
    #expect(try await ShmtopProgram.run("get", segment.name, "--", "-bn1").output == "value")
    #expect(try await ShmtopProgram.run("increment", segment.name, "n", "--by", "-15").output == "-15\n")
    for options in ["-s -bn", "--sort -bn", "-s-bn"] {
      let sorted = try await ShmtopProgram.terminal("shmtop \(options) \(segment.name)")
      #expect(sorted.output.contains("There is no column bn;"), "\(sorted.output)")
    }
  }

  @Test func `leaves no trace in the segment`() async throws {
    let store = try segment.open()
    try store.put("key", "value")
    let before = RawObject(segment).bytes(count: 65_536)
    _ = try await ShmtopProgram.run("-b", "-n", "2", "-d", "0.1", segment.name)
    #expect(RawObject(segment).bytes(count: 65_536) == before)
  }

  @Test func `ASCII is kept to where asked for`() async throws {
    let store = try segment.open { $0.participantName = "größe" }
    try store.put("key", "value")
    let outcome = try await ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", "--ascii", segment.name)
    #expect(outcome.bytes.allSatisfy { $0 < 0x7F })
    #expect(outcome.output.contains(#"gr\u{f6}\u{df}e"#))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func `a signal ends it in order`(signal: Int32) async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.watch("-b", "-d", "0.1", segment.name) { process, line in
      if line.hasPrefix("Entries") { kill(process, signal) }
    }
    #expect(outcome.code == 0)
    #expect(outcome.complaint == "")
    #expect(outcome.output.hasSuffix("\n"))
  }

  @Test func `ends quietly when nobody reads any more`() async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.shell(
      "shmtop -b -d 0.1 \(segment.name) | head -1 | cut -c1-6; echo ${PIPESTATUS[0]}")
    #expect(outcome.output == "shmtop\n0\n")
    #expect(outcome.complaint == "")
  }

  @Test func `notices that nobody reads any more before the next sample`() async throws {
    _ = try segment.open()
    let outcome = try await ShmtopProgram.shell(
      "shmtop -b -d 60 \(segment.name) | true; echo ${PIPESTATUS[0]}")
    #expect(outcome.output == "0\n")
  }

  @Test func `says when the name is gone, and follows it when it comes back`() async throws {
    try segment.open().put("old", "value")
    var states: [Substring] = []
    _ = try await ShmtopProgram.watch("-b", "-d", "0.1", segment.name) { process, line in
      guard line.hasPrefix("shmtop ") else { return }
      let state = line.split(separator: "  ")[2]
      if states.last == state { return }
      states.append(state)
      switch states.count {
      case 1: try SharedStore.unlink(segment.name)
      case 2: _ = try segment.open()
      default: kill(process, SIGTERM)
      }
    }
    #expect(states == ["live", "gone", "live"])
  }

  @Test func `follows an exclusive open to the new segment`() async throws {
    // Fewer changes than in the new one, so that counts alone would not tell the two apart.
    try segment.open().put("old", "value")
    var counts: [Substring] = []
    let outcome = try await ShmtopProgram.watch("-b", "-d", "0.1", segment.name) { process, line in
      guard line.hasPrefix("Entries") else { return }
      let count = line.split(separator: " ")[1]
      if counts.last == count { return }
      counts.append(count)
      guard counts.count == 1 else { return _ = kill(process, SIGTERM) }
      let new = try segment.open(.exclusive)
      try new.withLock { section in for number in 0..<50 { try section.put("\(number)", "value") } }
    }
    #expect(counts.first == "1")
    #expect(outcome.output.contains("this is the first sample of this segment"))
  }

  @Test func `waits for a segment to appear, if asked to`() async throws {
    async let outcome = ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", "--wait", segment.name)
    // Whether it is waiting by then or not yet started, it has to find it.
    try await Task.sleep(for: .milliseconds(300))
    _ = try segment.open()
    #expect(try await outcome.code == 0)
    #expect(try await outcome.output.hasPrefix("shmtop "))
  }

  @Test func `while it waits it says for what, and the way out`() async throws {
    let outcome = try await ShmtopProgram.shell("timeout -s INT 1 shmtop -b --wait \(segment.name)")
    #expect(outcome.complaint == "shmtop: Waiting for “\(segment.name)” to appear; Ctrl-C gives up.\n")
  }
}
