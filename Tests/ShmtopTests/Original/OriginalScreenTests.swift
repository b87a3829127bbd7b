import Glibc
import TestSupport
import Testing

/// Live segments of the Perl module on the screen.
@Suite(.enabled(if: TmuxTerminal.isAvailable)) struct OriginalScreenTests {
  private static let program = "$PROGRAM --delay 0.2 --no-config"

  @Test func `the table view says when it grows, notices growths, and names keys that collide`() async throws
  {
    let app = try OriginalApp()
    try app.first.ask("fill", "40", "user:")
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("\(Self.program) --view table \(app.name)")
      try await terminal.wait(for: "64 slots  62.5% in use  data 78")
      try await terminal.wait(for: "the data is full then")
      try await terminal.wait(for: "no growth in this time")
      try app.first.ask("fill", "20", "more:")
      try await terminal.wait(for: "grew from 64 to 128 slots")
      try await terminal.press("4")
      try await terminal.wait(for: "Growths noticed since shmtop came")
      try await terminal.press("5")
      try app.first.ask("fill", "300", "k", ":a-common-suffix")
      try await terminal.wait(for: "steps: keys that end alike (“…:a-common-suffix”)")
      try await terminal.press("q")
    }
  }

  @Test func `the lock view says who holds it, who waits, and that a stopped or dead owner is one`()
    async throws
  {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "5", "user:")
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("\(Self.program) --view lock \(app.name)")
      try await terminal.wait(for: "The lock is free; nobody waits.")
      try app.first.ask("hold")
      try app.processes[1].send("put", "a", "1")
      try await terminal.wait(for: "pid \(app.first.pid) (OriginalAgent) has had the lock in each look for")
      try await terminal.wait(for: "1 process waits")
      try await terminal.wait(for: "with somebody waiting")
      try await terminal.wait(for: "thread \(app.first.pid), in")
      app.first.stop()
      try await terminal.wait(for: "(OriginalAgent) is stopped and has had the lock")
      try await terminal.wait(for: "'kill -CONT \(app.first.pid)'")
      app.first.resume()
      kill(app.first.pid, SIGKILL)
      app.first.wait()
      try await terminal.wait(for: "pid \(app.first.pid) (OriginalAgent) is dead and has had the lock")
      try await terminal.wait(for: "'shmtop original-unlock \(app.name)'")
      try await terminal.press("2")
      try await terminal.wait(for: "DEAD")
      try await terminal.press("q")
      #expect(try await ShmtopProgram.run("original-unlock", app.name).code == 0)
      #expect(try app.processes[1].reply() == .done([]))
    }
  }

  @Test func `a recording made on the screen replays, and says what it is of`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "40", "user:")
    let file = ScratchFile(byteCount: 0)
    let path = file.path + ".recording"
    defer { unlink(path) }
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("\(Self.program) --record \(path) \(app.name)")
      try await terminal.wait(for: "user:12")
      try app.first.ask("fill", "100", "more:")
      try await terminal.wait(for: "140  ")
      for object in [app.name, app.name + "_data"] { unlink("/dev/shm/\(object)") }
      try await terminal.wait(for: "GONE since")
      try await terminal.press("q")
      try await terminal.line("clear; $PROGRAM --no-config --replay \(path)")
      try await terminal.wait(for: "[REPLAY] original")
      try await terminal.wait(for: "user:12")
      try await terminal.press("@")
      try await terminal.press("+", "1", "h", "Enter")
      try await terminal.wait(for: "140  ")
      try await terminal.press("3")
      try await terminal.wait(for: "Looked at ")
      try await terminal.press("5")
      try await terminal.wait(for: "grows after ")
      try await terminal.press("q")
    }
  }

  @Test func `a new segment under the name is followed, and one that is cut does no harm`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "5", "user:")
    try await TmuxTerminal.open(width: 100) { terminal in
      try await terminal.line("\(Self.program) \(app.name)")
      try await terminal.wait(for: "user:3")
      try app.start("exclusive").ask("fill", "5", "fresh:")
      try await terminal.wait(for: "fresh:3")
      truncate("/dev/shm/\(app.name)_data", 100)
      try await terminal.wait(for: "STALE: what is shown is the last that could be read.")
      try await terminal.wait(for: "fresh:3")
      unlink("/dev/shm/\(app.name)")
      unlink("/dev/shm/\(app.name)_data")
      try await terminal.wait(for: "GONE since")
      try app.start("exclusive").ask("fill", "5", "again:")
      try await terminal.wait(for: "again:3")
      try await terminal.press("q")
    }
  }
}
