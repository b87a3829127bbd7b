import FoundationEssentials
import Glibc
import Histogram
import SharedSimple

/// What a worker process does.
struct WorkerRun {
  func run() throws {
    // Written by `Worker`, which is this same program.
    let task = try JSONDecoder().decode(WorkerTask.self, from: Data((readLine() ?? "").utf8))
    do {
      switch task {
      case .cells(let kind, let place, let plan): try dispatch(kind, CellsTask(place: place, plan: plan))
      case .batch(let place, let plan): try BatchTask(place: place, plan: plan).run(self)
      case .fill(let kind, let place, let plan): try dispatch(kind, FillTask(place: place, plan: plan))
      case .work(let kind, let place, let plan, let load):
        try dispatch(kind, LoadTask(place: place, plan: plan, load: load))
      case .hold(let place): try hold(place)
      }
    } catch {
      // In the place of “ready” or of the answer.
      say("\(error)")
    }
  }

  /// Spells each combination out, so that each is compiled for itself.
  private func dispatch(_ kind: SubjectKind, _ task: some SubjectTask) throws {
    switch kind {
    case .swiftBytes: try task.run(ByteStore.self, self)
    case .swiftText: try task.run(TextStore.self, self)
    case .c: try task.run(CStore.self, self)
    case .lmdb: try task.run(LMDBStore.self, self)
    case .tdb: try task.run(TdbStore.self, self)
    case .boost: try task.run(BoostStore.self, self)
    case .dictionary: try task.run(DictionaryStore.self, self)
    }
  }

  private func hold(_ place: Place) throws {
    let store = try SharedStore(place, creates: false)
    awaitBeginning()
    try store.withLock { _ in
      answer(true)
      awaitEnd()
    }
  }

  // MARK: The conversation with `Worker`

  /// Says that all is prepared, and waits for the instant to begin at.
  func awaitBeginning() {
    say("ready")
    guard let line = readLine(), let instant = UInt64(line) else { exit(0) }
    Clock.sleep(until: instant)
  }

  func answer(_ result: some Encodable) {
    say((try? JSONEncoder().encode(result)).map { String(decoding: $0, as: UTF8.self) } ?? "no answer")
  }

  /// Returns when this process is no longer needed, or the one that started it is gone.
  func awaitEnd() { _ = readLine() }

  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

/// A task that can be done with any subject.
protocol SubjectTask {
  func run<S: Subject>(_ subject: S.Type, _ worker: WorkerRun) throws
}
