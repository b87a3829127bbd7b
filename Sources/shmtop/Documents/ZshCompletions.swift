/// The completions for zsh.
struct ZshCompletions {
  let tree: CommandTree

  var text: String {
    """
    #compdef shmtop
    # Completions of shmtop for zsh. Written by 'shmtop documents': not to be edited.

    _shmtop_segments() {
      local -a names
      names=(${(f)"$(_call_program segments shmtop segment-names 2> /dev/null)"})
      compadd -a names
    }

    _shmtop_commands() {
      local -a commands
      commands=(
    \(tree.commands.map { "    " + quoted("\($0.commandName):\($0.abstract ?? "")") }.joined(separator: "\n"))
      )
      _describe -t commands command commands
    }

    _shmtop_first() {
      _alternative 'commands: :_shmtop_commands' 'segments:segment:_shmtop_segments'
    }

    _shmtop() {
      local command= names=(\(tree.commands.map(\.commandName).joined(separator: " ")))
      if (( CURRENT > 2 && ${names[(Ie)$words[2]]} )); then
        command=$words[2]
        shift words
        (( CURRENT-- ))
      fi
      case $command in
    \((tree.commands.map { arguments($0, first: nil) } + [arguments(tree.show, first: "_shmtop_first")]).joined(separator: "\n"))
      esac
    }

    _shmtop "$@"

    """
  }

  /// - Parameter first: what completes the first word where no command is named.
  private func arguments(_ command: CommandTree.Command, first: String?) -> String {
    let specifications =
      command.options.map(specification)
      + command.positionals.enumerated().map { index, argument in
        let place = argument.isRepeating ? "*" : "\(index + 1)" + (argument.isOptional ? ":" : "")
        let action = index == 0 ? first ?? action(argument) : action(argument)
        return quoted("\(place):\(argument.valueName):\(action)")
      }
    let pattern = first == nil ? command.commandName : "''"
    return "    \(pattern))\n      _arguments -s -S \\\n"
      + specifications.map { "        " + $0 }.joined(separator: " \\\n") + " ;;"
  }

  private func specification(_ option: CommandTree.Argument) -> String {
    let names = option.writtenNames
    let value = option.kind == .option ? ":\(option.valueName):\(action(option))" : ""
    let help = escaped(option.abstract ?? "")
    let rest = quoted("[\(help)]\(value)")
    return names.count == 1
      ? quoted(names[0]) + rest
      : quoted("(\(names.joined(separator: " ")))") + "{\(names.joined(separator: ","))}" + rest
  }

  private func action(_ argument: CommandTree.Argument) -> String {
    switch argument.completion {
    case .segment: "_shmtop_segments"
    case .file: "_files"
    case .choices(let choices): "(\(choices.joined(separator: " ")))"
    case .anything: " "
    }
  }

  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if ["[", "]", ":", "\\"].contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
