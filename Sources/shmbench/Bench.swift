import Glibc

/// What the measurements of a run share.
final class Bench {
  let plan: Plan
  let scratch = Scratch(owner: getpid())
  /// Boost's driver, or why there is none. It takes some seconds to compile, so only when it is needed.
  lazy var boostDriver = Result { try BoostStore.compileDriver(in: scratch.folder()) }
  private let janitor: Janitor

  init(_ plan: Plan) throws {
    self.plan = plan
    janitor = try Janitor()
  }

  /// Ends the run: nothing of it is left.
  func finish() {
    janitor.finish()
    scratch.removeAll()
  }

  func place(_ label: String, for kind: SubjectKind = .swiftBytes, valueLimit: Int = 32) -> Place {
    let driver = kind == .boost ? try? boostDriver.get() : nil
    return Place(name: scratch.name(label), valueLimit: valueLimit, driver: driver)
  }

  /// Why a peer cannot be measured here; nil where it can.
  func omission(of kind: SubjectKind) -> String? {
    do {
      switch kind {
      case .lmdb: _ = try DynamicLibrary(LMDBStore.file)
      case .tdb: _ = try DynamicLibrary(TdbStore.file)
      case .boost: _ = try boostDriver.get()
      case .swiftBytes, .swiftText, .c, .dictionary: break
      }
      return nil
    } catch {
      return "\(kind.title), because \(error) (Debian: \(kind.package))."
    }
  }

  func start(_ task: WorkerTask) throws -> Worker { try Worker(task, presence: janitor.writingEnd) }

  /// Lets a worker do a task by itself, and returns its answer.
  func ask<A: Decodable>(_ task: WorkerTask, _ type: A.Type = A.self) throws -> A {
    let worker = try start(task)
    defer { worker.end() }
    try worker.awaitReadiness()
    try worker.begin()
    return try worker.answer()
  }

  /// Runs a body beside a filled store, which is gone afterwards.
  func withFilled<R>(
    _ kind: SubjectKind, _ plan: KeyPlan, _ body: (Place) throws -> R
  ) throws -> R {
    let place = place("filled", for: kind, valueLimit: max(32, plan.valueByteCount))
    let keeper = try start(.fill(kind, place, plan))
    defer {
      keeper.end()
      scratch.remove(place.name)
    }
    try keeper.awaitReadiness()
    try keeper.begin()
    _ = try keeper.answer(Bool.self)
    return try body(place)
  }

  /// Lets processes work on a store at the same time; what each has done.
  ///
  /// - Parameter beside: runs in this process meanwhile.
  func race(
    _ kind: SubjectKind, _ place: Place, _ plan: KeyPlan, _ loads: [Load], beside: () throws -> Void = {}
  ) throws -> [WorkDone] {
    let workers = try loads.enumerated().map { index, load in
      var load = load
      load.seed = UInt64(index + 1)
      let worker = try start(.work(kind, place, plan, load))
      // One after the other: where many make their keys at once, each takes the longer.
      try worker.awaitReadiness()
      return worker
    }
    // So far ahead that all have been told, and sleep.
    let instant = Clock.now + 20_000_000
    for worker in workers { try worker.begin(at: instant) }
    try beside()
    let done = try workers.map { try $0.answer(WorkDone.self) }
    for worker in workers { worker.end() }
    return done
  }

  /// Says on standard error what is going on.
  static func say(_ line: String) {
    let bytes = Array("shmbench: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

extension [WorkDone] {
  /// Million operations a second of all together.
  var rate: Double { reduce(0) { $0 + $1.perSecond } / 1e6 }
}
