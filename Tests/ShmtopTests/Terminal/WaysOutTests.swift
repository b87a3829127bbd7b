import Glibc
import SharedSimple
import TestSupport
import Testing

/// Ways out that nobody asks for: the program breaks, or its terminal does.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .timeLimit(.minutes(5)))
struct WaysOutTests {
  private static func filled(_ label: String) throws -> (TemporaryStore, SharedStore) {
    let temporary = TemporaryStore(label)
    let store = try temporary.open()
    try store.put("banana", "yellow")
    return (temporary, store)
  }

  @Test(
    arguments: [
      ("segmentation-fault", 128 + SIGSEGV), ("stack-overflow", 128 + SIGSEGV),
      ("failed-precondition", 128 + SIGILL), ("error-drawing", 4), ("error-sampling", 4),
    ] as [(String, Int32)])
  func `Where it breaks while it draws or samples, the terminal is given back`(_ fault: String, _ code: Int32)
    async throws
  {
    let (temporary, store) = try Self.filled("fault")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line(
        #"before=$(stty -a); echo shell is here; SHMTOP_FAULT="#
          + "\(fault) $PROGRAM --delay 0.2 \(temporary.name)")
      // The screen from before is back, and what is said stands below it.
      try await terminal.wait("the shell") {
        $0.contains { $0 == "shell is here" } && $0.last { !$0.isEmpty } == "ready>"
      }
      try await terminal.line(#"echo "code $?; $([ "$before" = "$(stty -a)" ] && echo modes as before)""#)
      let rows = try await terminal.wait(for: "code \(code); modes as before")
      #expect(rows.contains { $0.contains("It cannot go on: a planted error.") } == (code == 4))
      #expect(try await terminal.program() == nil)
      #expect(try await !terminal.hasMouse())
    }
    let own = try SegmentObserver(temporary.name).sample().participants.filter(\.isInspector)
    #expect(own.isEmpty == (code == 4))
  }

  @Test func `Where it breaks, its demonstration ends as well`() async throws {
    try await TmuxTerminal.open { terminal in
      try await terminal.line(
        "sh -c 'echo pid $$ > \(terminal.scratch); SHMTOP_FAULT=segmentation-fault exec $PROGRAM --demo --workers 3'; echo code $?"
      )
      try await terminal.wait(for: "code 139")
      let pid = try await ShmtopProgram.shell("cut -c5- \(terminal.scratch)").lines[0]
      let name = "shmtop-demo-\(pid)"
      #expect(
        try await ShmtopProgram.shell(
          "timeout 60 bash -c 'while pgrep -f \"demo-(supervisor|worker) \(name) \"; do sleep 0.1; done'"
        ).code == 0)
      #expect(access("/dev/shm/\(name)", F_OK) != 0)
    }
  }

  @Test func `A terminal that fails without a signal ends it`() async throws {
    let (temporary, store) = try Self.filled("eio")
    defer { store.close() }
    let outcome = try await TypedSession.run(
      [temporary.name], waitingFor: "banana", keys: ["2", "hang up"])
    #expect(outcome.code == 128 + SIGHUP, "\(outcome.complaint)")
    #expect(try SegmentObserver(temporary.name).sample().participants.allSatisfy { !$0.isInspector })
  }
}

/// Kinds of terminals, by the bytes that each is sent.
@Suite(.timeLimit(.minutes(5)))
struct TerminalKindTests {
  static let kinds = [
    "putty", "putty-256color", "vt100", "linux", "screen", "tmux", "tmux-256color", "xterm-256color",
  ]

  @Test(arguments: kinds.filter(TypedSession.isKnown), ["C.UTF-8", "C"])
  func `Each kind of terminal is drawn on, and left as it was`(_ kind: String, _ locale: String) async throws
  {
    let temporary = TemporaryStore("kind")
    let store = try temporary.open()
    defer { store.close() }
    for number in 0..<40 { try store.put("key:\(number)", "größer \(number)") }
    let outcome = try await TypedSession.run(
      [temporary.name], terminal: kind, locale: locale,
      keys: [
        "2", "3", .init("4", answeredBy: "created with"), "5", .init("1", answeredBy: "key:1"), "\u{1b}[B",
        "e",
        "\u{1b}", "?", "q",
      ])
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let sent = TerminalBytes(outcome.bytes)
    #expect(Set(sent.foreign).isEmpty)
    #expect(sent.modesLeft.isEmpty)
    #expect(sent.text.contains("key:1") && sent.text.contains("created with"))
    #expect(locale != "C" || sent.text.allSatisfy(\.isASCII))
  }

  @Test func `A screen as large as they come is drawn whole`() async throws {
    let temporary = TemporaryStore("large")
    let store = try temporary.open()
    defer { store.close() }
    for number in 0..<200 { try store.put("key:\(1000 + number)", "value \(number)") }
    let outcome = try await TypedSession.run(
      [temporary.name], rows: 100, columns: 300, keys: ["2", "3", "4", "5", "1", "?", "q"])
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let sent = TerminalBytes(outcome.bytes)
    #expect(sent.foreign.isEmpty && sent.modesLeft.isEmpty)
    #expect(sent.text.contains("key:1080"))
  }
}
