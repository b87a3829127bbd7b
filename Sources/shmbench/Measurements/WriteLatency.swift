import Histogram

/// How long a put takes beside other writers.
struct WriteLatency: Measurement {
  func run(_ bench: Bench) throws -> Section {
    let size = min(bench.plan.largest, 100_000)
    let plan = KeyPlan(entryCount: size)
    var section = Section(
      name: MeasurementName.latency.rawValue, title: "A put beside other writers",
      method: """
        Processes that do nothing but put, \(Unit.grouped(size)) entries; from the end of one put to the end of the \
        next, so that no wait is left out. \(bench.plan.rounds) rounds, in turns, added up.
        """)
    let omission = bench.omission(of: .tdb)
    section.omissions = omission.map { [$0] } ?? []
    let kinds: [SubjectKind] = omission == nil ? [.c, .tdb] : [.c]
    let counts = [1, 2, 8]
    var sums: [String: Histogram<UInt64>] = [:]
    var seconds = bench.plan.seconds
    if !bench.plan.isQuick { seconds = 1 }
    for round in 1...bench.plan.rounds {
      Bench.say("latency: round \(round) of \(bench.plan.rounds)")
      for kind in kinds {
        try bench.withFilled(kind, plan) { place in
          for count in counts {
            var load = Load(seconds: seconds, readShare: 0)
            load.recordsLatencies = true
            for done in try bench.race(kind, place, plan, Array(repeating: load, count: count)) {
              if let latencies = done.latencies {
                sums["\(kind) \(count)", default: .ofLatencies].add(latencies)
              }
            }
          }
        }
      }
    }

    var table = Table(
      "A put", rows: "", Histogram<UInt64>.summaryNames.map { .init($0, .duration) } + [.init("all", .rate)])
    var chart = Chart(
      "A put beside other writers", .lines, x: .init("one put in so many takes at least so long", .count),
      y: .init("time of a put", .duration))
    for (colour, count) in counts.enumerated() {
      for kind in kinds {
        guard let sum = sums["\(kind) \(count)"] else { continue }
        let title =
          "\(kind == .c ? "this store" : kind.title), \(count) \(count == 1 ? "writer" : "writers")"
        let rate = Double(sum.totalCount) / (Double(bench.plan.rounds) * seconds) / 1e6
        table.add(title, sum.summary.map(\.1) + [rate])
        chart.series.append(.init(title, sum.tail, colour: colour, isDashed: kind != .c))
      }
      if count > 1, let store = sums["\(SubjectKind.c) \(count)"],
        let tdb = sums["\(SubjectKind.tdb) \(count)"]
      {
        section.verdicts.append(
          Verdict(
            "p99.9 of a put with \(count) writers / tdb's",
            Double(store.valueAtPercentile(99.9)) / Double(tdb.valueAtPercentile(99.9)), .atMost, 1))
      }
    }
    section.tables.append(table)
    section.charts.append(chart)
    return section
  }
}
