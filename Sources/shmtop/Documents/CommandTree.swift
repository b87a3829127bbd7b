import ArgumentParser
import FoundationEssentials

/// The commands with their arguments, as the parser that reads them tells them.
struct CommandTree: Decodable {
  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let shouldDisplay: Bool
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// Those that are in the help; the version is the program's, so it stands with what runs without a command.
    var shownArguments: [Argument] {
      (arguments ?? []).filter {
        $0.shouldDisplay
          && ($0.valueName != "version" || commandName == ShowCommand.configuration.commandName)
      }
    }
    var positionals: [Argument] { shownArguments.filter { $0.kind == .positional } }
    var options: [Argument] { shownArguments.filter { $0.kind != .positional } }
  }

  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      let kind: String
      let name: String
      var written: String { (kind == "long" ? "--" : "-") + name }
    }

    /// What can stand there.
    enum Completion {
      case segment
      case file
      case choices([String])
      case anything
    }

    private struct CompletionKind: Decodable {
      struct List: Decodable { let values: [String] }
      struct Nothing: Decodable {}
      let list: List?
      let file: Nothing?
      let custom: Nothing?
    }

    let kind: Kind
    let names: [Name]?
    let valueName: String
    let abstract: String?
    let isOptional: Bool
    let isRepeating: Bool
    let shouldDisplay: Bool
    private let completionKind: CompletionKind?

    var writtenNames: [String] { (names ?? []).map(\.written).sorted { $0.count < $1.count } }
    /// The name of its value in capital letters, as it stands in a synopsis.
    var placeholder: String { valueName.uppercased() }
    var completion: Completion {
      if let list = completionKind?.list { return .choices(list.values) }
      if completionKind?.file != nil { return .file }
      // Nothing else in this program is looked up at completion.
      return completionKind?.custom != nil ? .segment : .anything
    }
  }

  private let command: Command

  var commands: [Command] {
    (command.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }
  /// What runs where no command is named.
  var show: Command { commands.first { $0.commandName == ShowCommand.configuration.commandName }! }

  static func ofProgram() throws -> CommandTree {
    try JSONDecoder().decode(CommandTree.self, from: Data(Shmtop._dumpHelp().utf8))
  }
}
