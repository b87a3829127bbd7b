import Glibc
import SharedSimple
import ShmtopKit

/// Shows the live screen until the operator leaves it.
///
/// - Returns: The exit code: 0 after a quit, 1 where the segment is not there, 2 where the terminal
///   cannot show a screen, 3 where the segment is refused, 4 where the system refuses; 128 and a signal's
///   number where that ended it.
func runInteractive(_ options: InteractiveOptions) -> Int32 {
  let source: (any SegmentSource)?
  let inspector: Inspector
  let replay: RecordingFile?
  let recorder: RecordingWriter?
  let opener = SourceOpener(
    readOnly: options.readOnlyRule, acceptsOtherOwner: options.forceWrite,
    editsOriginals: options.editOriginal)
  do {
    // Before the terminal is taken over: what goes wrong here is said below the command.
    source = try options.segment.map { name throws(SourceError) in try opener.open(name) }
    inspector = try startingState(options)
    replay = try options.replay.map(RecordingFile.init)
    recorder = try options.record.map(RecordingWriter.init)
  } catch let error as SourceError {
    let failure = NamedSegment.failure(error)
    return complain(failure.sentence, failure.status)
  } catch let failure as Failure {
    return complain(failure.sentence, failure.status)
  } catch {
    return complain("\(error)", .wrongUsage)
  }
  let theme = options.theme ?? "dark"
  guard let terminal = Terminal(theme: theme, noColor: options.noColor, mouse: !options.noMouse) else {
    source?.close()
    return complain(Failure.noScreen.sentence, Failure.noScreen.status)
  }
  // After ncurses has set its own handlers.
  let signals = SignalPipe()
  defer {
    terminal.close()
    signals.restore()
  }
  var sized = inspector
  _ = sized.handle(.resize(width: terminal.width, height: terminal.height))
  let isUnicode = !options.ascii && Locale.repertoire == .unicode
  let loop = InspectorLoop(
    terminal: terminal, signals: signals, glyphs: isUnicode ? .unicode : .ascii, source: source,
    opener: opener, configuration: options.configuration, replay: replay, recorder: recorder, inspector: sized
  )
  do {
    return try loop.run()
  } catch {
    // What is said must not go with the screen.
    terminal.close()
    return complain("It cannot go on: \(error).", .systemRefused)
  }
}

/// What the command line asks for, as the screen's first state.
private func startingState(_ options: InteractiveOptions) throws -> Inspector {
  var inspector = Inspector(
    width: 80, height: 24, delay: options.delay,
    now: Moment(wall: WallTime.now, monotonic: Clock.monotonic))
  if options.noMouse { inspector.releaseMouse() }
  inspector.start(with: options.configuration.settings)
  do { _ = try options.filter.map { filter throws(RowFilterError) in try RowFilter(filter) } } catch {
    throw Failure(.wrongUsage, "The filter “\(options.filter ?? "")”: \(escaped: error.description)")
  }
  try inspector.start(
    view: options.view, standard: options.configuration.settings.view ?? .entries, sort: options.sort,
    filter: options.filter)
  inspector.report(misunderstood: options.configuration.warnings)
  return inspector
}

private func complain(_ sentence: Sentence, _ status: ExitStatus) -> Int32 {
  StandardStreams.complain("shmtop: " + Locale.shown(sentence))
  return status.rawValue
}
