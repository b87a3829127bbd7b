import ArgumentParser

/// The help for the whole program: what the parser says of the default command, then the other commands.
///
/// The parser's own page for the root has no options on it, because they belong to the default command.
enum HelpPage {
  static func isAskedFor(by arguments: [String]) -> Bool {
    [["-h"], ["--help"], ["help"]].contains(arguments)
  }

  static var text: String {
    """
    \(Shmtop.configuration.abstract)

    \(Shmtop.helpMessage(for: ShowCommand.self).from("USAGE:"))
    \(Shmtop.helpMessage().from("SUBCOMMANDS:"))

      A segment that is named like a command is shown by 'shmtop show NAME'.

    EXIT CODES:
      0 done   1 no such segment or key   2 wrong usage   3 the segment is refused
      4 the system refused
    """
  }
}

extension String {
  /// The text from a heading on; all of it if there is no such heading.
  fileprivate func from(_ heading: String) -> Substring {
    self[(indices.first { self[$0...].hasPrefix(heading) } ?? startIndex)...]
  }
}
