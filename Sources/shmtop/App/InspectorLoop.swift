import Glibc
import SharedSimple
import ShmtopKit

/// Runs the screen: waits for keys, signals and the next sample, and between them reads and sorts in slices
/// so short that a key never waits for them.
final class InspectorLoop {
  private let terminal: Terminal
  private let signals: SignalPipe
  private let glyphs: GlyphSet
  let opener: SourceOpener
  private let configuration: ConfigurationFile
  /// What is on the screen.
  var inspector: Inspector
  /// What follows the segment while the screen shows other moments.
  var live: Inspector?
  /// What shows other moments.
  var playback: Playback?
  let replay: RecordingFile?
  var tape: FrameTape
  var source: (any SegmentSource)?
  var pace = PassPace()
  /// When slots and blocks are counted.
  var surveyPace = PassPace()
  /// When the entry that is looked at closely is looked up again.
  var nextLook: UInt64 = 0
  /// When the lock is looked at again, where the segment does not count by itself.
  var nextLockLook: UInt64 = 0
  var bulk: BulkTask?
  var writing: FileTask?
  let journal = Journal()
  var waiting: WaitingChange?
  /// When the next sample is due, on the monotonic clock.
  var nextSample: UInt64 = 0
  var isStale = true
  var isPassing = false
  var isSurveying = false
  private var exitCode: Int32?

  init(
    terminal: Terminal, signals: SignalPipe, glyphs: GlyphSet, source: (any SegmentSource)?,
    opener: SourceOpener,
    configuration: ConfigurationFile, replay: RecordingFile?,
    recorder: RecordingWriter?, inspector: Inspector
  ) {
    self.terminal = terminal
    self.signals = signals
    self.glyphs = glyphs
    self.source = source
    self.opener = opener
    self.replay = replay
    tape = FrameTape(recorder: recorder)
    self.configuration = configuration
    self.inspector = inspector
  }

  /// The inspector that follows the segment.
  var follower: Inspector {
    get { live ?? inspector }
    _modify {
      if live != nil { yield &live! } else { yield &inspector }
    }
  }

  /// Runs until the operator leaves, a signal asks for it, or the terminal is gone.
  ///
  /// - Returns: The exit code: 0, or 128 and the signal's number.
  func run() throws -> Int32 {
    defer { source?.close() }
    if let source { watch(source) }
    if let path = tape.path { inspector.sayRecording(to: path) }
    if let replay { begin(replay) }
    while exitCode == nil {
      tellTime()
      if nextSample <= inspector.now.monotonic {
        #if DEBUG
          try PlantedFault.beforeSampling()
        #endif
        sample()
      }
      tryChange()
      if playback?.play(now: inspector.now.monotonic, on: &inspector) ?? false { isStale = true }
      look()
      lookAtLock()
      #if DEBUG
        try PlantedFault.beforeDrawing()
      #endif
      draw()
      let isBusy = work()
      // What the work has brought is drawn at once, not at the next sample.
      wait(isBusy: isBusy || isStale)
    }
    return exitCode ?? 0
  }

  private func draw() {
    guard isStale else { return }
    isStale = false
    terminal.show(InspectorView(inspector).screen(glyphs: glyphs))
  }

  // MARK: - Waiting

  /// Waits for a key, a signal, or the next sample; not at all while there is work.
  private func wait(isBusy: Bool) {
    let now = Clock.monotonic
    // A notice, or a held order, goes by itself; a quarter of a second is soon enough for that.
    // Whether the terminal still is ours is looked at now and then.
    let longest: UInt64 = inspector.hasDeadline || terminal.isPasting ? 250_000_000 : 2_000_000_000
    let look = inspector.watchedKey == nil ? UInt64.max : nextLook
    let next = min(nextSample, look, playback?.nextDue ?? .max, waiting?.nextTry ?? .max)
    let left = isBusy || next <= now ? 0 : min(next - now, longest)
    var waited = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    poll(&waited, until: now + left)
    for signal in signals.take() { handle(signal) }
    if exitCode == nil, terminal.isTakenAway { exitCode = 128 + SIGHUP }
    guard exitCode == nil, waited[0].revents != 0 || terminal.isPasting else { return }
    readKeys()
  }

  /// Waits for one of these. Where the lock does not count by itself it is looked at meanwhile, and nothing else is
  /// done for that.
  private func poll(_ waited: inout [pollfd], until end: UInt64) {
    while true {
      let now = Clock.monotonic
      let isLookedAt = source?.lookInterval != nil
      let next = isLookedAt ? min(end, nextLockLook) : end
      let left = next > now ? next - now : 0
      let ready = Glibc.poll(&waited, nfds_t(waited.count), Int32(left / 1_000_000) + (left > 0 ? 1 : 0))
      guard ready == 0, isLookedAt, Clock.monotonic < end else { return }
      lookAtLock()
    }
  }

  private func readKeys() {
    tellTime()
    var isEmpty = true
    while exitCode == nil, let input = terminal.read() {
      isEmpty = false
      handle(input)
    }
    if isEmpty, terminal.isHungUp { exitCode = 128 + SIGHUP }
  }

  private func tellTime() {
    let before = (inspector.notice, inspector.isOrderHeld)
    let now = Moment(wall: WallTime.now, monotonic: Clock.monotonic)
    inspector.tick(now)
    live?.tick(now)
    if before != (inspector.notice, inspector.isOrderHeld) { isStale = true }
  }

  private func handle(_ signal: Int32) {
    switch signal {
    case SIGTSTP: suspend()
    case SIGCONT:
      // After SIGSTOP, which nobody can prepare for, the shell has set its own modes.
      terminal.comeBack()
      handle(terminal.resize())
    case SIGWINCH:
      terminal.redraw()
      handle(terminal.resize())
    default: exitCode = 128 + signal
    }
  }

  private func handle(_ input: Input) {
    isStale = true
    let delay = inspector.delay
    for effect in inspector.handle(input) { carryOut(effect) }
    if inspector.delay != delay { nextSample = min(nextSample, Clock.monotonic + nanosecondsOfDelay) }
  }

  private func suspend() {
    terminal.leave()
    signals.suspend()
    terminal.comeBack()
    handle(terminal.resize())
  }

  // MARK: - Effects

  private func carryOut(_ effect: Effect) {
    switch effect {
    case .quit: exitCode = 0
    case .suspend: suspend()
    case .redraw: terminal.redraw()
    case .saveSettings:
      let problem = configuration.save(inspector.shownSettings)
      inspector.saved(settingsIn: configuration.shownPath, problem: problem)
    case .attach(let name): attach(name)
    case .open(let key, let purpose): open(key, purpose)
    case .apply(let change): apply(change, journaled: true)
    case .applyUnjournaled(let change): apply(change, journaled: false)
    case .giveUp: giveUp("Nothing was changed.")
    case .copy(let text): terminal.copy(text)
    case .mouse(let on): terminal.takeMouse(on)
    case .removeAll(let seen):
      bulk = BulkTask(.remove, seen)
      workOnMany()
    case .putBackAll(let seen):
      bulk = BulkTask(.putBack, seen)
      workOnMany()
    case .write(let seen, let file, let overwrites): write(seen, file, overwrites)
    case .stop: stopMany()
    case .pause: pause()
    case .resume: resume()
    case .time(let step): playback?.perform(step, now: Clock.monotonic, on: &inspector)
    }
  }

  private func open(_ key: [UInt8], _ purpose: OpenPurpose) {
    guard let source else { return }
    do {
      let entry = try source.entry(key)
      let effects = inspector.opened(
        key: key, value: entry?.value, stamp: entry?.stamp ?? 0, purpose: purpose)
      for effect in effects { carryOut(effect) }
    } catch {
      // A key that is to be added is compared once more when it is.
      if purpose != .add { inspector.report(SafeText(error.description).text) }
    }
  }
}
