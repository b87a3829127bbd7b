import Glibc
import Subprocess
import Testing

@Suite struct ReadmeTests {
  private let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/")
  }()

  @Test(arguments: ["example", "transfer"]) func `the examples compile`(marker: String) async throws {
    let readme = try await cat(root + "/README.md")
    let source = try #require(block(marker, of: readme))
    #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count <= 12)
    let file = "/tmp/shmtop-readme-\(marker)-\(getpid()).swift"
    defer { unlink(file) }
    let result = try await Subprocess.run(
      .name("bash"),
      arguments: [
        "-c",
        "cat > \(file) && swiftc -typecheck -swift-version 6 -I \(ShmtopProgram.folder)/Modules -I \(root)/Sources/CLinux \(file)",
      ],
      input: .string(source), output: .string(limit: 65536), error: .combinedWithOutput)
    #expect(result.terminationStatus == .exited(0), "\(result.standardOutput)")
  }

  /// The lines of the fenced block that follows a marker.
  private func block(_ marker: String, of text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "<!-- \(marker) -->") else { return nil }
    let body = lines[(start + 2)...].prefix { $0 != "```" }
    return body.joined(separator: "\n")
  }

  private func cat(_ path: String) async throws -> String {
    try await Subprocess.run(.name("cat"), arguments: [path], output: .string(limit: 1 << 20)).standardOutput
  }
}
