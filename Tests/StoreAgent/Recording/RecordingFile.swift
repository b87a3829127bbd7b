import Glibc
import Synchronization

/// A file that processes share while a history is recorded: the barrier they start from, and a lane each
/// for what they do.
///
/// A call is written before the operation and its return after it, by stores into a shared mapping, so that
/// both outlive a kill at any instruction.
///
///     word 0           how many processes stand at the barrier
///     word 1           the round that may start
///     word 8 + n       the last round that the process in lane n has completed
///     word 64…         lanes of 64 operations each
final class RecordingFile: @unchecked Sendable {
  static let laneLimit = 12
  static let operationLimit = 64
  private static let laneWordCount = operationLimit * RecordedOperation.wordCount
  static let byteCount = (64 + laneLimit * laneWordCount) * 8

  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  /// Maps a file of at least `byteCount` zeros.
  init?(path: String) {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Present from the start: a page fault within an operation is none of the store's.
    let flags = MAP_SHARED | MAP_POPULATE
    guard let page = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, flags, descriptor, 0),
      page != MAP_FAILED
    else { return nil }
    words = page.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  deinit { munmap(words, Self.byteCount) }

  /// Nanoseconds of the clock that all processes of the machine share.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

// The barrier.
extension RecordingFile {
  /// A process is ready for a round; returns when it may start.
  func arrive(for round: UInt64) {
    words[0].wrappingAdd(1, ordering: .releasing)
    while words[1].load(ordering: .acquiring) != round { sched_yield() }
  }

  func complete(_ round: UInt64, lane: Int) { words[8 + lane].store(round, ordering: .releasing) }
  func hasCompleted(_ round: UInt64, lane: Int) -> Bool {
    words[8 + lane].load(ordering: .acquiring) == round
  }

  /// Lets a round start once so many processes are ready.
  func start(_ round: UInt64, processes: Int) {
    while words[0].load(ordering: .acquiring) < processes { usleep(20) }
    words[0].store(0, ordering: .relaxed)
    words[1].store(round, ordering: .releasing)
  }
}

// The lanes.
extension RecordingFile {
  private func start(of number: Int, in lane: Int) -> Int {
    precondition((0..<Self.laneLimit).contains(lane) && (0..<Self.operationLimit).contains(number))
    return 64 + lane * Self.laneWordCount + number * RecordedOperation.wordCount
  }

  /// Writes a call. The operation begins after this returns: the fence keeps its loads behind the clock's.
  func call(_ operation: RecordedOperation, number: Int, lane: Int) {
    let start = start(of: number, in: lane)
    store(operation.kind, operation.outcome, operation.steps.count, at: start)
    for (index, step) in operation.steps.enumerated() { write(step, index, at: start) }
    words[start].store(Self.now, ordering: .releasing)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }

  /// Writes what a step has come to.
  func answer(_ step: Int, _ answer: UInt64, number: Int, lane: Int) {
    let word = start(of: number, in: lane) + 4 + step * RecordedStep.wordCount
    words[word + 3].store(answer, ordering: .relaxed)
    words[word].store(words[word].load(ordering: .relaxed) | RecordedStep.answered, ordering: .releasing)
  }

  /// Writes a return. The operation has ended before this is called: the fence keeps the clock's load behind
  /// its stores.
  func end(_ outcome: RecordedOperation.Outcome, number: Int, lane: Int) {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    let returned = Self.now
    let start = start(of: number, in: lane)
    let word = words[start + 2].load(ordering: .relaxed)
    words[start + 2].store(word & 0xFFFF | UInt64(outcome.rawValue) << 16, ordering: .relaxed)
    words[start + 1].store(returned, ordering: .releasing)
  }

  private func store(
    _ kind: RecordedOperation.Kind, _ outcome: RecordedOperation.Outcome, _ steps: Int, at start: Int
  ) {
    let word = UInt64(kind.rawValue) | UInt64(steps) << 8 | UInt64(outcome.rawValue) << 16
    words[start + 2].store(word, ordering: .relaxed)
  }

  private func write(_ step: RecordedStep, _ index: Int, at start: Int) {
    for (offset, word) in step.words.enumerated() {
      words[start + 4 + index * RecordedStep.wordCount + offset].store(word, ordering: .relaxed)
    }
  }

  /// Everything that was recorded since the last `clear`.
  var operations: [RecordedOperation] {
    (0..<Self.laneLimit).flatMap { lane in
      (0..<Self.operationLimit).compactMap { operation(number: $0, lane: lane) }
    }
  }

  private func operation(number: Int, lane: Int) -> RecordedOperation? {
    let start = start(of: number, in: lane)
    func word(_ offset: Int) -> UInt64 { words[start + offset].load(ordering: .acquiring) }
    guard word(0) != 0, let kind = RecordedOperation.Kind(rawValue: UInt8(truncatingIfNeeded: word(2))),
      let outcome = RecordedOperation.Outcome(rawValue: UInt8(truncatingIfNeeded: word(2) >> 16))
    else { return nil }
    let steps = (0..<Int(word(2) >> 8 & 0xFF)).compactMap { step in
      RecordedStep(words: (0..<RecordedStep.wordCount).map { word(4 + step * RecordedStep.wordCount + $0) })
    }
    return RecordedOperation(
      kind: kind, steps: steps, outcome: outcome, lane: lane, called: word(0),
      returned: word(1) == 0 ? nil : word(1))
  }

  /// Empties the lanes.
  func clear() {
    for lane in 0..<Self.laneLimit {
      for number in 0..<Self.operationLimit {
        let start = start(of: number, in: lane)
        guard words[start].load(ordering: .relaxed) != 0 else { break }
        words[start].store(0, ordering: .relaxed)
        words[start + 1].store(0, ordering: .relaxed)
      }
    }
  }
}
