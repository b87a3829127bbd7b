import Glibc
import SharedSimple
import ShmtopKit

/// The work of one worker, a small piece at a time with pauses between, so that the whole demo leaves
/// most of the processor to others.
struct DemoDay {
  private let habit: DemoHabit
  private let store: SharedStore
  private var content: DemoContent
  private let start = Clock.seconds
  /// Where in its wave this worker starts, so that not all are busy at once.
  private let phase = Double.random(in: 0..<(2 * Double.pi))
  private var nextRarity: Double
  private var sessions: [[UInt8]] = []
  private var sessionsGrow = true
  private var sessionWaves = 0

  /// False when the store cannot be used any more, as after an exclusive open.
  private(set) var isGoingOn = true

  init(habit: DemoHabit, store: SharedStore, content: DemoContent) {
    self.habit = habit
    self.store = store
    self.content = content
    nextRarity = start + Double.random(in: habit == .doomed ? 8...20 : 2...5)
  }

  /// Seconds to wait before the next piece of work.
  var pause: Double { habit == .slowHolder ? 0.05 : 0.01 }

  mutating func work() {
    do {
      switch habit {
      case .reader: try read()
      case .writer: try write()
      case .counter: try count()
      case .sessions: try letSessionsComeAndGo()
      case .slowHolder: try holdLong()
      case .doomed: try dieNowAndThen()
      }
    } catch StoreError.replaced, StoreError.closed, StoreError.corrupted, StoreError.unrecoverable {
      isGoingOn = false
    } catch {
      // A stuck lock, a full /dev/shm: part of what a demo may show. It goes on as soon as it can.
    }
  }

  /// Between a third and the whole of `most`, slowly up and down.
  private func swell(_ most: Int) -> Int {
    let wave = sin((Clock.seconds - start) / 4 + phase)
    return Int(Double(most) * (2 + wave) / 3)
  }

  /// Whether it is time for what a worker does rarely.
  private mutating func isRareMoment(every seconds: ClosedRange<Double>) -> Bool {
    let now = Clock.seconds
    guard now >= nextRarity else { return false }
    nextRarity = now + Double.random(in: seconds)
    return true
  }

  private mutating func read() throws {
    for turn in 0..<swell(300) {
      let key = turn % 40 == 0 ? content.session().key : content.userKey()
      _ = try store.withValue(key) { $0.byteCount }
    }
  }

  private mutating func write() throws {
    for _ in 0..<swell(40) {
      let entry = content.userEntry()
      try store.put(entry.key, entry.value)
    }
    if isRareMoment(every: 0.1...0.5) {
      let entries = (0..<200).map { _ in content.userEntry() }
      try store.withLock { section in
        for entry in entries { try section.put(entry.key, entry.value) }
      }
      let setting = content.setting()
      try store.put(setting.key, setting.value)
      let mistake = DemoContent.mistake
      try store.putIfAbsent(mistake.key, mistake.value)
    }
  }

  private mutating func count() throws {
    for _ in 0..<swell(60) { try store.increment(content.counter()) }
  }

  private mutating func letSessionsComeAndGo() throws {
    let limit = content.sessionLimit
    // A wave takes some 15 seconds up and as much down, whatever its height.
    for _ in 0..<max(1, swell(limit / 750)) {
      if sessionsGrow {
        let session = content.session()
        try store.put(session.key, session.value)
        sessions.append(session.key)
      } else if !sessions.isEmpty {
        let index = Int.random(in: sessions.indices, using: &content.random)
        sessions.swapAt(index, sessions.count - 1)
        try store.remove(sessions.removeLast())
      }
    }
    if sessions.count >= limit { sessionsGrow = false }
    if sessions.count <= limit / 5, !sessionsGrow {
      sessionsGrow = true
      sessionWaves += 1
      if sessionWaves.isMultiple(of: 3) {
        try store.removeAll()
        sessions = []
      }
    }
  }

  private mutating func holdLong() throws {
    guard isRareMoment(every: 3...7) else { return }
    let entry = content.setting()
    let seconds = [0.05, 0.3, 0.8, 1.5].randomElement(using: &content.random)!
    try store.withLock { section in
      try section.put(entry.key, entry.value)
      _ = Lifeline.holds(forSeconds: seconds)
    }
  }

  private mutating func dieNowAndThen() throws {
    let entries = (0..<3).map { _ in content.userEntry() }
    for entry in entries { try store.put(entry.key, entry.value) }
    guard isRareMoment(every: 1...1) else { return }
    try store.withLock { section in
      for entry in entries { try section.put(entry.key, entry.value) }
      kill(getpid(), SIGKILL)
    }
  }
}
