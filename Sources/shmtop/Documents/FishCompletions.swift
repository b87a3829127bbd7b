/// The completions for fish.
struct FishCompletions {
  let tree: CommandTree

  var text: String {
    """
    # Completions of shmtop for fish. Written by 'shmtop documents': not to be edited.

    # Prints the command, and how many words that are no options stand behind it; where none is named, what
    # runs then, with "first" if one still can be.
    function __shmtop_state
        set -l words (commandline -opc)[2..]
        set -l command show
        set -l first first
        set -l place 0
        set -l skip 0
        for word in $words
            if test $skip = 1
                set skip 0
            else if test -n "$first"; and contains -- $word \(names)
                set command $word
                set first
            else if contains -- "$command $word" \(valued)
                set skip 1
            else if not string match -q -- '-*' $word
                set place (math $place + 1)
                set first
            end
        end
        echo $command $place $first
    end

    function __shmtop_at
        string match -q -- "$argv" (__shmtop_state)
    end

    complete -c shmtop -f

    """ + (firstWords + tree.commands.flatMap(lines)).joined(separator: "\n") + "\n"
  }

  private var names: String { tree.commands.map(\.commandName).joined(separator: " ") }

  private var valued: String {
    tree.commands.flatMap { command in
      command.options.filter { $0.kind == .option }.flatMap(\.writtenNames).map {
        quoted("\(command.commandName) \($0)")
      }
    }.joined(separator: " ")
  }

  private var firstWords: [String] {
    tree.commands.map { command in
      "complete -c shmtop -n '__shmtop_at \"* first\"' -a \(command.commandName) -d \(quoted(command.abstract ?? ""))"
    }
  }

  private func lines(_ command: CommandTree.Command) -> [String] {
    let options = command.options.map { option in
      let names = option.writtenNames.map {
        $0.hasPrefix("--") ? "-l \($0.dropFirst(2))" : "-s \($0.dropFirst())"
      }
      return
        "complete -c shmtop -n '__shmtop_at \"\(command.commandName) *\"' \(names.joined(separator: " "))"
        + value(option) + " -d \(quoted(option.abstract ?? ""))"
    }
    let positionals = command.positionals.enumerated().compactMap { index, argument -> String? in
      let place = "complete -c shmtop -n '__shmtop_at \"\(command.commandName) \(index)*\"'"
      return switch argument.completion {
      case .segment: place + " -a '(shmtop segment-names 2> /dev/null)' -d segment"
      case .file: place + " -F"
      case .choices(let choices): place + " -a \(quoted(choices.joined(separator: " ")))"
      case .anything: nil
      }
    }
    return options + positionals
  }

  private func value(_ option: CommandTree.Argument) -> String {
    guard option.kind == .option else { return "" }
    return switch option.completion {
    case .choices(let choices): " -x -a \(quoted(choices.joined(separator: " ")))"
    case .file: " -r -F"
    case .segment, .anything: " -x"
    }
  }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
