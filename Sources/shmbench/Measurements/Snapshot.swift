import Histogram
import SharedSimple

/// A look at all entries, and how long it holds writers up.
struct Snapshot: Measurement {
  func run(_ bench: Bench) throws -> Section {
    let size = bench.plan.largest
    let plan = KeyPlan(entryCount: size)
    var section = Section(
      name: MeasurementName.snapshot.rawValue, title: "All entries at once",
      method: """
        One process takes all entries: with all(), a snapshot under the lock, or with forEach(), which takes none. A \
        writer beside it times each of its puts: the longest says how long it was held up. Medians of \
        \(bench.plan.rounds) rounds.
        """)
    var rounds = Rounds()
    try bench.withFilled(.swiftBytes, plan) { place in
      let store = try SharedStore(place, creates: false)
      defer { store.close() }
      for round in 1...bench.plan.rounds {
        Bench.say("snapshot: round \(round) of \(bench.plan.rounds)")
        var writer = Load(seconds: bench.plan.isQuick ? 0.3 : 2, readShare: 0)
        writer.recordsLatencies = true
        func look(_ name: String, _ body: () throws -> Int) throws {
          let done = try bench.race(.swiftBytes, place, plan, [writer]) {
            // When the writer is at work.
            Clock.sleep(until: Clock.now + 100_000_000)
            var seen = 0
            rounds.add(name, try Clock.time { seen = try body() })
            if seen != size { throw Failure("\(name) saw \(seen) of \(size) entries") }
          }
          rounds.add("beside \(name)", Double(done[0].latencies?.max ?? 0))
        }
        try look("all") { try store.all().count }
        try look("forEach") {
          var seen = 0
          try store.forEach { _, _ in
            seen += 1
            return true
          }
          return seen
        }
        let done = try bench.race(.swiftBytes, place, plan, [writer])
        rounds.add("beside nobody", Double(done[0].latencies?.max ?? 0))
      }
    }
    var table = Table(
      "\(Unit.grouped(size)) entries", rows: "",
      [.init("time", .duration), .init("an entry", .nanoseconds), .init("longest put beside it", .duration)])
    for name in ["all", "forEach"] {
      let time = rounds.median(name)
      table.add("\(name)()", [time, time.map { $0 / Double(size) }, rounds.median("beside \(name)")])
    }
    table.add("nobody", [nil, nil, rounds.median("beside nobody")])
    section.tables.append(table)
    return section
  }
}
