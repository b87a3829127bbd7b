import ArgumentParser
import Glibc
import ShmtopKit

/// What `shmtop NAME` does: show a segment, on the screen or as plain text.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a segment live: what 'shmtop NAME' does.",
    usage: "shmtop [NAME] [options]\nshmtop COMMAND …",
    discussion: """
      Without NAME, the live segments are listed to pick from. A segment that is named like a command is \
      shown by 'shmtop show NAME'.
      """)

  @Argument(help: "The segment to show.", completion: .segment) var name: String?

  @Option(name: .shortAndLong, help: "Seconds between samples, 0.1 to 60; 1 without it.")
  var delay: Double?
  @Flag(name: .shortAndLong, help: "Leave no trace in the segment, and refuse every change.") var readOnly =
    false
  @Flag(
    help: "Allow changes also to another user's segment, and to one that the settings file keeps read-only.")
  var write = false
  @Flag(help: "Wait for NAME to appear.") var wait = false
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp(
      "Entries whose key contains TEXT; !TEXT: those that do not; /REGEX/.", valueName: "text"))
  var filter: String?
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp("Sort by COLUMN; -COLUMN: descending.", valueName: "column"),
    completion: .list(EntryColumn.allCases.map(\.rawValue) + ProcessColumn.allCases.map(\.rawValue)))
  var sort: String?
  @Option(name: .shortAndLong, help: "The view to start with; entries without it.") var view: ViewKind?
  @Option(help: "The colours: dark, light or mono.") var theme: ThemeName?
  @Flag(help: "No colours. NO_COLOR in the environment does the same, if not empty.") var noColor = false
  @Flag(help: "Allow changes to a segment of the Perl module, with its own lock and by its own rules.")
  var editOriginal = false
  @Flag(help: "Leave the mouse to the terminal. M takes it.") var noMouse = false
  @Flag(help: "Draw without Unicode.") var ascii = false
  @OptionGroup var configured: ConfigurationOption

  @Flag(
    name: .shortAndLong, help: "Print plain text samples, without a screen, each over the delay before it.")
  var batch = false
  @Flag(
    help: "Print samples as JSON, one object a line; Assets/shmtop.schema.json describes each field.")
  var json = false
  @Flag(
    help: """
      Print all gauges, counters and histograms once, in the OpenMetrics format; without NAME, those of all \
      segments.
      """)
  var openmetrics = false
  @Option(
    name: [.customShort("n"), .customLong("count")],
    help: "With --batch or --json: stop after so many samples.")
  var count: Int?

  @Option(
    help: ArgumentHelp("Keep all samples in a new FILE as well.", valueName: "file"), completion: .file())
  var record: String?
  @Option(
    help: ArgumentHelp(
      "Show a recording instead of a segment. With --batch or --json: print all of its samples at once.",
      valueName: "file"), completion: .file())
  var replay: String?

  @Flag(help: "Show a segment of its own with real processes at work, removed at the end.") var demo = false
  @Option(help: "With --demo: the number of processes, 1 to 64.") var workers: Int?
  @Option(help: "With --demo: the number of keys, 10 to 1000000.") var keys: Int?

  func validate() throws {
    try require(delay.map { 0.1...60 ~= $0 } ?? true, "The delay is 0.1 to 60 seconds.")
    try require(!(readOnly && write), "--read-only and --write contradict each other.")
    if replay != nil { try requireNothingLive() }
    try require(!wait || name != nil, "--wait needs a NAME to wait for.")
    try require(!demo || name == nil, "--demo brings its own segment: leave out the NAME.")
    try require(demo || (workers == nil && keys == nil), "--workers and --keys go with --demo.")
    try require(workers.map { 1...64 ~= $0 } ?? true, "The number of workers is 1 to 64.")
    try require(keys.map { 10...1_000_000 ~= $0 } ?? true, "The number of keys is 10 to 1000000.")
    try require(
      replay == nil || !openmetrics,
      "--openmetrics is about this moment, not about a recording: use --batch or --json.")
    try require(
      replay == nil || !isPlain || delay == nil,
      "With --replay, --batch and --json print each sample there is, without waiting: leave out the delay.")
    try require(
      [batch, json, openmetrics].count { $0 } < 2, "One of --batch, --json and --openmetrics is enough.")
    try require(!openmetrics || !(demo || wait), "--openmetrics goes with neither --demo nor --wait.")
    try require(isPlain || count == nil, "-n goes with --batch or --json.")
    try require(count.map { $0 >= 1 } ?? true, "The number of samples is at least 1.")
    try require(
      !isPlain || demo || name != nil || replay != nil,
      "--batch and --json need the NAME of a segment; 'shmtop list' shows them.")
    try require(
      !(isPlain || openmetrics) || (filter == nil && sort == nil && view == nil && theme == nil),
      "--filter, --sort, --view and --theme are for the screen, not for --batch, --json and --openmetrics.")
  }

  /// Refuses, beside a recording, what is about a segment.
  private func requireNothingLive() throws {
    let given = [
      ("the NAME", name != nil), ("--demo", demo), ("--wait", wait), ("--read-only", readOnly),
      ("--write", write), ("--edit-original", editOriginal), ("--record", record != nil),
    ].filter(\.1).map(\.0)
    try require(
      given.isEmpty,
      "--replay FILE shows what is in the file, and no segment: leave out \(given.joined(separator: " and "))."
    )
  }

  /// Whether samples are printed, without a screen.
  private var isPlain: Bool { batch || json }

  private func require(_ condition: Bool, _ sentence: String) throws {
    if !condition { throw ValidationError(sentence) }
  }

  func run() throws {
    if let replay, isPlain {
      return try ReplayRun(file: replay, count: count, format: plainFormat(configured.file)).run()
    }
    if openmetrics { return try MetricsRun.run(segment: name) }
    let configuration = configured.unsaidFile
    if isPlain { configuration.sayWarnings() }
    // Below the screen, which says the first of them: what is said before it, a terminal may wipe away.
    defer { if !isPlain { configuration.sayWarnings() } }
    let delay = delay ?? configuration.settings.delay ?? 1
    // What no terminal could show is said before what this one cannot.
    if !isPlain, !wait, let name { try find(name, nil) }
    if !isPlain { try requireTerminal() }
    // Before the first worker is started: nothing may end this process between that and the clean-up.
    let signals = isPlain ? EndSignals() : nil
    let demo = demo ? try Demo(workers: workers ?? 8, keys: keys ?? 2000) : nil
    defer { demo?.end() }

    let segment = demo?.segment ?? name
    if let segment { try find(segment, signals) }
    if let signals, let segment {
      try BatchRun(
        segment: segment, delay: delay, count: count, format: plainFormat(configuration),
        signals: signals, recording: try record.map { BatchRecording(try RecordingWriter($0)) }
      ).run()
    } else {
      let status = runInteractive(interactiveOptions(segment, delay, configuration))
      if status != 0 { throw ExitCode(status) }
    }
  }

  private func plainFormat(_ configuration: ConfigurationFile) -> SamplePrinter.Format {
    let repertoire = ascii || configuration.settings.ascii == true ? .ascii : Locale.repertoire
    return json ? .json(JSONLines(repertoire: repertoire)) : .text(repertoire == .ascii ? .ascii : .unicode)
  }

  private func requireTerminal() throws {
    guard StandardStreams.isTerminal(STDIN_FILENO), StandardStreams.isTerminal(STDOUT_FILENO) else {
      throw Failure.noTerminal
    }
    guard let terminal = getenv("TERM"), !["", "dumb"].contains(String(cString: terminal)) else {
      throw Failure.noScreen
    }
  }

  /// Sees to it that the segment is there before anything is drawn, waiting for it if so asked.
  private func find(_ segment: String, _ signals: EndSignals?) throws {
    var isAnnounced = false
    while true {
      do {
        try SourceOpener.looking.open(segment, attachTimeout: .seconds(5)).close()
        return
      } catch let error where wait && error.isMissing {
        if !isAnnounced {
          StandardStreams.complain(
            Locale.shown("shmtop: Waiting for “\(segment)” to appear; Ctrl-C gives up."))
        }
        isAnnounced = true
        guard let signals else { usleep(100_000); continue }
        guard signals.wait(seconds: 0.1) else { throw ExitCode(ExitStatus.done.rawValue) }
      } catch {
        throw NamedSegment.failure(error, commands: Shmtop.commandNames)
      }
    }
  }

  /// Whether the user wants no colours in any program: https://no-color.org.
  private static var refusesColor: Bool {
    getenv("NO_COLOR").map { !String(cString: $0).isEmpty } ?? false
  }

  private func interactiveOptions(
    _ segment: String?, _ delay: Double, _ configuration: ConfigurationFile
  ) -> InteractiveOptions {
    let settings = configuration.settings
    return InteractiveOptions(
      segment: segment, record: record, replay: replay, delay: delay, readOnly: readOnly, forceWrite: write,
      editOriginal: editOriginal, filter: filter, sort: sort,
      view: view, ascii: ascii || settings.ascii == true,
      noColor: noColor || Self.refusesColor, noMouse: noMouse || settings.mouse == false,
      theme: theme?.rawValue ?? settings.theme,
      configuration: configuration)
  }
}
