import Glibc

/// What it costs that a store can be watched, and what it costs to be watched.
///
/// The speed of one process changes by a tenth and more from one moment to the next, whatever one compares over seconds.
/// So the two are compared many times a second, in the same process: a piece of time with, between two without.
struct Watched: Measurement {
  /// Pieces of time: the shorter, the less else changes from one to the next. shmtop takes a sample in each one in which
  /// it runs, and takes no more than ten a second.
  private static let (watched, counted) = (0.05, 0.02)
  /// Of the counts of operations.
  private static let slice = 0.001

  func run(_ bench: Bench) throws -> Section {
    let size = min(bench.plan.largest, 100_000)
    let plan = KeyPlan(entryCount: size)
    let seconds = bench.plan.isQuick ? 0.5 : 8.0
    var section = Section(
      name: MeasurementName.watched.rawValue, title: "The price of being watched",
      method: """
        A process that does nothing but get, then one that does nothing but put, \(Unit.grouped(size)) entries, \(seconds) s \
        each. shmtop in batch mode takes a sample in every second \(Self.watched) s, and is stopped in the others: what is \
        done in one is compared with the mean of what is done before and after, and the loss spread over both is that \
        of ten samples a second; that of one is a tenth. Counting likewise: every other \(Self.counted) s through a handle that \
        found the table of participants full, which skips all of its counters. Medians of all pairs in \
        \(bench.plan.rounds) rounds with a store each.
        """)
    let shmtop = Program.neighbour("shmtop")
    if shmtop == nil {
      section.omissions.append("shmtop beside it, because it was not built beside shmbench.")
    }
    var rounds = Rounds()
    for round in 1...bench.plan.rounds {
      Bench.say("watched: round \(round) of \(bench.plan.rounds)")
      // A store each, so that no place of records in memory is one's advantage for long.
      try bench.withFilled(.c, plan) { place in
        for (operation, share) in [("reads", 1.0), ("writes", 0)] {
          var load = Load(seconds: seconds / 2, readShare: share)
          load.sliceSeconds = Self.counted
          load.alternatesUncounted = true
          let counting = try bench.race(.c, place, plan, [load])[0].slices.map(Double.init)
          for ratio in Self.ratios(counting) { rounds.add("counting \(operation)", ratio) }
          guard let shmtop else { continue }
          load = Load(seconds: seconds, readShare: share)
          load.sliceSeconds = Self.slice
          let pieces = try watch(place, shmtop, bench, plan, load)
          for ratio in Self.ratios(pieces) { rounds.add("watching \(operation)", ratio) }
          rounds.add("nobody \(operation)", Rounds.median(pieces) ?? 0)
        }
      }
    }
    judge(rounds, &section)
    return section
  }

  private func judge(_ rounds: Rounds, _ section: inout Section) {
    var table = Table(
      "One process", rows: "", [.init("reads, cost", .percent), .init("writes, cost", .percent)])
    // What the pieces lose, and the part of it that is lost in all of the time.
    for (title, what, part, limit) in [
      ("counting", "counting", 1.0, 2.0), ("shmtop, 1 sample a second", "watching", 0.05, 2),
      ("shmtop, 10 samples a second", "watching", 0.5, 5),
    ] {
      let costs = ["reads", "writes"].map { operation in
        rounds.median("\(what) \(operation)").map { (1 - $0) * part * 100 }
      }
      guard costs.contains(where: { $0 != nil }) else { continue }
      table.add(title, costs)
      for (operation, cost) in zip(["reads", "writes"], costs) {
        guard let cost else { continue }
        section.verdicts.append(Verdict("\(title): cost to \(operation)", cost, .atMost, limit, .percent))
      }
    }
    section.tables.append(table)
  }

  /// Of every second one: to the mean of its neighbours.
  private static func ratios(_ pieces: [Double]) -> [Double] {
    stride(from: 1, to: pieces.count - 1, by: 2).compactMap { place in
      let around = (pieces[place - 1] + pieces[place + 1]) / 2
      return around > 0 ? pieces[place] / around : nil
    }
  }

  /// Lets a process work, and shmtop run in every second piece of the time.
  ///
  /// - Returns: what was done in each of them.
  private func watch(
    _ place: Place, _ shmtop: String, _ bench: Bench, _ plan: KeyPlan, _ load: Load
  ) throws -> [Double] {
    let watcher = try EndSignals.starting {
      // In a group of its own, which the system lets go on, and ends, should this process be killed while it is stopped.
      try Program(
        path: shmtop, ["--batch", "--delay", "0.1", place.name], input: nil, output: nil, standsApart: true)
    }
    defer {
      watcher.kill(SIGKILL)
      watcher.wait()
      EndSignals.hasEnded(watcher)
    }
    let pieces = Int(load.seconds / Self.watched)
    var start: UInt64 = 0
    func instant(_ piece: Int) -> UInt64 { start + UInt64(Double(piece) * Self.watched * 1e9) }
    let done = try bench.race(.c, place, plan, [load]) {
      start = Clock.now
      for piece in 0..<pieces {
        watcher.kill(piece.isMultiple(of: 2) ? SIGSTOP : SIGCONT)
        Clock.sleep(until: instant(piece + 1))
      }
    }[0]
    func slice(_ instant: UInt64) -> Int {
      instant > done.start ? Int(Double(instant - done.start) / (Self.slice * 1e9)) : 0
    }
    return (0..<pieces).map { piece in
      let slices = done.slices[
        min(done.slices.count, slice(instant(piece)))..<min(done.slices.count, slice(instant(piece + 1)))]
      return slices.isEmpty ? 0 : Double(slices.reduce(0, +)) / Double(slices.count)
    }
  }
}
