import Glibc
import Subprocess
import TestSupport
import Testing

/// The real program, as a user or a script runs it.
enum ShmtopProgram {
  /// The folder of the executable, which is built beside the one that test processes use.
  static let folder: String = {
    let agent = AgentProcess.executable
    return String(agent[..<(agent.lastIndex(of: "/") ?? agent.startIndex)])
  }()

  static var path: String { folder + "/shmtop" }

  /// A copy that every user may run: the build folder may lie where only root may look. Whoever asks removes it.
  ///
  /// Another process writes it: a child started meanwhile would inherit the descriptor, and nobody can run a file
  /// that somebody writes.
  static func forEverybody() async throws -> String {
    let copy = ScratchFile(byteCount: 0).path + "-shmtop"
    #expect(try await shell("install -m 755 '\(path)' '\(copy)'").code == 0)
    return copy
  }

  /// Where `shmtop` is this one, with a terminal type and a locale that do not depend on where the tests run.
  private static let environment = Environment.inherit.updating([
    "PATH": folder + ":" + (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"),
    "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
    // The settings of whoever runs the tests are not looked at: no file can be in there.
    "XDG_CONFIG_HOME": "/dev/null",
  ])

  /// A program that ends before it has read all that is written to it must not end the tests as well. What they run
  /// gets the signal as ever.
  private static let outlivesBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

  struct Outcome {
    /// The exit code, or the signal that ended it as a negative number.
    let code: Int32
    let bytes: [UInt8]
    /// What it wrote to standard error.
    let complaint: String

    var output: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  }

  /// Runs it to its end, with no terminal.
  static func run(_ arguments: String..., input: [UInt8] = []) async throws -> Outcome {
    try await outcome(.name("shmtop"), arguments, input: input)
  }

  /// Runs a line of shell.
  static func shell(_ line: String) async throws -> Outcome {
    try await outcome(.name("bash"), ["-c", line], input: [])
  }

  /// Runs a line of shell on a terminal of its own, 80 columns wide, where something is typed.
  static func terminal(_ line: String, typing keys: String = "") async throws -> Outcome {
    // `script` gives what it runs a pseudo-terminal, and ends with its exit code.
    let quoted = "stty cols 80; " + line
    return try await outcome(
      .name("script"), ["--quiet", "--return", "--command", quoted, "/dev/null"], input: Array(keys.utf8))
  }

  /// Runs it under the eyes of `body`, which gets each line of its output and can send it signals.
  static func watch(
    _ arguments: String..., line body: (_ process: pid_t, _ line: String) async throws -> Void
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .name("shmtop"), arguments: Arguments(arguments), environment: environment, input: .none,
      output: .sequence, error: .string(limit: 1 << 20)
    ) { execution in
      var text = ""
      for try await line in execution.standardOutput.strings() {
        text += line + "\n"
        try await body(execution.processIdentifier.value, line)
      }
      return text
    }
    return Outcome(
      code: result.terminationStatus.code, bytes: Array(result.closureResult.utf8),
      complaint: result.standardError)
  }

  private static func outcome(
    _ executable: Executable, _ arguments: [String], input: [UInt8]
  ) async throws -> Outcome {
    outlivesBrokenPipes
    let result = try await Subprocess.run(
      executable, arguments: Arguments(arguments), environment: environment,
      input: .array(input), output: .bytes(limit: 1 << 24), error: .string(limit: 1 << 20))
    return Outcome(
      code: result.terminationStatus.code, bytes: result.standardOutput, complaint: result.standardError)
  }
}

extension TerminationStatus {
  fileprivate var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): -signal
    }
  }
}

/// Waits until something holds, or fails after a limit that only stops hangs.
func waitUntil(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<3000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(20))
  }
  return false
}
