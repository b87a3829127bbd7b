/// How the store's speed depends on the number of processes and entries, on lengths, and on what is asked for.
struct Scale: Measurement {
  /// What processes do.
  private enum Habit: String, CaseIterable {
    case readers
    case mixture = "95 % reads"
    case writers

    var readShare: Double {
      switch self {
      case .readers: 1
      case .mixture: 0.95
      case .writers: 0
      }
    }
  }

  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.scale.rawValue, title: "Scale",
      method: """
        Through the C interface; keys of 17 bytes and values of 16, 100,000 entries, all keys there, unless it says \
        otherwise. Processes work for \(bench.plan.seconds) s; medians of \(rounds(bench)) rounds.
        """)
    try scaleProcesses(bench, &section)
    try scaleEntries(bench, &section)
    try scaleValues(bench, &section)
    try scaleKeys(bench, &section)
    try scaleHits(bench, &section)
    return section
  }

  private func rounds(_ bench: Bench) -> Int { bench.plan.isQuick ? 1 : 3 }

  private func plan(_ bench: Bench) -> KeyPlan { KeyPlan(entryCount: min(100_000, bench.plan.largest)) }

  private func scaleProcesses(_ bench: Bench, _ section: inout Section) throws {
    let counts = bench.plan.isQuick ? [1, 2, 4] : [1, 2, 4, 8, 16]
    let plan = plan(bench)
    var rounds = Rounds()
    try bench.withFilled(.c, plan) { place in
      for _ in 0..<self.rounds(bench) {
        for count in counts {
          Bench.say("scale: \(count) processes")
          for habit in Habit.allCases {
            let load = Load(seconds: bench.plan.seconds, readShare: habit.readShare)
            let done = try bench.race(.c, place, plan, Array(repeating: load, count: count))
            rounds.add("\(habit) \(count)", done.rate)
          }
        }
      }
    }
    show(
      "Processes at once", "processes", counts, Habit.allCases.map { ($0.rawValue, "\($0)") }, .rate,
      "operations of all together", rounds, &section)
  }

  private func scaleEntries(_ bench: Bench, _ section: inout Section) throws {
    // Ten times the largest, as the issue asks; a quick look does without.
    let sizes = RecoveryTime.sizes(upTo: bench.plan.isQuick ? bench.plan.largest : bench.plan.largest * 10)
    try scale(bench, "One process, by number of entries", "entries", sizes, &section) {
      KeyPlan(entryCount: $0)
    }
  }

  private func scaleValues(_ bench: Bench, _ section: inout Section) throws {
    let sizes = bench.plan.isQuick ? [8, 4096, 65_536] : [8, 64, 512, 4096, 65_536]
    try scale(bench, "One process, by length of values", "bytes of a value", sizes, &section) { size in
      // Not much more than 256 MiB of values.
      var plan = plan(bench)
      plan.entryCount = min(plan.entryCount, max(1000, (256 << 20) / size))
      plan.valueByteCount = size
      return plan
    }
  }

  private func scaleKeys(_ bench: Bench, _ section: inout Section) throws {
    let sizes = bench.plan.isQuick ? [8, 128, 1024] : [8, 16, 32, 64, 128, 256, 512, 1024]
    try scale(bench, "One process, by length of keys", "bytes of a key", sizes, &section) { size in
      var plan = plan(bench)
      plan.keyByteCount = size
      return plan
    }
  }

  private func scaleHits(_ bench: Bench, _ section: inout Section) throws {
    let shares = [0, 50, 90, 100]
    let plan = plan(bench)
    var rounds = Rounds()
    try bench.withFilled(.c, plan) { place in
      for _ in 0..<self.rounds(bench) {
        for share in shares {
          var load = Load(seconds: bench.plan.seconds, readShare: 1)
          load.hitShare = Double(share) / 100
          let done = try bench.race(.c, place, plan, [load])
          rounds.add("get \(share)", 1000 / done.rate)
        }
      }
    }
    show(
      "One reader, by share of keys that are there", "keys that are there, %", shares, [("get", "get")],
      .nanoseconds, "one operation", rounds,
      &section)
  }

  /// Reads and writes by one process, over something that a store can have more or less of.
  private func scale(
    _ bench: Bench, _ title: String, _ axis: String, _ values: [Int], _ section: inout Section,
    _ plan: (Int) -> KeyPlan
  ) throws {
    var rounds = Rounds()
    for value in values {
      Bench.say("scale: \(axis): \(Unit.grouped(value))")
      let plan = plan(value)
      try bench.withFilled(.c, plan) { place in
        for _ in 0..<self.rounds(bench) {
          for (name, share) in [("get", 1.0), ("update", 0)] {
            let done = try bench.race(.c, place, plan, [Load(seconds: bench.plan.seconds, readShare: share)])
            rounds.add("\(name) \(value)", 1000 / done.rate)
          }
        }
      }
    }
    show(
      title, axis, values, [("get", "get"), ("update", "update")], .nanoseconds, "one operation", rounds,
      &section)
  }

  private func show(
    _ title: String, _ axis: String, _ values: [Int], _ series: [(title: String, name: String)], _ unit: Unit,
    _ what: String, _ rounds: Rounds, _ section: inout Section
  ) {
    var table = Table(title, rows: axis, series.map { .init($0.title, unit) })
    for value in values {
      table.add(Unit.grouped(value), series.map { rounds.median("\($0.name) \(value)") })
    }
    section.tables.append(table)
    // Places of equal width: what was measured stands below each point.
    var chart = Chart(
      title, .lines, x: .init(axis, .count, categories: values.map(Unit.grouped)), y: .init(what, unit))
    for (title, name) in series {
      let points = values.enumerated().compactMap { index, value in
        rounds.median("\(name) \(value)").map { Chart.Point(Double(index), $0) }
      }
      chart.series.append(.init(title, points))
    }
    section.charts.append(chart)
  }
}
