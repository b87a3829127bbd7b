/// The completions for bash.
///
/// Not by the parser's own generator: that knows no default command, so that `shmtop` alone would complete neither
/// segments nor options; and it hands the names of segments, which others choose, to `compgen -W`, which expands
/// what looks like a command in them.
struct BashCompletions {
  let tree: CommandTree

  var text: String {
    """
    # Completions of shmtop for bash. Written by 'shmtop documents': not to be edited.

    _shmtop_offer() {
      local word
      while IFS= read -r word; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf %q "$word")")
      done
    }

    _shmtop_arguments() {
      case $command in
    \(tree.commands.map(arguments).joined(separator: "\n"))
      esac
    }

    _shmtop() {
      local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
      local command=show word index place=0 first=1 options=() valued=() places=()
      COMPREPLY=()
      for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if ((first)) && [[ " \(names) " == *" $word "* ]]; then
          command=$word first=0
          continue
        fi
        _shmtop_arguments
        if [[ " ${valued[*]} " == *" $word "* ]]; then
          ((index++))
        elif [[ $word != -* || $word == - ]]; then
          ((place++)) || true
          first=0
        fi
      done
      _shmtop_arguments
      if [[ " ${valued[*]} " == *" $previous "* ]]; then
        case "$command $previous" in
    \(tree.commands.flatMap(values).joined(separator: "\n"))
        esac
      elif [[ $cur == -* ]]; then
        _shmtop_offer < <(printf '%s\\n' "${options[@]}")
      else
        ((first)) && _shmtop_offer < <(printf '%s\\n' \(names))
        ((place < ${#places[@]})) || return 0
        case ${places[place]} in
          segment) _shmtop_offer < <("${COMP_WORDS[0]}" segment-names 2> /dev/null) ;;
          file) compopt -o filenames; _shmtop_offer < <(compgen -f -- "$cur") ;;
        esac
      fi
    }

    complete -F _shmtop shmtop

    """
  }

  private var names: String { tree.commands.map(\.commandName).joined(separator: " ") }

  private func arguments(_ command: CommandTree.Command) -> String {
    let options = command.options.flatMap(\.writtenNames).joined(separator: " ")
    let valued = command.options.filter { $0.kind == .option }.flatMap(\.writtenNames).joined(separator: " ")
    let places = command.positionals.map(place).joined(separator: " ")
    return """
          \(command.commandName))
            options=(\(options))
            valued=(\(valued))
            places=(\(places)) ;;
      """
  }

  private func place(_ argument: CommandTree.Argument) -> String {
    switch argument.completion {
    case .segment: "segment"
    case .file: "file"
    case .choices, .anything: "anything"
    }
  }

  private func values(_ command: CommandTree.Command) -> [String] {
    command.options.filter { $0.kind == .option }.compactMap { option in
      let words = option.writtenNames.map { "'\(command.commandName) \($0)'" }.joined(separator: " | ")
      return switch option.completion {
      case .choices(let choices):
        "      \(words)) _shmtop_offer < <(printf '%s\\n' \(choices.joined(separator: " "))) ;;"
      case .file: "      \(words)) compopt -o filenames; _shmtop_offer < <(compgen -f -- \"$cur\") ;;"
      case .segment, .anything: nil
      }
    }
  }
}
