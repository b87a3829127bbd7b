import Glibc
import SharedSimple
import TestSupport
import Testing

/// Segments of the Perl module, by the program.
@Suite struct OriginalCommandTests {
  @Test func `list marks it, get and dump read it, load takes it over`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "30", "user:")
    let line = try #require(
      try await ShmtopProgram.run("list").lines.first { $0.contains(app.name + " ") })
    #expect(line.contains("original: of the Perl module Shared::Simple") && line.contains(" 30 "))
    #expect(!(try await ShmtopProgram.run("list").output.contains(app.name + "_data")))

    #expect(try await ShmtopProgram.run("get", app.name, "user:7").output == "7")
    #expect(try await ShmtopProgram.run("get", app.name, "user:77").code == 1)

    let successor = TemporaryStore("moved")
    let moved = try await ShmtopProgram.shell(
      "shmtop dump \(app.name) | shmtop load --create \(successor.name)")
    #expect(moved.code == 0, "\(moved.complaint)")
    let store = try successor.open()
    #expect(try store.count == 30)
    for index in 0..<30 { #expect(try store.get("user:\(index)") == "\(index)") }
  }

  @Test func `A value that may be half written is printed, and said to be`() async throws {
    let app = try OriginalApp()
    let whole = String(repeating: "A", count: 32)
    try app.first.ask("put", "k", whole)
    #expect(try await ShmtopProgram.run("get", app.name, "k").complaint == "")
    try app.stop(app.first, at: "update", in: "put k " + String(repeating: "B", count: 32))
    for command in [["get", app.name, "k"], ["get", app.name, "missing"], ["dump", app.name]] {
      let outcome = try await ShmtopProgram.shell("shmtop " + command.joined(separator: " "))
      #expect(outcome.code == (command.contains("missing") ? 1 : 0))
      #expect(outcome.output.contains("BBBBAAAA") == !command.contains("missing"))
      #expect(outcome.complaint.contains("one value may be half written"), "\(command)")
    }
    app.first.resume()
  }

  @Test func `original-unlock frees what a dead process holds, and nothing else`() async throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "3")
    #expect(try await ShmtopProgram.run("original-unlock", app.name).code == 1)
    try app.processes[1].ask("hold")
    let alive = try await ShmtopProgram.run("original-unlock", app.name)
    #expect(alive.code == 3 && alive.complaint.contains("is held by thread \(app.processes[1].pid)"))
    try app.processes[1].ask("release")

    try app.die(app.first, at: "hold", in: "put key:1 x")
    let unlocked = try await ShmtopProgram.run("original-unlock", app.name)
    #expect(unlocked.code == 0, "\(unlocked.complaint)")
    #expect(unlocked.output.contains("thread \(app.first.pid), which held it, is gone"))
    #expect(try app.processes[1].ask("put", "key:1", "y") == .done([]))
  }

  @Test func `What it is half of has a sentence of its own`() async throws {
    let app = try OriginalApp()
    unlink("/dev/shm/\(app.name)_data")
    let outcome = try await ShmtopProgram.run("original-unlock", app.name)
    #expect(outcome.code == 1 && outcome.complaint.contains("its data, “\(app.name)_data”, is missing"))
  }

  @Test(.enabled(if: TmuxTerminal.isAvailable))
  func `The screen shows it, its dead owner, and edits it only when told to`() async throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "5", "user:")
    try await TmuxTerminal.open(width: 100) { terminal in
      try await terminal.line("$PROGRAM --delay 0.2 --no-config \(app.name)")
      try await terminal.wait(for: "user:3")
      try await terminal.wait(for: "gets and puts are not counted")
      try await terminal.press("e")
      try await terminal.wait(for: "--edit-original")
      try app.die(app.first, at: "hold", in: "put user:1 x")
      try await terminal.wait(for: "pid \(app.first.pid), is gone; every process")
      try await terminal.press("q")
      #expect(try await ShmtopProgram.run("original-unlock", app.name).code == 0)

      try await terminal.line("$PROGRAM --delay 0.2 --no-config --edit-original \(app.name)")
      try await terminal.wait(for: "user:0")
      try await terminal.press("e", "C-u", "9", "9", "Enter")
      try await terminal.press("y")
      var value: AgentReply?
      for _ in 0..<100 where value != .done(["99"]) {
        value = try app.processes[1].ask("get", "user:0")
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(value == .done(["99"]))
    }
  }
}
