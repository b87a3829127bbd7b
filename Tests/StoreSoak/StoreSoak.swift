import ArgumentParser
import Glibc

/// Tests that last as long as one wants: processes that work, are killed and stopped at random, for hours.
@main
struct StoreSoak: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Soaks, storms and times the recovery of stores; exits with 1 on any violation.",
    subcommands: [SoakCommand.self, StormCommand.self, RecoveryCommand.self],
    defaultSubcommand: SoakCommand.self)
}

/// How long, in the units one thinks in.
struct Length: ParsableArguments {
  @Option(help: "Hours; added to minutes and seconds.") var hours: Int = 0
  @Option(help: "Minutes.") var minutes: Int = 0
  @Option(help: "Seconds.") var seconds: Int = 0

  func duration(or standard: Duration) -> Duration {
    let sum = hours * 3600 + minutes * 60 + seconds
    return sum > 0 ? .seconds(sum) : standard
  }
}

/// A seed on the command line: decimal, or hexadecimal after 0x.
struct Seed: ExpressibleByArgument {
  let value: UInt64

  init?(argument: String) {
    let digits = argument.hasPrefix("0x") ? UInt64(argument.dropFirst(2), radix: 16) : UInt64(argument)
    guard let digits else { return nil }
    value = digits
  }
}

struct SoakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Processes with random operations, killed, stopped and replaced at random; an hour by default.")

  @OptionGroup var length: Length
  @Option(help: "Processes at work.") var processes: Int = 8
  @Option(help: "Keys of each process.") var keys: Int = 600
  @Option(help: "The longest value, in bytes.") var valueLimit: Int = 1 << 16
  @Option(help: "Repeats the run of a seed, as far as processes at once can be repeated.") var seed: Seed?

  func run() throws {
    var options = SoakOptions()
    options.duration = length.duration(or: .seconds(3600))
    options.processCount = processes
    options.keyCount = keys
    options.valueLimit = valueLimit
    if let seed { options.seed = seed.value }
    let soak = try Soak(options) { line in
      print(line)
      fflush(nil)
    }
    try soak.run()
    if !soak.violations.isEmpty { throw ExitCode(1) }
  }
}

struct StormCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storm",
    abstract: "Processes that create, replace and unlink one name, killed at random; 10 minutes by default.")

  @OptionGroup var length: Length
  @Option(help: "Processes.") var processes: Int = 16
  @Option(help: "Repeats the run of a seed, as far as processes at once can be repeated.") var seed: Seed?

  func run() throws {
    let storm = Storm(seed: seed?.value ?? .random(in: .min ... .max)) { line in
      print(line)
      fflush(nil)
    }
    try storm.run(processCount: processes, for: length.duration(or: .seconds(600)))
    if !storm.violations.isEmpty { throw ExitCode(1) }
  }
}
