import ArgumentParser
import Glibc
import SharedSimple
import ShmtopKit

/// The program: its commands, and how each way of ending becomes an exit code.
@main
struct Shmtop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shmtop",
    abstract: "Watch and change shared-memory stores while they are in use.",
    version: "0.1.0",
    subcommands: [
      ShowCommand.self, ListCommand.self, GetCommand.self, PutCommand.self, RemoveCommand.self,
      IncrementCommand.self, WatchCommand.self, DumpCommand.self, LoadCommand.self, CheckCommand.self,
      ReapCommand.self, UnlinkCommand.self, OriginalUnlockCommand.self,
      DocumentsCommand.self, SegmentNamesCommand.self, DemoSupervisorCommand.self,
      DemoWorkerCommand.self,
    ],
    defaultSubcommand: ShowCommand.self)

  /// The commands that are not hidden.
  static var commandNames: [String] {
    configuration.subcommands.compactMap {
      $0.configuration.shouldDisplay ? $0.configuration.commandName : nil
    }
  }

  static func main() {
    StandardStreams.prepare()
    Glibc.exit(status(of: Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs the command that the arguments ask for.
  private static func status(of arguments: [String]) -> Int32 {
    do {
      if HelpPage.isAskedFor(by: arguments) {
        try StandardStreams.writeLine(HelpPage.text)
      } else {
        var command = try parseAsRoot(ShortOptions.split(arguments))
        try command.run()
      }
      return ExitStatus.done.rawValue
    } catch is OutputClosed {
      return ExitStatus.done.rawValue
    } catch let code as ExitCode {
      return code.rawValue
    } catch let failure as Failure {
      return end(failure)
    } catch let error as StoreError {
      return end(Failure(error))
    } catch {
      return endParsing(error, of: arguments)
    }
  }

  private static func end(_ failure: Failure) -> Int32 {
    StandardStreams.complain("shmtop: " + Locale.shown(failure.sentence))
    return failure.status.rawValue
  }

  /// Help and version come as errors as well; what is none of these is wrong usage.
  private static func endParsing(_ error: any Error, of arguments: [String]) -> Int32 {
    guard exitCode(for: error) == .success else {
      let message = message(for: error)
      let end = message.last.map(".?!".contains) ?? false ? "" : "."
      let command = arguments.first.flatMap { commandNames.contains($0) ? $0 : nil }
      let help = command.map { "shmtop help \($0)" } ?? "shmtop --help"
      StandardStreams.complain(Locale.shown("shmtop: \(message)\(end) See '\(help)'."))
      return ExitStatus.wrongUsage.rawValue
    }
    try? StandardStreams.writeLine(fullMessage(for: error))
    return ExitStatus.done.rawValue
  }
}
