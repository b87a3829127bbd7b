import Glibc
import SharedSimple
import TestSupport
import Testing

/// Recording, replay, pause and changes in the real program, in a real terminal.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .timeLimit(.minutes(5)))
struct LiveTimeTests {
  private static func filled(_ label: String) throws -> (TemporaryStore, SharedStore) {
    let temporary = TemporaryStore(label)
    let store = try temporary.open()
    try store.put("apple", "1")
    try store.put("banana", "yellow")
    return (temporary, store)
  }

  /// A folder of the test's own.
  private static func folder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/shmtop-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template).map { String(cString: $0) })
    do { try await body(path) } catch {
      _ = try? await ShmtopProgram.shell("rm -rf \(path)")
      throw error
    }
    _ = try? await ShmtopProgram.shell("rm -rf \(path)")
  }

  @Test func `A recorder that is killed leaves what it has seen, for all views`() async throws {
    let (temporary, store) = try Self.filled("record")
    defer { store.close() }
    try await Self.folder { folder in
      try await TmuxTerminal.open(width: 100) { terminal in
        try await terminal.line("$PROGRAM --delay 0.2 --record \(folder)/a \(temporary.name)")
        try await terminal.wait(for: "banana")
        try await terminal.wait(for: "first 64 bytes")
        try store.put("cherry", "red")
        try await terminal.wait(for: "cherry")
        try await Task.sleep(for: .seconds(1))
        kill(try #require(try await terminal.program()), SIGKILL)
        try await terminal.wait(for: "Killed")
        try await terminal.line("reset; clear")
        try await terminal.line("$PROGRAM --replay \(folder)/a")
        let first = try await terminal.wait(for: "[REPLAY] PAUSED")
        #expect(!first.contains { $0.contains("cherry") })
        try await terminal.press("Z")
        try await terminal.wait(for: "cherry")
        try await terminal.press("2")
        try await terminal.wait(for: "(shmtop)")
        try await terminal.press("1", "Down", "D")
        try await terminal.wait(for: "cannot be changed")
        try await terminal.press("q")
        try await terminal.wait(for: "ready>")
      }
      // A part of a record at the end is what a killed writer leaves at the worst.
      let half = "f=\(folder)/a; head -c $(( $(stat -c %s $f) - 5 )) $f > $f.cut"
      _ = try await ShmtopProgram.shell(half)
      try await TmuxTerminal.open(width: 120) { terminal in
        try await terminal.line("$PROGRAM --replay \(folder)/a.cut")
        try await terminal.press("t")
        try await terminal.wait(for: "the file ends in mid-sample")
      }
    }
  }

  @Test func `What cannot be recorded or replayed is said in a sentence, and the screen goes on`()
    async throws
  {
    let (temporary, store) = try Self.filled("refused")
    defer { store.close() }
    try await Self.folder { folder in
      try await TmuxTerminal.open(width: 120) { terminal in
        try await terminal.line(
          "touch \(folder)/b; $PROGRAM --record \(folder)/b \(temporary.name); echo code $?")
        try await terminal.wait(for: "is there already")
        try await terminal.wait(for: "code 2")
        try await terminal.line("clear; $PROGRAM --replay \(folder)/b; echo code $?")
        try await terminal.wait(for: "no recording of shmtop")
        try await terminal.wait(for: "code 3")
        try await terminal.line("clear; $PROGRAM --replay \(folder)/none; echo code $?")
        try await terminal.wait(for: "code 1")
        try await terminal.line("clear; $PROGRAM --record /dev/full \(temporary.name); echo code $?")
        try await terminal.wait(for: "No space left on device")
        // A disk that fills up on the way.
        try await terminal.line(
          "clear; (ulimit -f 4; $PROGRAM -d 0.1 --record \(folder)/c \(temporary.name))")
        try await terminal.wait(for: "The recording has ended")
        try store.put("damson", "blue")
        try await terminal.wait(for: "damson")
        try await terminal.press("q")
        try await terminal.line("clear; $PROGRAM --replay \(folder)/c")
        try await terminal.wait(for: "banana")
      }
    }
  }

  @Test func `Batch samples are recorded as well`() async throws {
    let (temporary, store) = try Self.filled("batch-record")
    defer { store.close() }
    try await Self.folder { folder in
      let batch = try await ShmtopProgram.run(
        "--batch", "-n", "3", "-d", "0.1", "--record", "\(folder)/a", temporary.name)
      #expect(batch.code == 0)
      #expect(batch.complaint.contains("first 64 bytes"))
      try await TmuxTerminal.open { terminal in
        try await terminal.line("$PROGRAM --replay \(folder)/a")
        try await terminal.wait(for: "banana")
        try await terminal.wait(for: "of 4")
      }
    }
  }

  @Test
  func `Paused, the screen stays as it was though another segment takes the name, and goes on with that`()
    async throws
  {
    let (temporary, store) = try Self.filled("paused")
    defer { store.close() }
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("$PROGRAM --delay 0.2 \(temporary.name)")
      try await terminal.wait(for: "banana")
      try store.put("cherry", "red")
      try await terminal.wait(for: "cherry")
      try await terminal.press("Z")
      try await terminal.wait(for: "PAUSED")
      let fresh = try temporary.open(.exclusive)
      defer { fresh.close() }
      try fresh.put("elder", "5")
      try await Task.sleep(for: .seconds(2))
      let rows = try await terminal.rows()
      #expect(rows.contains { $0.contains("PAUSED") } && rows.contains { $0.contains("cherry") })
      // Back to before there was a cherry, and forward into the new segment.
      for _ in 0..<200 where try await terminal.rows().contains(where: { $0.contains("cherry") }) {
        try await terminal.press("T")
      }
      try await terminal.wait(for: "banana")
      try await terminal.press("Z")
      try await terminal.wait("the new segment") {
        $0.contains { $0.contains("elder") } && !$0[0].contains("PAUSED")
      }
    }
  }

  @Test func `Every change is in the journal, and u takes it back`() async throws {
    let (temporary, store) = try Self.filled("journal")
    defer { store.close() }
    try await Self.folder { folder in
      try await TmuxTerminal.open { terminal in
        try await terminal.line("XDG_STATE_HOME=\(folder) $PROGRAM \(temporary.name)")
        try await terminal.wait(for: "banana")
        try await terminal.press("Home", "e")
        try await terminal.wait(for: "Change a value")
        try await terminal.press("Up", "Enter", "y")
        try await terminal.wait(for: "Changed apple")
        #expect(try store.get("apple") == "2")
        try await terminal.press("u")
        try await terminal.wait(for: "Take your last change back?")
        try await terminal.press("y")
        try await terminal.wait(for: "Changed apple back.")
        #expect(try store.get("apple") == "1")
        try await terminal.press("D", "y")
        try await terminal.wait(for: "Removed apple")
        try store.put("apple", "other")
        try await terminal.press("u", "y")
        try await terminal.wait(for: "has been changed since")
        #expect(try store.get("apple") == "other")
      }
      let journal = try await ShmtopProgram.shell(
        "stat -c '%a' \(folder)/shmtop \(folder)/shmtop/journal.jsonl; cat \(folder)/shmtop/journal.jsonl")
      #expect(journal.lines.starts(with: ["700", "600"]))
      let changes = journal.lines.dropFirst(2).filter { !$0.isEmpty }
      #expect(changes.count == 3)
      #expect(
        changes.allSatisfy { $0.contains("\"segment\":\"\(temporary.name)\"") && $0.contains("\"time\":") })
      #expect(changes.first?.contains(#""after":"2","before":"1","key":"apple""#) == true)
      #expect(changes.last?.contains(#""after":null"#) == true)
    }
  }

  @Test func `A journal that cannot be written is said before the change, with a way on`() async throws {
    let (temporary, store) = try Self.filled("no-journal")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("XDG_STATE_HOME=/dev/null $PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("Home", "D", "y")
      try await terminal.wait(for: "Without the journal?")
      #expect(try store.contains("apple"))
      try await terminal.press("Enter")
      try await terminal.wait(for: "Nothing was changed.")
      try await terminal.press("D", "y")
      try await terminal.wait(for: "Without the journal?")
      try await terminal.press("y")
      try await terminal.wait(for: "Removed apple")
    }
  }

  @Test func `While the lock is stuck keys are answered, and an edit names the holder when it gives up`()
    async throws
  {
    let (temporary, store) = try Self.filled("stuck")
    defer { store.close() }
    let agent = try AgentProcess()
    defer { agent.kill() }
    try await TmuxTerminal.open(width: 140) { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      _ = try agent.ask("open", "h", temporary.name)
      _ = try agent.ask("hold", "h")
      try await terminal.press("Home", "D", "y")
      try await terminal.wait(for: "Esc gives up")
      try await terminal.press("2")
      try await terminal.wait(for: "(shmtop)")
      try await terminal.wait(for: "process \(agent.pid) holds it")
      try await terminal.wait("the end of the trying") { !$0.contains { $0.contains("Esc gives up") } }
    }
  }
}
