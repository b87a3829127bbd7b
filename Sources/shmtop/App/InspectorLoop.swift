import Glibc
import SharedSimple
import ShmtopKit

/// Runs the screen: waits for keys, signals and the next sample, and between them reads and sorts in slices
/// so short that a key never waits for them.
final class InspectorLoop {
  private let terminal: Terminal
  private let signals: SignalPipe
  private let glyphs: GlyphSet
  private let opener: SourceOpener
  private let configuration: ConfigurationFile
  /// What is on the screen.
  private var inspector: Inspector
  /// What follows the segment while the screen shows other moments.
  private var live: Inspector?
  /// What shows other moments.
  private var playback: Playback?
  private let replay: RecordingFile?
  private var tape: FrameTape
  private var source: (any SegmentSource)?
  private var pace = PassPace()
  /// When slots and blocks are counted.
  private var surveyPace = PassPace()
  /// When the entry that is looked at closely is looked up again.
  private var nextLook: UInt64 = 0
  /// When the lock is looked at again, where the segment does not count by itself.
  private var nextLockLook: UInt64 = 0
  private var bulk: BulkTask?
  private var writing: FileTask?
  private let journal = Journal()
  private var waiting: WaitingChange?
  /// When the next sample is due, on the monotonic clock.
  private var nextSample: UInt64 = 0
  private var isStale = true
  private var isPassing = false
  private var isSurveying = false
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
  private var follower: Inspector {
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
      inspector.report(SafeText(error.description).text)
    }
  }

  // MARK: - Changing

  /// Makes a change, as soon as the lock can be had: a little is tried at a time, and keys are answered in between.
  private func apply(_ change: Change, journaled: Bool) {
    if journaled, let key = change.key, let identity = inspector.identity {
      let byteCount = key.count + (change.after?.count ?? 0) + identity.valueLimit
      if let reason = journal.makeRoom(byteCount: byteCount) {
        return inspector.cannotJournal(change, SafeText(reason).text)
      }
    }
    waiting = WaitingChange(change, isJournaled: journaled, now: Clock.monotonic)
    tryChange()
  }

  private func tryChange() {
    guard let source, let change = waiting, change.nextTry <= Clock.monotonic else { return }
    let outcome = source.apply(change.change, triedMilliseconds: change.triedMilliseconds(Clock.monotonic))
    isStale = true
    if case .busy(let reason) = outcome {
      if Clock.monotonic < change.deadline {
        waiting?.tryAgain(Clock.monotonic)
        return follower.waits(reason)
      }
    }
    waiting = nil
    follower.finished(change.change, outcome)
    if case .done(let before) = outcome, change.isJournaled { keep(change.change, before: before) }
    nextSample = 0
  }

  private func keep(_ change: Change, before: [UInt8]?) {
    guard let key = change.key, let source else { return }
    let line = JournalLine(
      time: WallTime.now, segment: source.identity.name, key: key, before: before, after: change.after)
    if let reason = journal.keep(line) { inspector.report("The change was made. " + SafeText(reason).text) }
  }

  private func giveUp(_ reason: String) {
    guard let change = waiting else { return }
    waiting = nil
    follower.finished(change.change, .failed(reason))
  }

  private func attach(_ name: String) {
    do {
      let source = try opener.open(name)
      self.source?.close()
      watch(source)
    } catch {
      inspector.report(SafeText(error.description).text)
    }
  }

  private func watch(_ source: any SegmentSource) {
    stopMany()
    surveyPace = PassPace()
    giveUp("The segment was replaced meanwhile. Nothing was changed.")
    self.source = source
    tape.attached(to: source.identity)
    follower.attached(to: source.identity, access: source.access)
    isPassing = false
    pace = PassPace()
    nextSample = 0
    isStale = true
  }

  // MARK: - Many entries

  private func write(_ seen: SeenEntries, _ file: String, _ overwrites: Bool) {
    do throws(FileTask.Ended) {
      writing = try FileTask(seen, file: file, overwrites: overwrites)
      workOnMany()
    } catch {
      inspector.wrote(error.outcome, seen, to: file)
    }
  }

  /// Changes or writes for a slice of time.
  ///
  /// - Returns: Whether there is more.
  @discardableResult
  private func workOnMany() -> Bool {
    guard let source, bulk != nil || writing != nil else { return false }
    isStale = true
    let start = Clock.monotonic
    while Clock.monotonic - start < 5_000_000 {
      if bulk?.isDone ?? false {
        stopMany()
        return false
      }
      bulk?.step(source, journal)
      if let task = writing, let outcome = writing?.step(source) {
        writing = nil
        inspector.wrote(outcome, task.seen, to: task.file)
        return false
      }
    }
    if let progress = bulk?.progress ?? writing?.progress { inspector.progressed(progress) }
    return true
  }

  /// Ends what is done with many entries where it stands.
  private func stopMany() {
    if let task = bulk {
      bulk = nil
      inspector.changedMany(task.ended)
      nextSample = 0
    }
    if let task = writing {
      writing = nil
      inspector.wrote(task.stop(), task.seen, to: task.file)
    }
  }

  // MARK: - Time

  private func begin(_ replay: RecordingFile) {
    var playback = Playback(replay.frames)
    playback.showBeginning(on: &inspector)
    self.playback = playback
    inspector.sayReplay()
  }

  private func pause() {
    live = inspector.background
    var playback = Playback(tape.history)
    playback.standAtEnd(on: &inspector)
    self.playback = playback
  }

  private func resume() {
    guard let live else { return }
    self.live = nil
    playback = nil
    inspector.resume(from: live)
  }

  // MARK: - Sampling

  private var nanosecondsOfDelay: UInt64 { UInt64(inspector.delay * 1e9) }

  private func sample() {
    nextSample = Clock.monotonic + nanosecondsOfDelay
    isStale = true
    guard let source else {
      if let replay {
        if replay.grow() { playback?.grown(replay.frames, on: &inspector) }
      } else {
        inspector.take((try? SourceListing.all(withProcesses: false)) ?? [])
      }
      return
    }
    do {
      let sample = try source.sample()
      switch sample.binding {
      case .bound:
        let clock = try source.writeClock()
        follower.take(sample)
        follower.take(clock)
        let remarks = source.remarks
        follower.take(remarks)
        keep(sample, clock, remarks)
        for (row, key) in follower.visibleEntries {
          if let entry = try source.entry(key) { follower.refresh(row, entry) }
        }
        pace.noted(sequence: sample.sequence, generation: sample.table.generation)
        surveyPace.noted(sequence: sample.sequence, generation: sample.table.generation)
      case .replaced, .unlinked: follow(source, sample)
      }
    } catch {
      follower.failed(SafeText(error.description).text)
    }
  }

  /// Looks the entry up that is looked at closely, more often than samples are taken.
  private func look() {
    guard let source, let key = inspector.watchedKey, nextLook <= Clock.monotonic else { return }
    nextLook = Clock.monotonic + 100_000_000
    do {
      if inspector.look(at: try source.entry(key)) { isStale = true }
    } catch {
      // The next sample says what is wrong as well.
    }
  }

  private func lookAtLock() {
    guard let source, let interval = source.lookInterval, nextLockLook <= Clock.monotonic else { return }
    nextLockLook = Clock.monotonic + interval
    source.lookAtLock()
  }

  /// Keeps a sample: in the history, and in the file where one is recorded.
  private func keep(_ sample: SegmentSample, _ clock: [WriteClockPoint], _ remarks: Remarks) {
    if let sentence = tape.keep(sample, clock, remarks) { inspector.report(SafeText(sentence).text) }
    if live != nil { playback?.grown(tape.history, on: &inspector) }
  }

  /// The name leads elsewhere: goes along where it leads to a segment, keeps the last state where not.
  private func follow(_ source: any SegmentSource, _ last: SegmentSample) {
    do {
      // A segment that is still being set up is there at the next sample: the keys do not wait for it.
      let successor = try opener.open(source.identity.name, attachTimeout: .zero)
      source.close()
      watch(successor)
    } catch {
      guard error.isMissing else { return follower.failed(SafeText(error.description).text) }
      if follower.presence == .live {
        follower.take(last)
        keep(last, [], source.remarks)
      }
      follower.lost()
    }
  }

  // MARK: - Work between keys

  /// Does a slice of what there is to do.
  ///
  /// - Returns: Whether there is more.
  private func work() -> Bool {
    if workOnMany() { return true }
    guard let source else {
      _ = workOnRows()
      return inspector.entries.chore != nil || inspector.entries.isSorting || inspector.wantsSizes
    }
    let start = Clock.monotonic
    let ownStart = Clock.ownTime
    let isOnce = follower.entries.isStartingOver
    defer { if !isOnce { pace.worked(Clock.ownTime - ownStart) } }
    // About 5 ms; a slice of either takes a few of them at most.
    while Clock.monotonic - start < 5_000_000 {
      if workOnRows() {
        continue
      } else if isSurveying || (inspector.wantsSurvey && surveyPace.isDue(Clock.monotonic, isWatched: true)) {
        survey(source)
      } else if live?.entries.isSorting ?? false {
        // So that rows of entries that are gone are given up there as well.
        _ = live?.sortOn(20_000)
      } else if tape.isTellingPass {
        if let sentence = tape.keepPart(of: &follower) { inspector.report(SafeText(sentence).text) }
      } else if isPassing {
        readOn(source)
      } else if readsEntries, pace.isDue(Clock.monotonic, isWatched: isWatchingEntries) {
        beginPass(source)
      } else {
        return false
      }
    }
    return true
  }

  /// Counts slots and blocks on.
  private func survey(_ source: any SegmentSource) {
    let start = Clock.ownTime
    if !isSurveying { surveyPace.began(Clock.monotonic) }
    do {
      isSurveying = try !inspector.surveyOn { (survey) throws(SourceError) in
        try source.survey(&survey, slotLimit: 100_000)
      }
      if !isSurveying { isStale = true }
    } catch {
      // The segment was replaced or damaged; the next sample says which.
      isSurveying = false
    }
    surveyPace.worked(Clock.ownTime - start)
  }

  /// What is seen of entries while other moments are shown is seen only for a recording.
  private var readsEntries: Bool { follower.wantsEntries && (live == nil || tape.isRecording) }
  private var isWatchingEntries: Bool { inspector.view == .entries || tape.isRecording }

  /// Works a little on the rows that are shown.
  ///
  /// - Returns: Whether there was something to do.
  private func workOnRows() -> Bool {
    if inspector.entries.chore != nil {
      isStale = true
      _ = inspector.workOn(2000)
    } else if inspector.entries.isSorting {
      if inspector.sortOn(20_000) { isStale = true }
    } else if inspector.wantsSizes {
      if inspector.sizeOn(20_000) { isStale = true }
    } else {
      return false
    }
    return true
  }

  private func beginPass(_ source: any SegmentSource) {
    pace.began(Clock.monotonic)
    source.beginPass()
    follower.beginPass(sequence: source.sequence)
    for (row, key) in follower.hotEntries {
      // The pass, or the next sample, says what is wrong.
      if let entry = try? source.entry(key) { follower.noteHot(row, stamp: entry.stamp) }
    }
    isPassing = true
  }

  private func readOn(_ source: any SegmentSource) {
    do {
      isPassing = try follower.readOn { (note) throws(SourceError) in try source.readOn(slots: 8192, note) }
      if !isPassing {
        isStale = true
        tape.passed(wall: follower.entries.readAt)
      }
    } catch {
      // The segment was replaced or damaged; the next sample says which.
      isPassing = false
    }
  }

  private func draw() {
    guard isStale else { return }
    isStale = false
    terminal.show(InspectorView(inspector).screen(glyphs: glyphs))
  }
}
