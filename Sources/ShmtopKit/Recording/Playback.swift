/// Shows frames of a sequence on an ``Inspector``, which need not know where they come from.
public struct Playback {
  public private(set) var sequence: any FrameSequence
  /// Nil while what is shown was not decoded: it is the live screen as it was.
  private var decoder: FrameDecoder?
  /// The frame that is shown; nil before the first one.
  private var shown: Int?
  public private(set) var isPlaying = false
  private var speed = 1.0
  /// When the next frame is due, on the monotonic clock.
  private var dueAt: UInt64 = 0

  private static let speeds = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1000]
  /// Frames shown at once, at the most: in between, keys are answered.
  private static let stepLimit = 50

  public init(_ sequence: any FrameSequence) { self.sequence = sequence }

  private var index: FrameIndex { sequence.index }
  /// The frame that is shown, or the oldest there is where that has been given up.
  private var here: Int { min(max(shown ?? index.firstFrame, index.firstFrame), index.endFrame - 1) }

  // MARK: - Where to

  /// Takes a sequence that has grown.
  public mutating func grown(_ sequence: any FrameSequence, on inspector: inout Inspector) {
    self.sequence = sequence
    describe(on: &inspector)
  }

  /// Shows the first frame.
  public mutating func showFirst(on inspector: inout Inspector) { show(index.firstFrame, on: &inspector) }

  /// So many frames at the start may have no entries yet. Arbitrary: minutes.
  private static let emptyFrames = 300

  /// Shows the first frame that has entries: a recording begins before they have been read, and that of a store
  /// that has just been made, before there are any. Where none has, the first frame.
  public mutating func showBeginning(on inspector: inout Inspector) {
    showFirst(on: &inspector)
    for frame in index.firstFrame..<min(index.endFrame, index.firstFrame + Self.emptyFrames) {
      show(frame, on: &inspector)
      if inspector.entries.table.liveCount > 0 { return }
    }
    showFirst(on: &inspector)
  }

  /// Takes what is shown as the last frame there is.
  public mutating func standAtEnd(on inspector: inout Inspector) {
    shown = index.endFrame - 1
    describe(on: &inspector)
  }

  /// Does a step that the operator asks for.
  public mutating func perform(_ step: TimeStep, now: UInt64, on inspector: inout Inspector) {
    inspector.notice = nil
    guard !index.frames.isEmpty else { return inspector.say("There is no other sample yet.", .warning) }
    switch step {
    case .play: setPlaying(!isPlaying, now: now, on: &inspector)
    case .speed(let by): setSpeed(by, now: now, on: &inspector)
    case .frame(let by): go(to: here + by, on: &inspector)
    case .event(let by):
      guard let frame = index.eventFrame(from: here, by: by) else {
        return inspector.say(by > 0 ? "No event follows." : "No event stands before.", .warning)
      }
      go(to: frame, on: &inspector)
    case .seconds(let seconds):
      let wall = Double(index[frame: here].wall) + seconds * 1e9
      go(toWall: wall <= 0 ? 0 : UInt64(min(wall, 1e19)), on: &inspector)
    case .clock(let seconds): go(toClock: seconds, on: &inspector)
    case .start: go(to: index.firstFrame, on: &inspector)
    case .end: go(to: index.endFrame - 1, on: &inspector)
    }
  }

  /// To that time of the day that is shown; to that of the day after or before, where only then there are samples.
  private mutating func go(toClock seconds: Int, on inspector: inout Inspector) {
    let day: UInt64 = 86_400_000_000_000
    let wall = WallTime.midnight(before: index[frame: here].wall) &+ UInt64(seconds) * 1_000_000_000
    let first = index[frame: index.firstFrame].wall
    let last = index[frame: index.endFrame - 1].wall
    let known = [wall, wall &+ day, wall &- day].first { first <= $0 && $0 <= last }
    go(toWall: known ?? wall, on: &inspector)
  }

  /// Says so where that is before the first sample, or after the last.
  private mutating func go(toWall wall: UInt64, on inspector: inout Inspector) {
    if wall < index[frame: index.firstFrame].wall {
      go(to: index.firstFrame - 1, on: &inspector)
    } else if wall > index[frame: index.endFrame - 1].wall {
      go(to: index.endFrame, on: &inspector)
    } else {
      go(to: index.frame(at: wall), on: &inspector)
    }
  }

  private mutating func go(to wanted: Int, on inspector: inout Inspector) {
    let frame = min(max(wanted, index.firstFrame), index.endFrame - 1)
    isPlaying = false
    if wanted < index.firstFrame { inspector.say("This is the oldest sample there is.") }
    if wanted >= index.endFrame { inspector.say(sequence.origin.lastSampleSentence) }
    show(frame, on: &inspector)
  }

  private mutating func setPlaying(_ playing: Bool, now: UInt64, on inspector: inout Inspector) {
    isPlaying = playing
    // From the end, playing begins anew.
    if playing, let shown, shown == index.endFrame - 1 { show(index.firstFrame, on: &inspector) }
    schedule(after: now)
    describe(on: &inspector)
  }

  private mutating func setSpeed(_ by: Int, now: UInt64, on inspector: inout Inspector) {
    let place = (Self.speeds.firstIndex(of: speed) ?? 2) + by
    speed = Self.speeds[min(max(0, place), Self.speeds.count - 1)]
    schedule(after: now)
    describe(on: &inspector)
    inspector.say("\(Self.words(speed)) as fast as it was.")
  }

  static func words(_ speed: Double) -> String {
    Quantity.fixed(speed, decimals: speed < 1 ? 2 : 0) + "×"
  }

  // MARK: - Playing

  /// When the next frame is due; nil while none is.
  public var nextDue: UInt64? { isPlaying ? dueAt : nil }

  /// Shows what is due.
  ///
  /// - Returns: whether the screen has something new to show.
  public mutating func play(now: UInt64, on inspector: inout Inspector) -> Bool {
    guard isPlaying, now >= dueAt, let shown else { return false }
    var frame = shown
    for _ in 0..<Self.stepLimit where frame + 1 < index.endFrame && now >= dueAt {
      frame += 1
      dueAt = dueAt &+ interval(after: frame)
    }
    // After a long halt, what was missed is not made up for.
    if now > dueAt &+ 1_000_000_000 { dueAt = now }
    show(frame, on: &inspector)
    if frame + 1 >= index.endFrame, isWhole {
      isPlaying = false
      describe(on: &inspector)
    } else if frame == shown {
      // Its file may grow.
      dueAt = now &+ 500_000_000
    }
    return true
  }

  private var isWhole: Bool { if case .file(_, .cutOff) = sequence.origin { false } else { true } }

  private mutating func schedule(after now: UInt64) {
    dueAt = now &+ interval(after: shown ?? index.firstFrame)
  }

  /// How long a frame stays: what lay between it and the next, at the speed chosen, and a minute at most.
  private func interval(after frame: Int) -> UInt64 {
    guard frame + 1 < index.endFrame, index.frames.indices.contains(frame - index.firstFrame) else {
      return 500_000_000
    }
    let (wall, next) = (index[frame: frame].wall, index[frame: frame + 1].wall)
    return UInt64(Double(min(next > wall ? next - wall : 0, 60_000_000_000)) / speed)
  }

  // MARK: - Showing

  /// Shows a frame.
  private mutating func show(_ frame: Int, on inspector: inout Inspector) {
    guard index.endFrame > index.firstFrame else { return }
    let attention = inspector.beginStep()
    let start = index.start(for: frame)
    let isOn = decoder != nil && shown.map { $0 <= frame && $0 + 1 >= max(start, index.firstFrame) } ?? false
    if !isOn {
      decoder = FrameDecoder()
      inspector.forgetSegment()
    }
    for number in (isOn ? shown! + 1 : start)..<frame + 1 {
      for record in index.records(of: number) { feed(record, to: &inspector) }
    }
    shown = frame
    inspector.endStep(attention)
    describe(on: &inspector)
  }

  private mutating func feed(_ record: Int, to inspector: inout Inspector) {
    // What is not kept is left out.
    guard let body = sequence.body(ofRecord: record), !body.isEmpty else { return }
    do {
      try decoder?.show(body, to: &inspector)
    } catch {
      inspector.report("The recording is damaged here: \(error.description).")
    }
  }

  private func describe(on inspector: inout Inspector) {
    var timeline = Timeline(origin: sequence.origin)
    let frames = index.frames
    guard let first = frames.first, let last = frames.last else { return inspector.timeline = timeline }
    timeline.position = here - index.firstFrame
    timeline.count = frames.count
    (timeline.wall, timeline.start, timeline.end) = (index[frame: here].wall, first.wall, last.wall)
    timeline.isPlaying = isPlaying
    timeline.speed = speed
    // As fine as the widest bar.
    var counts = [Int](repeating: 0, count: 301)
    for frame in frames where frame.hasEvents {
      counts[Int(Timeline.share(frame.wall, from: first.wall, to: last.wall) * 300)] += 1
    }
    timeline.events = counts.enumerated().filter { $0.element > 0 }.map {
      Timeline.Happening(share: Double($0.offset) / 300, frameCount: $0.element)
    }
    inspector.timeline = timeline
  }
}
