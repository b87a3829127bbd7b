import Glibc

/// What it costs that a store can be watched, and what it costs to be watched.
struct Watched: Measurement {
  private enum Watch: String, CaseIterable {
    case nobody = "nobody watches"
    case uncounted = "handles that count nothing"
    case slow = "shmtop, 1 sample a second"
    case fast = "shmtop, 10 samples a second"
  }

  func run(_ bench: Bench) throws -> Section {
    let size = min(bench.plan.largest, 100_000)
    let plan = KeyPlan(entryCount: size)
    let seconds = bench.plan.isQuick ? 1.0 : 3.0
    var section = Section(
      name: MeasurementName.watched.rawValue, title: "The price of being watched",
      method: """
        A process that does nothing but get, then one that does nothing but put, \(Unit.grouped(size)) entries, alone but \
        for shmtop in batch mode; \(seconds) s each. Handles that count nothing are those that found the table of \
        participants full: all of their counters are skipped. In turns; medians of \(bench.plan.rounds) rounds.
        """)
    let shmtop = Program.neighbour("shmtop")
    if shmtop == nil {
      section.omissions.append("shmtop beside it, because it was not built beside shmbench.")
    }
    var rounds = Rounds()
    for round in 1...bench.plan.rounds {
      Bench.say("watched: round \(round) of \(bench.plan.rounds)")
      for watch in Watch.allCases {
        // A store each, so that no place of records in memory is one watch's advantage for long.
        try bench.withFilled(.c, plan) { place in
          let watcher = try shmtop.flatMap { try start(watch, shmtop: $0, place, 2 * seconds) }
          defer { end(watcher) }
          for (operation, share) in [("reads", 1.0), ("writes", 0)] {
            var load = Load(seconds: seconds, readShare: share)
            load.countsItself = watch != .uncounted
            rounds.add("\(watch) \(operation)", try bench.race(.c, place, plan, [load]).rate)
          }
        }
      }
    }
    var table = Table(
      "One process", rows: "",
      [
        .init("reads", .rate), .init("writes", .rate), .init("reads, cost", .percent),
        .init("writes, cost", .percent),
      ])
    for watch in Watch.allCases where shmtop != nil || watch == .nobody || watch == .uncounted {
      let costs = ["reads", "writes"].map { cost(of: watch, $0, rounds) }
      table.add(
        watch.rawValue, [rounds.median("\(watch) reads"), rounds.median("\(watch) writes")] + costs)
    }
    section.tables.append(table)
    for (watch, what, limit) in [
      (Watch.nobody, "counting", 2.0), (.slow, Watch.slow.rawValue, 2), (.fast, Watch.fast.rawValue, 5),
    ] {
      for operation in ["reads", "writes"] {
        guard let cost = cost(of: watch, operation, rounds) else { continue }
        section.verdicts.append(Verdict("\(what): cost to \(operation)", cost, .atMost, limit, .percent))
      }
    }
    return section
  }

  private func start(_ watch: Watch, shmtop: String, _ place: Place, _ seconds: Double) throws -> Program? {
    guard watch == .slow || watch == .fast else { return nil }
    let delay = watch == .slow ? 1.0 : 0.1
    // It ends by itself, some seconds later, whatever becomes of this process.
    let count = Int((seconds + 10) / delay)
    return try EndSignals.starting {
      try Program(
        path: shmtop, ["--batch", "--delay", "\(delay)", "--count", "\(count)", place.name], input: nil,
        output: nil
      )
    }
  }

  /// Percent of the throughput that it costs: counting against not counting, shmtop against nobody.
  private func cost(of watch: Watch, _ operation: String, _ rounds: Rounds) -> Double? {
    if watch == .uncounted { return nil }
    let other = watch == .nobody ? Watch.uncounted : .nobody
    return rounds.ratio("\(watch) \(operation)", to: "\(other) \(operation)").map { (1 - $0) * 100 }
  }

  private func end(_ watcher: Program?) {
    guard let watcher else { return }
    watcher.kill(SIGTERM)
    watcher.wait()
    EndSignals.hasEnded(watcher)
  }
}
