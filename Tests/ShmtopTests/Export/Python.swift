import Foundation
import Subprocess
import Testing

/// Other people's readers of what shmtop writes, in Python.
enum Python {
  /// Whether a package is installed; says so where it is not.
  static func has(_ package: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import \(package)"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    if process.terminationStatus != 0 { print("skipped: the Python package \(package) is not installed") }
    return process.terminationStatus == 0
  }

  /// Runs a program that fails where something is wrong; returns what it prints.
  static func run(_ program: String, input: [UInt8], _ arguments: String...) async throws -> String {
    let result = try await Subprocess.run(
      .name("python3"), arguments: Arguments(["-c", program] + arguments), input: .array(input),
      output: .string(limit: 1 << 22), error: .combinedWithOutput)
    #expect(result.terminationStatus == .exited(0), "\(result.standardOutput)")
    return result.standardOutput
  }
}

/// Files of this repository.
enum Repository {
  static let path = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

  static func bytes(_ file: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + file)) }

  static func text(_ file: String) throws -> String { try text(ofFile: path + "/" + file) }

  /// A file that may be anywhere.
  static func text(ofFile path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }
}
