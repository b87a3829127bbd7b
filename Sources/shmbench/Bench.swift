import Glibc

/// What the measurements of a run share.
final class Bench {
  let plan: Plan
  let scratch = Scratch(owner: getpid())
  let peers: PeerInstallation
  private let janitor: Janitor

  init(_ plan: Plan) throws {
    self.plan = plan
    janitor = try Janitor()
    peers = PeerInstallation(scratch)
  }

  /// Ends the run: nothing of it is left.
  func finish() {
    janitor.finish()
    scratch.removeAll()
  }

  func place(_ label: String, valueLimit: Int = 32) -> Place {
    Place(name: scratch.name(label), valueLimit: valueLimit, driver: peers.boostDriver)
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
    let place = place("filled", valueLimit: max(32, plan.valueByteCount))
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
  func say(_ line: String) {
    let bytes = Array("shmbench: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

extension [WorkDone] {
  /// Million operations a second of all together.
  var rate: Double { reduce(0) { $0 + $1.perSecond } / 1e6 }
}
