import ArgumentParser
import ShmtopKit

/// The manual page, from the tables of commands, keys and settings.
struct ManualPage {
  let tree: CommandTree

  var text: String {
    let sections: [(title: String, lines: [String])] = [
      ("NAME", ["shmtop \\- \(roff(Shmtop.configuration.abstract.lowercasedFirst.droppingPeriod))"]),
      ("SYNOPSIS", synopsis), ("DESCRIPTION", description), ("OPTIONS", options(of: tree.show)),
      ("COMMANDS", tree.commands.filter { $0.commandName != tree.show.commandName }.flatMap(command)),
      ("KEYS", keys), ("COLUMNS", columns), ("SETTINGS", settings), ("EXIT STATUS", exitStatus),
      ("FILES", files),
      ("ENVIRONMENT", environment), ("EXAMPLES", examples),
    ]
    let head = [
      ".\\\" Written by 'shmtop documents': not to be edited.",
      ".TH SHMTOP 1 \"\" \"shmtop \(Shmtop.configuration.version)\" \"User Commands\"",
      // Names are not broken in two, and lines not spread.
      ".nh", ".ad l",
    ]
    return (head + sections.flatMap { [".SH \($0.title)"] + $0.lines } + [""]).joined(separator: "\n")
  }

  // MARK: - Commands

  private var synopsis: [String] {
    [".B shmtop", roff("[NAME] [options]"), ".br", ".B shmtop", roff("COMMAND …")]
  }

  private var description: [String] {
    paragraphs(
      """
      shmtop shows a shared-memory key-value store of the library SharedSimple live: what is in it, who does what to \
      it, who waits for whom, what happened. It attaches by name to a segment that is there, and never creates one \
      by itself. Nothing is written but what is asked for, and a shmtop that is killed at any instant leaves the \
      store as a killed process of the app would: valid.
      """)
      + paragraphs(
        """
        It keeps about 120 bytes of memory for each entry of short keys and values, and 32 MiB at most for what was \
        seen in the last minutes.
        """) + paragraphs(tree.show.discussion ?? "")
  }

  private func options(of command: CommandTree.Command) -> [String] {
    command.options.flatMap { option -> [String] in
      let names = option.writtenNames.map { "\\fB\(roff($0))\\fR" }.joined(separator: ", ")
      let value = option.kind == .option ? " \\fI\(roff(option.placeholder))\\fR" : ""
      var help = option.abstract ?? ""
      if case .choices(let choices) = option.completion {
        help += " One of: \(choices.joined(separator: ", "))."
      }
      return [".TP", names + value, roff(help)]
    }
  }

  private func command(_ command: CommandTree.Command) -> [String] {
    let places = command.positionals.map { argument in
      let name = argument.placeholder + (argument.isRepeating ? "…" : "")
      return argument.isOptional ? "[\(name)]" : name
    }
    return [".SS \"\(roff((["shmtop", command.commandName] + places).joined(separator: " ")))\""]
      + paragraphs([command.abstract, command.discussion].compactMap { $0 }.joined(separator: " "))
      + options(of: command)
  }

  // MARK: - Keys

  private var keys: [String] {
    paragraphs("? shows them on the screen. No key changes the segment without a question first.")
      + KeyBinding.Group.allCases.flatMap { group in
        let bindings = KeyTable.bindings.filter { $0.group == group }
        return bindings.isEmpty ? [] : [".SS \"\(roff(group.rawValue))\""] + bindings.flatMap(key)
      }
  }

  private func key(_ binding: KeyBinding) -> [String] {
    let names = binding.keys.map { "\\fB\(roff($0.name))\\fR" }.joined(separator: ", ")
    return [".TP", names, roff(binding.help.uppercasedFirst + ".")]
  }

  private var columns: [String] {
    ColumnTable.lists.flatMap { list in
      [".SS \"\(roff(list.view))\""]
        + list.columns.flatMap { [".TP", "\\fB\(roff($0.title))\\fR", roff($0.meaning)] }
    }
      + paragraphs(
        """
        A segment does not count the writes of a key. WRITES≈ is estimated: all writes are numbered, and an entry has \
        the number of the one that made it. So of the last 64 writes before each pass it is known whose they were, \
        and the hidden ones, whose keys were written again since, are credited to those that may have made them. It \
        covers about the last 32 passes, and is blank where fewer than four writes were seen. Of a \
        key that makes a tenth of all writes or more it is mostly right within a quarter after a minute, and too low \
        before; one of a few per cent, if it is shown at all, may have two or three times too much. Of keys that are \
        written many times in a row it is right within a factor of two, unless they keep step with the passes: then it \
        may tell some of them alone. Which key is written \
        most it tells sooner than how much.
        """)
  }

  // MARK: - The rest

  private var settings: [String] {
    let sections = SettingTable.settings.reduce(into: [String?]()) { all, setting in
      if all.last != .some(setting.section) { all.append(setting.section) }
    }
    return paragraphs(
      """
      The settings file is TOML. The command line has the last word. What is not understood in the file is named \
      and left alone; where that is the file as a whole, or what it says of read-only, nothing is written to any \
      segment without --write. Only the key W writes it, and that changes the lines of the settings it keeps and no \
      others.
      """)
      + sections.flatMap { section in
        (section.map { [".SS \"\(roff("[\($0)]"))\""] } ?? [])
          + SettingTable.settings.filter { $0.section == section }.flatMap { setting in
            [
              ".TP", "\\fB\(roff(setting.key))\\fR = \(roff(setting.standard))",
              roff(setting.help.uppercasedFirst + "."),
            ]
          }
      }
  }

  private var exitStatus: [String] {
    ExitStatus.allCases.flatMap { [".TP", ".B \($0.rawValue)", roff($0.meaning)] }
  }

  private var files: [String] {
    [
      ".TP", ".I $XDG_CONFIG_HOME/shmtop/config.toml",
      roff("The settings; ~/.config in the place of a missing XDG_CONFIG_HOME."),
      ".TP", ".I /dev/shm", "The segments, an object each.",
    ]
  }

  private var environment: [String] {
    [
      ("TERM", "The kind of terminal."), ("NO_COLOR", "No colours, if not empty."),
      ("LC_ALL, LC_CTYPE, LANG", "Whether the terminal shows UTF-8; all else is then written with escapes."),
      ("XDG_CONFIG_HOME", "Where the settings file is."),
    ].flatMap { [".TP", ".B \(roff($0))", roff($1)] }
  }

  private var examples: [String] {
    [
      ("Watch a segment, by the most written key", "shmtop --sort=-writes orders"),
      ("Copy a store", "shmtop dump orders | shmtop load --create copy"),
      ("Follow one key", "shmtop watch orders 'user:1'"),
      ("Operations a second, with jq", "shmtop --json orders | jq .interval.puts_per_second"),
      (
        "Metrics for node_exporter",
        "shmtop --openmetrics > orders.prom.new && mv orders.prom.new orders.prom"
      ),
    ].flatMap { [".TP", roff($0 + ":"), ".B \(roff($1))"] }
  }

  private func paragraphs(_ text: String) -> [String] { text.isEmpty ? [] : [".PP", roff(text)] }

  /// Text as roff reads it: nothing in it is a request, and a hyphen can be copied into a shell.
  private func roff(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "\"": result += "\\(dq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "`": result += "\\(ga"
      default:
        result +=
          scalar.isASCII
          ? String(scalar) : "\\[u" + String(scalar.value, radix: 16, uppercase: true).padded + "]"
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }
}

extension String {
  fileprivate var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
  fileprivate var droppingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
  /// The four digits at least that roff wants.
  fileprivate var padded: String { String(repeating: "0", count: max(0, 4 - count)) + self }
}
