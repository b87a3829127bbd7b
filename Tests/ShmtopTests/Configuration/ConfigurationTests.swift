import Foundation
import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

/// The settings file and the program.
@Suite final class ConfigurationTests {
  let segment = TemporaryStore("configured")
  private let folder: String

  init() { folder = "/tmp/\(segment.name)" }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var path: String { folder + "/shmtop/config.toml" }

  private func write(_ text: String) throws {
    try FileManager.default.createDirectory(atPath: folder + "/shmtop", withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  private func shmtop(_ arguments: String) async throws -> ShmtopProgram.Outcome {
    try await ShmtopProgram.shell("XDG_CONFIG_HOME=\(folder) shmtop \(arguments)")
  }

  @Test func `names that are kept read-only are not written to, but by --write`() async throws {
    try segment.open().put("key", "value")
    try write("read-only = [\"shmtop-test-conf*\"]\n")
    for command in [
      "put NAME key other", "remove NAME key", "increment NAME n", "reap NAME", "unlink -f NAME", "dump NAME",
    ] {
      let command = command.replacing("NAME", with: segment.name)
      let outcome = try await shmtop(command)
      #expect(outcome.code == 3, "\(command)")
      #expect(
        outcome.complaint.contains("shmtop-test-conf*") && outcome.complaint.contains("--write"), "\(command)"
      )
    }
    #expect(try segment.open(.existing).get("key") == "value")
    #expect(try await shmtop("get \(segment.name) key").output == "value")
    #expect(try await shmtop("dump --unlocked \(segment.name)").code == 0)
    #expect(try await shmtop("put --write \(segment.name) key other").code == 0)
    #expect(try await shmtop("put --no-config \(segment.name) key more").code == 0)
    #expect(try segment.open(.existing).get("key") == "more")
  }

  @Test(arguments: [
    "read-only = [\"shmtop-test-conf*\"]\ndelay = 1 2\n", "read_only = [\"shmtop-test-conf*\"]\n",
    "read-only = 5\n", "# \u{0}",
  ])
  func `where it cannot be known what is kept read-only, nothing is written but by --write`(text: String)
    async throws
  {
    try segment.open().put("key", "value")
    try write(text)
    for command in [
      "put NAME key other", "remove NAME key", "increment NAME n", "reap NAME", "unlink -f NAME", "dump NAME",
      "load NAME /dev/null", "load --create NAME-new /dev/null", "original-unlock NAME",
    ] {
      let command = command.replacing("NAME", with: segment.name)
      let outcome = try await shmtop(command)
      #expect(outcome.code == 3, "\(command)")
      #expect(outcome.complaint.contains("it cannot be known what \(path) keeps read-only"), "\(command)")
      #expect(outcome.complaint.contains("--write"), "\(command)")
    }
    #expect(segment.objects == [segment.name])
    #expect(try segment.open(.existing).get("key") == "value")
    #expect(try await shmtop("get \(segment.name) key").output == "value")
    #expect(try await shmtop("put --write \(segment.name) key other").code == 0)
    #expect(try segment.open(.existing).get("key") == "other")
    // The screen says it as it says any other reason.
    let screen = try await ShmtopProgram.terminal(
      "XDG_CONFIG_HOME=\(folder) shmtop \(segment.name)", typing: "q")
    #expect(screen.output.contains("READ-ONLY"))
  }

  @Test func `a settings file that is a folder or no text is there all the same`() async throws {
    try segment.open().put("key", "value")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(try await shmtop("put \(segment.name) key other").code == 3)
    try FileManager.default.removeItem(atPath: path)
    try Data([0x23, 0xFF, 0x0A]).write(to: URL(filePath: path))
    #expect(try await shmtop("put \(segment.name) key other").code == 3)
    try FileManager.default.removeItem(atPath: path)
    #expect(try await shmtop("put \(segment.name) key other").code == 0)
  }

  @Test func `what is not understood is said and survived`() async throws {
    _ = try segment.open()
    try write("delai = 1\nascii = true\n")
    let outcome = try await shmtop("-b -n 1 -d 0.1 \(segment.name)")
    #expect(outcome.code == 0)
    #expect(outcome.complaint.contains("config.toml: There is no setting “delai”: did you mean delay?"))
    let quiet = try await shmtop("-b -n 1 -d 0.1 --no-config \(segment.name)")
    #expect(quiet.complaint == "")
    #expect(try await shmtop("put \(segment.name) key value").code == 0)
  }

  @Test(arguments: ["xterm-256color", "vt100"])
  func `all that is not understood is said once the screen is left, each once`(terminal: String) async throws
  {
    try segment.open().put("key", "value")
    try write("delai = 1\nview = \"entrys\"\nascii = 1\n")
    // On a terminal, too, standard error may be a file.
    let error = folder + "/error"
    let outcome = try await ShmtopProgram.terminal(
      "TERM=\(terminal) XDG_CONFIG_HOME=\(folder) shmtop \(segment.name) 2> \(error)", typing: "q")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("2 more mistakes are said when you leave."), "\(outcome.output)")
    let said = try Repository.text(ofFile: error).split(separator: "\n")
    #expect(said.count == 3 && said.allSatisfy { $0.hasPrefix("shmtop: \(path): ") }, "\(said)")
    // And where it never comes to a screen.
    let missing = try await shmtop("\(segment.name)x")
    #expect(missing.complaint.split(separator: "\n").count == 4, "\(missing.complaint)")
  }

  @Test func `W writes the file that is there, and leaves the rest of it`() async throws {
    try segment.open().put("key", "value")
    try write("# Mine.\ntheme = \"light\" # so\nview = \"events\"\n")
    let outcome = try await ShmtopProgram.terminal(
      "XDG_CONFIG_HOME=\(folder) shmtop \(segment.name)", typing: "1Wq")
    #expect(outcome.code == 0, "\(outcome.output)")
    let text = try Repository.text(ofFile: path)
    #expect(
      text.hasPrefix(
        "# Mine.\ntheme = \"light\" # so\nview = \"entries\"\ndelay = 1\n\n[entries]\nsort = \"key\"\n"))
    #expect(text.contains("\n[processes]\nsort = \"-puts\"\ncolumns = [\"pid\", "))
    #expect(SettingsFile(text).warnings == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/shmtop") == ["config.toml"])
  }

  @Test func `W makes the file where there is none, and without --no-config only`() async throws {
    try segment.open().put("key", "value")
    _ = try await ShmtopProgram.terminal(
      "XDG_CONFIG_HOME=\(folder) shmtop --no-config \(segment.name)", typing: "Wq")
    #expect(!FileManager.default.fileExists(atPath: path))
    _ = try await ShmtopProgram.terminal(
      "XDG_CONFIG_HOME=\(folder) shmtop -v lock -d 2 \(segment.name)", typing: "Wq")
    let file = SettingsFile(try Repository.text(ofFile: path))
    #expect(file.warnings == [] && file.settings.view == .lock && file.settings.delay == 2)
  }

  @Test func `a link to the file stays one`() async throws {
    try segment.open().put("key", "value")
    try write("")
    let target = folder + "/elsewhere.toml"
    try FileManager.default.moveItem(atPath: path, toPath: target)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    _ = try await ShmtopProgram.terminal("XDG_CONFIG_HOME=\(folder) shmtop \(segment.name)", typing: "Wq")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
    #expect(try Repository.text(ofFile: target).contains("delay = 1"))
  }
}
