import Glibc
import Subprocess
import Testing

/// A terminal that a test types into and looks at: a tmux server of its own with a shell in it.
struct TmuxTerminal {
  private let socket: String

  /// Whether there is a tmux to do it with. The README's test command installs it.
  static let isAvailable: Bool = {
    let folders = getenv("PATH").map { String(cString: $0) } ?? ""
    return folders.split(separator: ":").contains { access("\($0)/tmux", X_OK) == 0 }
  }()

  /// Opens a terminal, hands it to `body`, and takes it and all that runs in it away again.
  static func open(
    width: Int = 80, height: Int = 24, terminal: String = "xterm-256color",
    _ body: (TmuxTerminal) async throws -> Void
  ) async throws {
    let tmux = TmuxTerminal(socket: "shmtop-test-\(getpid())-\(UInt32.random(in: 0 ... .max))")
    try await tmux.run(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(width)", "-y", "\(height)", "-e", "LC_ALL=C.UTF-8",
      "-e",
      "SWIFT_BACKTRACE=enable=no", "-e", "XDG_STATE_HOME=\(tmux.stateFolder)", "-e",
      "PROGRAM=\(ShmtopProgram.path)",
      "bash --norc --noprofile")
    do {
      try await tmux.wait("the shell") { !$0[0].isEmpty }
      try await tmux.line("PS1='ready> '; export TERM=\(terminal); clear")
      try await tmux.wait("the prompt") { $0.contains { $0.hasPrefix("ready>") } }
      try await body(tmux)
    } catch {
      await tmux.end()
      throw error
    }
    await tmux.end()
  }

  /// Where the program keeps its journal: nobody's own is touched.
  private var stateFolder: String { "/tmp/\(socket)" }

  /// A file of the terminal's own, for what is to be known of what runs in it.
  var scratch: String { stateFolder + ".scratch" }

  private func end() async {
    _ = try? await run("kill-server")
    _ = try? await ShmtopProgram.shell("rm -rf \(stateFolder) \(scratch)")
  }

  /// Types a line of shell.
  func line(_ text: String) async throws {
    try await run("send-keys", "-l", text)
    try await run("send-keys", "Enter")
  }

  /// Presses keys, by tmux's names for them: letters, `Down`, `Enter`, `C-z`, `F1`.
  func press(_ keys: String...) async throws {
    for key in keys { try await run("send-keys", key) }
  }

  /// Sends bytes as a terminal does that sends them at once.
  func send(_ bytes: String) async throws {
    try await run(["send-keys", "-H"] + bytes.utf8.map { String($0, radix: 16) })
  }

  func resize(width: Int, height: Int) async throws {
    try await run("resize-window", "-x", "\(width)", "-y", "\(height)")
  }

  /// The rows as they are seen now.
  func rows() async throws -> [String] {
    try await run("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  /// Whether the program has asked for the mouse.
  func hasMouse() async throws -> Bool {
    try await run("display-message", "-p", "#{mouse_standard_flag}").trimmingNewline == "1"
  }

  /// Lets programs send texts to the clipboard.
  func takeClipboard() async throws { try await run("set-option", "-s", "set-clipboard", "on") }

  /// What was sent to the clipboard last.
  func clipboard() async throws -> String { try await run("show-buffer") }

  /// The row that the terminal's cursor rests on.
  func cursorRow() async throws -> Int? {
    Int(try await run("display-message", "-p", "#{cursor_y}").trimmingNewline)
  }

  /// Waits until the rows are as wanted, and gives them. The limit only stops hangs.
  @discardableResult
  func wait(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, until isSo: ([String]) -> Bool
  ) async throws -> [String] {
    var rows: [String] = []
    for _ in 0..<300 {
      rows = try await self.rows()
      if isSo(rows) { return rows }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record(
      "Never seen: \(what). The screen:\n\(rows.joined(separator: "\n"))", sourceLocation: sourceLocation)
    throw NeverSeen(what: what)
  }

  /// Waits for a text anywhere on the screen.
  @discardableResult
  func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
    try await wait(text, sourceLocation: sourceLocation) { $0.contains { $0.contains(text) } }
  }

  struct NeverSeen: Error { let what: String }

  /// The process that runs in front, below the shell; nil while the shell waits for a line.
  func program() async throws -> pid_t? {
    let shell = try await run("display-message", "-p", "#{pane_pid}").trimmingNewline
    let children = try await Subprocess.run(
      .name("timeout"), arguments: ["60", "pgrep", "-P", shell], output: .string(limit: 4096),
      error: .discarded)
    return children.standardOutput.split(separator: "\n").last.flatMap { pid_t($0) }
  }

  @discardableResult
  private func run(_ arguments: String...) async throws -> String { try await run(arguments) }

  @discardableResult
  private func run(_ arguments: [String]) async throws -> String {
    // The limit only stops hangs: a test that waits for a process that does not end cannot be cancelled.
    let result = try await Subprocess.run(
      .name("timeout"), arguments: Arguments(["--kill-after=5", "60", "tmux", "-L", socket] + arguments),
      // Without a UTF-8 locale tmux would give captured screens in ASCII.
      environment: .inherit.updating(["LC_ALL": "C.UTF-8"]), output: .string(limit: 1 << 20),
      error: .discarded)
    return result.standardOutput
  }
}

extension String {
  fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
