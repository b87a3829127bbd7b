import ArgumentParser
import FoundationEssentials
import Glibc

@main
struct Shmbench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures the store: tables, JSON and pictures.",
    usage: "shmbench [MEASUREMENT …] [--quick] [--json] [--folder FOLDER]",
    subcommands: [MeasureCommand.self, WorkerCommand.self, JanitorCommand.self, AfterSignalCommand.self],
    defaultSubcommand: MeasureCommand.self)
}

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measures; this is what shmbench does.",
    discussion: """
      Measurements: \(MeasurementName.allCases.map(\.rawValue).joined(separator: ", ")). All of them take about 20 \
      minutes, a quick look at all of them less than one. Leaves nothing in /dev/shm.
      """)

  @Argument(help: "What to measure; all, if nothing is named.") var measurements: [MeasurementName] = []
  @Flag(help: "A quick look: smaller stores, one round.") var quick = false
  @Option(help: "Entries of the largest store, 1,000 to 1,000,000. 1,000,000, or 100,000 for a quick look.")
  var largest: Int?
  @Flag(help: "Print the report as JSON in the place of tables.") var json = false
  @Option(
    help: """
      Write report.json, a page and pictures to FOLDER; if that is Assets/benchmarks, also the README's figures. \
      Sections of an earlier report there that are not measured now stay. When all is measured, in the package's \
      folder: Assets/benchmarks.
      """)
  var folder: String?

  private static let packageFolder = "Assets/benchmarks"

  /// Everything, as it is to be quoted, and in the package's folder.
  private var isWhole: Bool {
    measurements.isEmpty && !quick && largest == nil && access("Package.swift", F_OK) == 0
  }

  func validate() throws {
    if let largest, !(1_000...1_000_000).contains(largest) {
      throw ValidationError("--largest takes 1000 to 1000000.")
    }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    EndSignals.watch()
    #if DEBUG
      Bench.say("built without optimisation: the figures say nothing. swift run -c release shmbench")
    #endif
    let bench = try Bench(Plan(isQuick: quick, largest: largest ?? (quick ? 100_000 : 1_000_000)))
    defer { bench.finish() }
    var report = Report()
    for name in measurements.isEmpty ? MeasurementName.allCases : measurements {
      let machine = Machine()
      let taken = Date()
      let start = Clock.now
      var section = try name.measurement.run(bench)
      section.taken = taken
      section.seconds = Double(Clock.now - start) / 1e9
      section.isQuick = quick
      section.machine = machine
      report.sections.append(section)
      // As soon as there is something to read.
      if !json { say(TextReport(section: section).lines.joined(separator: "\n")) }
    }
    if json { say(String(decoding: try report.json, as: UTF8.self)) }
    if let folder = folder ?? (isWhole ? Self.packageFolder : nil) {
      let folder = Folder(path: folder)
      try folder.write(report)
      // A report that is written elsewhere is no part of this package.
      if folder.path == Self.packageFolder { try folder.quote(in: "README.md") }
    }
  }

  private func say(_ text: String) {
    print(text)
    fflush(nil)
  }
}

extension MeasurementName: ExpressibleByArgument {}

/// What a worker process runs; see `Worker`.
struct WorkerCommand: ParsableCommand {
  static let name = "worker"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  func run() throws { try WorkerRun().run() }
}

/// What the janitor process runs; see `Janitor`.
struct JanitorCommand: ParsableCommand {
  static let name = "janitor"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  @Argument var owner: Int32

  func run() { Janitor.run(of: owner) }
}

/// What this program executes when a signal asks it to end; see `EndSignals`.
struct AfterSignalCommand: ParsableCommand {
  static let name = "after-signal"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  @Argument var signal: Int32

  func run() { EndSignals.die(by: signal) }
}
