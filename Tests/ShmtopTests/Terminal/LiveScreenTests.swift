import Glibc
import SharedSimple
import TestSupport
import Testing

/// The real program in a real terminal: what only a terminal shows.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .timeLimit(.minutes(5)))
struct LiveScreenTests {
  /// A segment with a few entries.
  private static func filled(_ label: String) throws -> (TemporaryStore, SharedStore) {
    let temporary = TemporaryStore(label)
    let store = try temporary.open()
    try store.put("apple", "1")
    try store.put("banana", "yellow")
    try store.put("cherry", "\u{1b}[31mred")
    return (temporary, store)
  }

  @Test func `Each view opens, and the help`() async throws {
    let (temporary, store) = try Self.filled("views")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      #expect(try await terminal.rows().contains { $0.contains(#"\x1b[31mred"#) })
      try await terminal.press("2")
      try await terminal.wait(for: "(shmtop)")
      try await terminal.press("3")
      try await terminal.wait(for: "The lock is")
      try await terminal.press("Tab")
      try await terminal.wait(for: "created with")
      try await terminal.press("F1")
      try await terminal.wait(for: "Keys of shmtop")
      try await terminal.press("Escape")
      try await terminal.wait(for: "created with")
      try await terminal.press("q")
      try await terminal.wait(for: "ready>")
    }
  }

  @Test func `An edit is seen by a second process, an entry can be added and removed`() async throws {
    let (temporary, store) = try Self.filled("edit")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("/")
      try await terminal.wait(for: "Search")
      try await terminal.press("b", "a", "n", "Enter", "e")
      try await terminal.wait(for: "Change a value")
      try await terminal.press("C-u", "r", "i", "p", "e", "Enter")
      try await terminal.wait(for: "Change this value?")
      try await terminal.press("y")
      try await terminal.wait(for: "Changed banana")
      let get = try await ShmtopProgram.run("get", temporary.name, "banana")
      #expect(get.output.hasPrefix("ripe"))

      try await terminal.press("a")
      try await terminal.wait(for: "Add an entry")
      try await terminal.press("d", "Enter")
      try await terminal.wait(for: "value")
      try await terminal.press("4", "Enter")
      try await terminal.wait(for: "Add this entry?")
      // Enter is No.
      try await terminal.press("Enter")
      try await terminal.wait(for: "Nothing was changed.")
      #expect(try !store.contains("d"))

      try await terminal.press("D")
      try await terminal.wait(for: "Remove this entry?")
      try await terminal.press("y")
      try await terminal.wait(for: "Removed banana")
      #expect(try !store.contains("banana"))
    }
  }

  @Test func `A key that nobody knows does nothing`() async throws {
    let (temporary, store) = try Self.filled("unknown-keys")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      let first = try await terminal.cursorRow()
      // Alt-D, Alt-q, Ctrl-Shift-F5, an application's function key, a sequence with a private mark.
      for key in ["\u{1b}D", "\u{1b}q", "\u{1b}[15;6~", "\u{1b}O5q", "\u{1b}[?2q", "\u{1b}\u{1b}[99~"] {
        try await terminal.send(key)
      }
      // End and Home as a terminal of another kind sends them.
      try await terminal.send("\u{1b}[4~")
      // While a screen is drawn the cursor is elsewhere.
      let last = first.map { $0 + 2 }
      var row = first
      for _ in 0..<100 where row != last {
        row = try await terminal.cursorRow()
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(row == last)
      #expect(try await !terminal.rows().contains { $0.contains("Remove this entry?") })
      try await terminal.send("\u{1b}[1~")
      try await terminal.press("e")
      try await terminal.wait(for: "apple")
      try await terminal.wait(for: "Change a value")
      try await terminal.press("Escape")
      try await terminal.wait("the closed dialog") { !$0.contains { $0.contains("Change a value") } }
    }
  }

  @Test func `Pasted text without an end does not hold the keys for ever`() async throws {
    let (temporary, store) = try Self.filled("paste")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.send("\u{1b}[200~q2D")
      try await Task.sleep(for: .seconds(2))
      #expect(try await terminal.rows().contains { $0.contains("banana") })
      try await terminal.press("2")
      try await terminal.wait(for: "(shmtop)")
    }
  }

  @Test func `A change that waits for the lock says so, and is made once the lock is free`() async throws {
    let (temporary, store) = try Self.filled("waiting")
    defer { store.close() }
    let holder = try AgentProcess.stoppedHolder(of: temporary)
    defer { holder.kill() }
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      func change(to value: String) async throws {
        try await terminal.press("Home", "e")
        try await terminal.wait(for: "Change a value")
        try await terminal.press("C-u", value, "Enter")
        try await terminal.wait(for: "Change this value?")
        try await terminal.press("y")
      }
      try await change(to: "2")
      let rows = try await terminal.wait(for: "Waiting for the lock, ")
      let sentence = try #require(rows.first { $0.contains("Waiting") })
      #expect(
        sentence.contains(/[0-2]\.\d of 3 s: pid \d+ \(StoreAgent, stopped\) holds it\. Esc gives up\./))
      #expect(sentence.contains("pid \(holder.pid) ") && !sentence.contains("Nothing was changed"))
      try await terminal.wait(for: "could not be had within 3 s: process \(holder.pid) holds it")
      try await change(to: "3")
      try await terminal.wait(for: "Waiting for the lock, ")
      holder.resume()
      try holder.ask("release")
      try await terminal.wait(for: "Changed apple")
      #expect(try store.get("apple") == "3")
    }
  }

  @Test func `A key that is to be added and is there is said before its value is typed`() async throws {
    let (temporary, store) = try Self.filled("there")
    defer { store.close() }
    let holder = try AgentProcess.stoppedHolder(of: temporary)
    defer { holder.kill() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("a")
      try await terminal.wait(for: "Add an entry")
      try await terminal.press("banana", "Enter")
      try await terminal.wait(for: "banana is there already (yellow, 6 bytes)")
    }
  }

  @Test func `A value that changed under the dialog is not overwritten unasked`() async throws {
    let (temporary, store) = try Self.filled("conflict")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("Home", "e")
      try await terminal.wait(for: "Change a value")
      try await terminal.press("Up", "Enter")
      try await terminal.wait(for: "Change this value?")
      try store.put("apple", "100")
      try await terminal.press("y")
      try await terminal.wait(for: "It has changed meanwhile")
      #expect(try store.get("apple") == "100")
      try await terminal.press("o")
      try await terminal.wait(for: "Changed apple")
      #expect(try store.get("apple") == "2")
    }
  }

  @Test func `The screen follows the terminal's size, and says when it is too small`() async throws {
    let (temporary, store) = try Self.filled("resize")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "4 Events")
      try await terminal.resize(width: 60, height: 12)
      try await terminal.wait("the low layout") {
        $0[0].contains("1 Entries  2  3  4") && $0[11].contains("Quit")
      }
      try await terminal.resize(width: 40, height: 8)
      try await terminal.wait(for: "shmtop needs 60x12")
      try await terminal.resize(width: 80, height: 24)
      try await terminal.wait("the whole layout") {
        $0.contains { $0.contains("4 Events") } && $0[23].contains("Quit")
      }
    }
  }

  /// After each way out the terminal is as it was, and nothing is left running.
  @Test(
    arguments: [
      ("q", nil, 0), ("F10", nil, 0), ("", SIGTERM, 128 + SIGTERM), ("", SIGHUP, 128 + SIGHUP),
      ("", SIGQUIT, 128 + SIGQUIT), ("", SIGPIPE, 128 + SIGPIPE), ("C-c", nil, 128 + SIGINT),
      ("", SIGABRT, 128 + SIGABRT), ("", SIGSEGV, 128 + SIGSEGV),
    ] as [(String, Int32?, Int32)])
  func `The terminal is given back`(_ key: String, _ signal: Int32?, _ code: Int32) async throws {
    let (temporary, store) = try Self.filled("exit")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line(#"before=$(stty -a); echo shell is here; $PROGRAM "# + temporary.name)
      try await terminal.wait(for: "banana")
      if let signal {
        let program = try #require(try await terminal.program())
        kill(program, signal)
      } else {
        try await terminal.press(key)
      }
      // The screen from before is back, the shell's own line among it.
      try await terminal.wait("the shell") { $0.contains { $0 == "shell is here" } }
      try await terminal.line(#"echo "code $?; $([ "$before" = "$(stty -a)" ] && echo modes as before)""#)
      try await terminal.wait(for: "code \(code); modes as before")
      #expect(try await terminal.program() == nil)
    }
    // The row was given back, unless the program broke.
    let own = try SegmentObserver(temporary.name).sample().participants.filter(\.isInspector)
    #expect(own.isEmpty || signal == SIGABRT || signal == SIGSEGV)
  }

  @Test func `It suspends as any editor, and comes back`() async throws {
    let (temporary, store) = try Self.filled("suspend")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line(#"before=$(stty -a); $PROGRAM "# + temporary.name)
      try await terminal.wait(for: "banana")
      try await terminal.press("C-z")
      try await terminal.wait(for: "Stopped")
      try await terminal.line(#"[ "$before" = "$(stty -a)" ] && echo modes as before"#)
      try await terminal.wait("the answer") { $0.contains("modes as before") }
      try await terminal.line("fg")
      try await terminal.wait(for: "banana")
      try await terminal.press("2")
      try await terminal.wait(for: "(shmtop)")
    }
  }

  @Test func `When its terminal goes, it goes`() async throws {
    let (temporary, store) = try Self.filled("dropped")
    defer { store.close() }
    var program: pid_t = 0
    try await TmuxTerminal.open { terminal in
      // A shell that shields it from the hang-up: the end of the terminal alone must do.
      try await terminal.line("trap '' HUP; $PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      program = try #require(try await terminal.program())
    }
    var isGone = false
    for _ in 0..<600 where !isGone {
      isGone = kill(program, 0) != 0 || Self.isZombie(program)
      if !isGone { try await Task.sleep(for: .milliseconds(100)) }
    }
    #expect(isGone)
  }

  @Test func `When the shell it was started from is killed, it goes, and the terminal is the next one's`()
    async throws
  {
    let (temporary, store) = try Self.filled("orphan")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line(#"before=$(stty -a); echo shell is here; bash --norc --noprofile"#)
      try await terminal.wait(for: "shell is here")
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      let shell = try #require(try await terminal.program())
      let children = try await ShmtopProgram.shell("pgrep -P \(shell)")
      let program = try #require(children.lines.first.flatMap { pid_t($0) })
      kill(shell, SIGKILL)
      #expect(try await waitUntil { kill(program, 0) != 0 || Self.isZombie(program) })
      try await terminal.wait("the outer shell") { $0.contains { $0 == "shell is here" } }
      try await terminal.line(#"[ "$before" = "$(stty -a)" ] && echo modes as before"#)
      try await terminal.wait("the answer") { $0.contains("modes as before") }
      #expect(try await terminal.program() == nil)
    }
  }

  @Test func `A segment that is cut short under it is said in a sentence, and the way out is as ever`()
    async throws
  {
    let (temporary, store) = try Self.filled("truncated")
    try await TmuxTerminal.open { terminal in
      try await terminal.line(
        #"before=$(stty -a); echo shell is here; $PROGRAM --read-only "# + temporary.name)
      try await terminal.wait(for: "banana")
      // A handle that is closed later would come upon the missing pages itself.
      store.close()
      truncate(temporary.path, 4096)
      try await terminal.wait(for: "NOT SAMPLED")
      try await terminal.press("2", "q")
      try await terminal.wait("the shell") { $0.contains { $0 == "shell is here" } }
      try await terminal.line(#"echo "code $?; $([ "$before" = "$(stty -a)" ] && echo modes as before)""#)
      try await terminal.wait(for: "code 0; modes as before")
    }
  }

  private static func isZombie(_ pid: pid_t) -> Bool {
    guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    guard fgets(&line, 512, file) != nil else { return true }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: ")").last?.hasPrefix(" Z") ?? true
  }

  @Test func `An unlinked segment stays on the screen, and is watched again when it returns`() async throws {
    let (temporary, store) = try Self.filled("gone")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --delay 0.2 \(temporary.name)")
      try await terminal.wait(for: "banana")
      try SharedStore.unlink(temporary.name)
      let gone = try await terminal.wait(for: "GONE since")
      #expect(gone.contains { $0.contains("banana") })
      let again = try temporary.open()
      defer { again.close() }
      try again.put("dates", "9")
      try await terminal.wait("the new segment") {
        $0.contains { $0.contains("dates") } && $0[0].contains("live")
      }
    }
  }

  @Test func `An exclusive open is followed`() async throws {
    let (temporary, store) = try Self.filled("replaced")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --delay 0.2 \(temporary.name)")
      try await terminal.wait(for: "banana")
      let fresh = try temporary.open(.exclusive)
      defer { fresh.close() }
      try fresh.put("elder", "5")
      try await terminal.wait(for: "elder")
      try await terminal.wait(for: "Another segment has this name")
    }
  }

  @Test func `Read-only leaves no trace and refuses every change`() async throws {
    let (temporary, store) = try Self.filled("readonly")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --read-only \(temporary.name)")
      try await terminal.wait(for: "[READ-ONLY]")
      try await terminal.wait(for: "banana")
      try await terminal.press("D")
      try await terminal.wait(for: "Read-only: started with --read-only.")
      #expect(try SegmentObserver(temporary.name).sample().participants.count == 1)
    }
  }

  @Test func `Without a name, a segment can be picked`() async throws {
    let (temporary, store) = try Self.filled("aaa-picked")
    defer { store.close() }
    try await TmuxTerminal.open(width: 120) { terminal in
      try await terminal.line("$PROGRAM")
      try await terminal.wait(for: "Which segment?")
      // The cursor rests on the selected row; other tests' segments come and go meanwhile.
      var isSelected = false
      for _ in 0..<300 where !isSelected {
        let row = try await terminal.rows().firstIndex { $0.contains(temporary.name) }
        let cursor = try await terminal.cursorRow()
        isSelected = row != nil && row == cursor
        if !isSelected { try await terminal.press(row.map { $0 < cursor ?? 0 } ?? false ? "Up" : "Down") }
      }
      try await terminal.press("Enter")
      try await terminal.wait(for: "banana")
    }
  }

  @Test(arguments: ["vt100", "linux", "screen", "xterm-mono"])
  func `Other terminals, without UTF-8, are drawn on in ASCII`(_ kind: String) async throws {
    let (temporary, store) = try Self.filled("ascii")
    defer { store.close() }
    try await TmuxTerminal.open(terminal: kind) { terminal in
      try await terminal.line("LC_ALL=C $PROGRAM \(temporary.name)")
      let rows = try await terminal.wait(for: "banana")
      #expect(rows.allSatisfy { $0.allSatisfy(\.isASCII) })
      try await terminal.press("q")
      try await terminal.wait(for: "ready>")
    }
  }

  @Test func `A missing segment, a pipe for a terminal, and a dumb terminal are said in a sentence`()
    async throws
  {
    let (temporary, store) = try Self.filled("usage")
    defer { store.close() }
    let missing = try await ShmtopProgram.run(temporary.name + "x")
    #expect(missing.code != 0 && !missing.complaint.contains("\u{1b}"))
    let piped = try await ShmtopProgram.run(temporary.name)
    #expect(piped.code == 2)
    #expect(
      piped.complaint
        == "shmtop: There is no terminal to draw on: use --batch for plain text, or --json.\n")
    #expect(piped.output.isEmpty)
    // A kind of terminal that is known to show no screen, and one that nobody knows.
    for kind in ["dumb", "no-such-kind"] {
      let outcome = try await ShmtopProgram.terminal("TERM=\(kind) shmtop \(temporary.name)")
      #expect(outcome.code == 2)
      #expect(
        outcome.output
          == "shmtop: This terminal (TERM) cannot show a screen: use --batch for plain text, or --json.\r\n")
    }
    try await TmuxTerminal.open(terminal: "dumb") { terminal in
      try await terminal.line("$PROGRAM \(temporary.name); echo code $?")
      try await terminal.wait(for: "--batch")
      try await terminal.wait(for: "code 2")
      try await terminal.line("TERM=xterm-256color $PROGRAM \(temporary.name)x; echo code $?")
      try await terminal.wait(for: "code 1")
      // The sentence is longer than a row, and broken where that ends.
      let text = try await terminal.rows().joined().filter { !$0.isWhitespace }
      #expect(text.contains("didyoumean"), "\(text)")
    }
  }
}
