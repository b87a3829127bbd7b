import Glibc
import Subprocess
import TestSupport

/// The library as it is built and shipped, and programs that use it.
enum BuiltLibrary {
  /// The folder of libSharedSimpleC.so, which is built beside the helper that test processes use.
  static let folder: String = {
    let agent = AgentProcess.executable
    return String(agent[..<(agent.lastIndex(of: "/") ?? agent.startIndex)])
  }()

  static let path = folder + "/libSharedSimpleC.so"

  /// The folder of the package.
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static let includes = root + "/Sources/SharedSimpleC/include"
  static let header = includes + "/shared_simple.h"
  static let examples = root + "/Assets/examples"
  static let programs = root + "/Tests/SharedSimpleCTests/Programs"

  struct Outcome {
    /// The exit code, or the signal that ended it as a negative number.
    let code: Int32
    let output: String

    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Runs a line of shell, in a process that finds the library, to its end; its output and its complaints together.
  /// `timeout` stops hangs.
  static func shell(_ line: String) async throws -> Outcome {
    let result = try await Subprocess.run(
      .name("timeout"), arguments: ["300", "bash", "-c", line],
      environment: .inherit.updating([
        "LD_LIBRARY_PATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "SWIFT_BACKTRACE": "enable=no",
      ]),
      input: .none, output: .string(limit: 1 << 22), error: .combinedWithOutput)
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Outcome(code: code, output: result.standardOutput)
  }

  /// Compiles a C program against the header and the library.
  static func compile(_ source: String, to program: String, _ flags: String = "") async throws -> Outcome {
    try await shell(
      """
      cc -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -pedantic \(flags) -I '\(includes)' -o '\(program)' '\(source)' \
        -L '\(folder)' -lSharedSimpleC -lpthread
      """)
  }
}
