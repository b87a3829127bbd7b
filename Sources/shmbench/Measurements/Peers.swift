/// The store, through its C interface, beside other stores that processes share.
struct Peers: Measurement {
  /// Two processes at once.
  private enum Pair: String, CaseIterable {
    case readers = "two readers"
    case readerAndWriter = "reader and writer"
    case writers = "two writers"

    var readShares: [Double] {
      switch self {
      case .readers: [1, 1]
      case .readerAndWriter: [1, 0]
      case .writers: [0, 0]
      }
    }
  }

  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.peers.rawValue, title: "Beside other stores",
      method: """
        This store through its C interface, LMDB (writable map, no flush), tdb (mutexes, 100,003 chains) and \
        Boost.Interprocess (an unordered map under one mutex), all in /dev/shm; keys of 17 bytes, values of 16. \
        Nanoseconds an operation in one process, then million operations a second of two processes together, over \
        \(bench.plan.seconds) s each. All in turns; medians of \(bench.plan.rounds) rounds.
        """)
    let peers: [SubjectKind] = [.lmdb, .tdb, .boost]
    let installed = peers.filter { bench.omission(of: $0) == nil }
    section.omissions = peers.compactMap { bench.omission(of: $0) }
    for size in bench.plan.sizes where !bench.plan.isQuick || size <= 100_000 {
      try measure(size, installed, bench, &section)
    }
    return section
  }

  private func measure(_ size: Int, _ peers: [SubjectKind], _ bench: Bench, _ section: inout Section) throws {
    var rounds = Rounds()
    let plan = KeyPlan(entryCount: size)
    let shared: [SubjectKind] = [.c] + peers
    var failed: Set<SubjectKind> = []
    for round in 1...bench.plan.rounds {
      Bench.say("peers: \(Unit.grouped(size)) entries, round \(round) of \(bench.plan.rounds)")
      for kind in shared + [.dictionary] where !failed.contains(kind) {
        do {
          let result: CellTimes = try bench.ask(.cells(kind, bench.place("peer", for: kind), plan))
          if !result.isRight { throw Failure("\(kind.title) gave wrong answers") }
          for (cell, time) in result.times { rounds.add("\(kind) \(cell)", time) }
          if kind != .dictionary { try race(kind, plan, bench, &rounds) }
        } catch {
          // A peer that fails is left out; this store's failure is the run's.
          if kind == .c { throw error }
          failed.insert(kind)
          section.omissions.append("\(kind.title) at \(Unit.grouped(size)) entries: \(error)")
        }
      }
    }

    var table = Table(
      "\(Unit.grouped(size)) entries", rows: "store",
      Cell.allCases.map { .init($0.rawValue, .nanoseconds) } + Pair.allCases.map { .init($0.rawValue, .rate) }
    )
    var chart = Chart(
      "An operation at \(Unit.grouped(size)) entries", .bars,
      x: .init("", .count, categories: Cell.allCases.map(\.rawValue)), y: .init("time", .nanoseconds))
    var pairs = Chart(
      "Two processes at \(Unit.grouped(size)) entries", .bars,
      x: .init("", .count, categories: Pair.allCases.map(\.rawValue)), y: .init("both together", .rate))
    for kind in shared + [.dictionary] {
      let title = kind == .c ? "this store" : kind.title
      let times = Cell.allCases.map { rounds.median("\(kind) \($0)") }
      let rates = Pair.allCases.map { rounds.median("\(kind) \($0)") }
      table.add(title, times + rates)
      func series(_ values: [Double?]) -> Chart.Series {
        .init(
          title, values.enumerated().compactMap { index, value in value.map { .init(Double(index), $0) } })
      }
      chart.series.append(series(times))
      if kind != .dictionary { pairs.series.append(series(rates)) }
    }
    section.tables.append(table)
    section.charts += [chart, pairs]
    judge(size, rounds, peers.filter { !failed.contains($0) }, &section)
  }

  private func race(_ kind: SubjectKind, _ plan: KeyPlan, _ bench: Bench, _ rounds: inout Rounds) throws {
    try bench.withFilled(kind, plan) { place in
      for (name, share) in [("reader alone", 1.0), ("writer alone", 0)] {
        let done = try bench.race(kind, place, plan, [Load(seconds: bench.plan.seconds, readShare: share)])
        rounds.add("\(kind) \(name)", done.rate)
      }
      for pair in Pair.allCases {
        let loads = pair.readShares.map { Load(seconds: bench.plan.seconds, readShare: $0) }
        let done = try bench.race(kind, place, plan, loads)
        rounds.add("\(kind) \(pair)", done.rate)
        if pair == .readerAndWriter { rounds.add("\(kind) reader beside a writer", [done[0]].rate) }
      }
    }
  }

  private func judge(_ size: Int, _ rounds: Rounds, _ peers: [SubjectKind], _ section: inout Section) {
    func demand(_ what: String, _ value: Double?, _ bound: Verdict.Bound, _ limit: Double) {
      guard let value else { return }
      section.verdicts.append(Verdict("\(what), at \(Unit.grouped(size))", value, bound, limit))
    }
    let store = SubjectKind.c
    for peer in peers {
      let slower =
        Cell.allCases.compactMap { cell in
          rounds.ratio("\(store) \(cell)", to: "\(peer) \(cell)").map { (cell.rawValue, $0) }
        }
        + Pair.allCases.compactMap { pair in
          rounds.ratio("\(peer) \(pair)", to: "\(store) \(pair)").map { (pair.rawValue, $0) }
        }
      if let worst = slower.max(by: { $0.1 < $1.1 }) {
        demand("time against \(peer.title), worst cell (\(worst.0))", worst.1, .atMost, 1)
      }
    }
    if size != 1_000 && size != 1_000_000 { return }
    let isLarge = size == 1_000_000
    demand(
      "insert / Boost's", rounds.ratio("\(store) \(Cell.insert)", to: "\(SubjectKind.boost) \(Cell.insert)"),
      .atMost,
      isLarge ? 0.2 : 0.5)
    demand(
      "two readers / one", rounds.ratio("\(store) \(Pair.readers)", to: "\(store) reader alone"), .atLeast,
      1.8)
    demand(
      "reader and writer / tdb's",
      rounds.ratio("\(store) \(Pair.readerAndWriter)", to: "\(SubjectKind.tdb) \(Pair.readerAndWriter)"),
      .atLeast, 5)
    demand(
      "two writers / tdb's",
      rounds.ratio("\(store) \(Pair.writers)", to: "\(SubjectKind.tdb) \(Pair.writers)"),
      .atLeast, isLarge ? 2 : 1)
    if isLarge {
      demand(
        "a reader beside a writer / alone",
        rounds.ratio("\(store) reader beside a writer", to: "\(store) reader alone"), .atLeast, 0.5)
    } else {
      // 25 million operations a second where one writer makes 35.
      demand(
        "two writers / one", rounds.ratio("\(store) \(Pair.writers)", to: "\(store) writer alone"), .atLeast,
        25.0 / 35)
    }
  }
}
