import Foundation
import SharedSimple
import Subprocess
import TestSupport
import Testing

@testable import ShmtopKit
@testable import shmtop

/// The manual page and the completions: made from the tables, as new as these, and with all of these in them; and the
/// pictures, which show the screen as it is drawn today.
@Suite struct DocumentsTests {
  private static let files = [
    "shmtop.1", "completions/shmtop.bash", "completions/_shmtop", "completions/shmtop.fish",
  ]
  private static let pictures = ViewKind.allCases.flatMap { view in
    ["dark", "light"].map { "screens/\(view.rawValue)-\($0).svg" }
  }

  @Test func `what is in Assets is what the program writes`() async throws {
    let folder = "/tmp/shmtop-test-documents-\(getpid())"
    for part in ["completions", "screens"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.copyItem(
      atPath: Repository.path + "/Assets/demo.recording", toPath: folder + "/demo.recording")
    #expect(try await ShmtopProgram.run("documents", folder).code == 0)
    for file in Self.files + Self.pictures {
      let isNew = try Repository.text("Assets/" + file) == Repository.text(ofFile: folder + "/" + file)
      #expect(isNew, "Assets/\(file) is stale: swift run shmtop documents Assets")
    }
  }

  @Test func `there is a picture of each view for each theme, and the README shows no other`() throws {
    let folder = Repository.path + "/Assets/screens"
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).map { "screens/" + $0 }.sorted()
        == Self.pictures.sorted())
    let shown = try Repository.text("README.md").matches(of: /Assets\/(screens\/[^")]+)/).map { String($0.1) }
    #expect(!shown.isEmpty && Set(shown).isSubset(of: Self.pictures))
  }

  @Test func `every command and every option is in the manual page and in each of the completions`() throws {
    let tree = try CommandTree.ofProgram()
    #expect(tree.commands.map(\.commandName) == Shmtop.commandNames)
    let page = try plainManual()
    let scripts = try Self.files.dropFirst().map { try Repository.text("Assets/" + $0) }
    for command in tree.commands {
      #expect(page.contains("shmtop \(command.commandName)") || command.commandName == "show")
      for script in scripts { #expect(script.contains(command.commandName)) }
      for option in command.options {
        for name in option.writtenNames {
          #expect(page.contains(name), "\(command.commandName) \(name)")
          #expect(scripts[0].contains(name), "\(command.commandName) \(name)")
          #expect(scripts[1].contains(name), "\(command.commandName) \(name)")
          let fish = name.hasPrefix("--") ? "-l \(name.dropFirst(2)) " : "-s \(name.dropFirst()) "
          #expect(
            scripts[2].split(separator: "\n").contains {
              $0.contains("\(command.commandName) *") && $0.contains(fish)
            })
        }
      }
    }
  }

  @Test func `every key, every setting and every exit code is in the manual page`() throws {
    let page = try plainManual()
    for binding in KeyTable.bindings {
      let names = binding.keys.map(\.name).joined(separator: ", ")
      #expect(page.contains(names), "\(names)")
      #expect(page.contains(binding.help.dropFirst()), "\(binding.help)")
    }
    for setting in SettingTable.settings {
      #expect(page.contains(setting.help.dropFirst()), "\(setting.name)")
    }
    for status in ExitStatus.allCases { #expect(page.contains(status.meaning)) }
  }

  /// The page without what roff makes of it.
  private func plainManual() throws -> String {
    let characters = [
      "\\e": "\\", "\\-": "-", "\\(aq": "'", "\\(dq": "\"", "\\(ha": "^", "\\(ti": "~", "\\(ga": "`",
    ]
    var text = try Repository.text("Assets/shmtop.1").replacing(/\\f[BIR]/, with: "").replacing(
      "\\&", with: "")
    text.replace(/\\\[u([0-9A-F]+)\]/) { match in
      String(Character(Unicode.Scalar(UInt32(match.1, radix: 16)!)!))
    }
    // One after the other would read a shown backslash as the start of the next.
    return text.replacing(/\\(\([a-z]{2}|[e-])/) { characters[String($0.0)] ?? "" }
  }

  @Test(.enabled(if: Tool.has("groff"))) func `the manual page is sound`() async throws {
    let outcome = try await ShmtopProgram.shell(
      "groff -man -ww -Tutf8 -P-c \(Repository.path)/Assets/shmtop.1 | col -b")
    #expect(outcome.code == 0 && outcome.complaint == "", "\(outcome.complaint)")
    for line in outcome.lines { #expect(line.count <= 80, "\(line)") }
  }

  // MARK: - The shells

  /// What bash offers for a line that ends where the cursor is.
  private func bash(_ words: String...) async throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try await ShmtopProgram.shell(
      """
      set -u; source \(Repository.path)/Assets/completions/shmtop.bash
      compopt() { :; }
      COMP_WORDS=(shmtop \(quoted)); COMP_CWORD=\(words.count); _shmtop
      for word in "${COMPREPLY[@]}"; do echo "$word"; done
      """)
    #expect(outcome.complaint == "")
    return outcome.lines.filter { !$0.isEmpty }
  }

  private func fish(_ words: String...) async throws -> [String] {
    let outcome = try await ShmtopProgram.shell(
      "fish --no-config -c 'source \(Repository.path)/Assets/completions/shmtop.fish; complete -C \"shmtop \(words.joined(separator: " "))\"'"
    )
    return outcome.lines.compactMap { $0.split(separator: "\t").first.map(String.init) }
  }

  /// What zsh offers, seen through a terminal of its own.
  private func zsh(_ words: String...) async throws -> String {
    let outcome = try await ShmtopProgram.shell(
      """
      zsh -f -c '
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; stty cols 200; unsetopt zle_bracketed_paste; fpath=(\(Repository.path)/Assets/completions \\$fpath); autoload -U compinit; compinit -u -D; zstyle \\":completion:*\\" list-prompt \\"\\"; echo read\\y"
        repeat 100; do zpty -r shell line; [[ $line = *ready* ]] && break; done
        zpty -w -n shell "shmtop \(words.joined(separator: " "))"$'\\''\\t\\t'\\''
        sleep 2
        zpty -w -n shell $'\\''\\x15echo en\\\\d\\n'\\''
        repeat 100; do zpty -r shell line || break; print -r -- $line; [[ $line = *end* ]] && break; done
      '
      """)
    return outcome.output
  }

  @Test func `bash completes commands, segments, options and values`() async throws {
    let segment = TemporaryStore("completed")
    _ = try segment.open()
    #expect(try await bash("incr") == ["increment"])
    #expect(try await bash(String(segment.name.dropLast())).contains(segment.name))
    #expect(try await bash("get", String(segment.name.dropLast())).contains(segment.name))
    #expect(try await bash("-d", "1", String(segment.name.dropLast())).contains(segment.name))
    #expect(try await bash("--openm") == ["--openmetrics"])
    #expect(try await bash("load", "--cr") == ["--create"])
    #expect(try await bash("-v", "pro") == ["processes"])
    #expect(try await bash("load", segment.name, "/etc/passw").contains("/etc/passwd"))
    #expect(try await bash("load", segment.name, "--undo", "/etc/passw").contains("/etc/passwd"))
    // A key is not known, and a second segment does not follow.
    #expect(try await bash("get", segment.name, "") == [])
    #expect(try await bash(segment.name, "") == [])
  }

  @Test func `a segment's name is never run by a shell`() async throws {
    let scratch = ScratchFile(byteCount: 0)
    let trap = "x$(rm \(scratch.path.replacing("/tmp/", with: "")))`id`'\"; b"
    _ = try SharedStore(trap)
    defer { try? SharedStore.unlink(trap) }
    let offered = try await ShmtopProgram.shell(
      """
      cd /tmp; source \(Repository.path)/Assets/completions/shmtop.bash
      COMP_WORDS=(shmtop get 'x$'); COMP_CWORD=2; _shmtop
      for word in "${COMPREPLY[@]}"; do eval "printf '%s\\n' $word"; done
      """)
    #expect(offered.output == trap + "\n")
    #expect(FileManager.default.fileExists(atPath: scratch.path))
  }

  @Test(.enabled(if: Tool.has("fish"))) func `fish completes commands, segments, options and values`()
    async throws
  {
    let segment = TemporaryStore("completed-by-fish")
    _ = try segment.open()
    #expect(try await fish("incr") == ["increment"])
    #expect(try await fish("shmtop-test-completed-by").contains(segment.name))
    #expect(try await fish("get", "shmtop-test-completed-by").contains(segment.name))
    #expect(try await fish("--openm") == ["--openmetrics"])
    #expect(try await fish("load", "--cr") == ["--create"])
    #expect(try await fish("-v", "pro") == ["processes"])
    #expect(try await fish("load", segment.name, "/etc/passw").contains("/etc/passwd"))
    #expect(try await !fish("get", segment.name, "").contains(segment.name))
  }

  @Test(.enabled(if: Tool.has("zsh"))) func `zsh completes commands, segments, options and values`()
    async throws
  {
    let segment = TemporaryStore("completed-by-zsh")
    _ = try segment.open()
    #expect(try await zsh("incr").contains("increment"))
    #expect(try await zsh("shmtop-test-completed-by-z").contains(segment.name))
    #expect(try await zsh("get", "shmtop-test-completed-by-z").contains(segment.name))
    #expect(try await zsh("--openm").contains("--openmetrics"))
    #expect(try await zsh("-v", "pro").contains("processes"))
  }
}

/// Programs that tests look through and that need not be there.
enum Tool {
  /// Whether a program is installed; says so where it is not.
  static func has(_ name: String) -> Bool {
    let paths = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    let isThere = paths.contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }
    if !isThere { print("skipped: \(name) is not installed") }
    return isThere
  }
}
