import ArgumentParser

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a whole segment.",
    discussion: "Reads only. Each finding is a line; exit code 3 if there are any.")

  @OptionGroup var segment: NamedSegment

  func run() throws {
  }
}
