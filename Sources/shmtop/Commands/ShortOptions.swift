/// Short options that stand together, with their value or without a space before it, as in `-bn1` and `-d.2`: so other
/// programs of this kind take them, and the parser does not.
enum ShortOptions {
  /// The arguments with these taken apart: `-b -n 1`. What is no option that the command has is left to the parser.
  static func split(_ arguments: [String]) throws -> [String] {
    guard arguments.contains(where: isTogether) else { return arguments }
    let tree = try CommandTree.ofProgram()
    let command = tree.commands.first { $0.commandName == arguments.first } ?? tree.show
    return split(arguments, command.options)
  }

  private static func split(_ arguments: [String], _ options: [CommandTree.Argument]) -> [String] {
    var result: [String] = []
    var isValue = false
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return result + arguments[index...] }
      let parts = !isValue && isTogether(argument) ? taken(argument, options) : [argument]
      // The value of the option before, whatever it looks like.
      isValue = !isValue && takesValue(parts[parts.count - 1], options)
      result += parts
    }
    return result
  }

  private static func isTogether(_ argument: String) -> Bool {
    argument.count > 2 && argument.hasPrefix("-") && !argument.hasPrefix("--")
  }

  private static func takesValue(_ argument: String, _ options: [CommandTree.Argument]) -> Bool {
    options.contains { $0.kind == .option && $0.writtenNames.contains(argument) }
  }

  private static func taken(_ argument: String, _ options: [CommandTree.Argument]) -> [String] {
    var parts: [String] = []
    var rest = argument.dropFirst()
    while let letter = rest.popFirst() {
      let name = "-\(letter)"
      guard options.contains(where: { $0.writtenNames.contains(name) }) else { return [argument] }
      parts.append(name)
      if takesValue(name, options) {
        let value = rest.first == "=" ? rest.dropFirst() : rest
        return value.isEmpty ? parts : parts + [String(value)]
      }
    }
    return parts
  }
}
