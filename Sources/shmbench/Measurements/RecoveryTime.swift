import SharedSimple

/// The first write after a holder of the lock was killed.
struct RecoveryTime: Measurement {
  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.recovery.rawValue, title: "Recovery",
      method: """
        A process takes the lock and is killed; then a put, which repairs the store first. The processor's time says \
        what it takes, the wall's also who else wanted the processor. Medians of \(bench.plan.rounds) kills.
        """)
    var table = Table(
      "The first put after a kill", rows: "entries",
      [.init("processor", .duration), .init("wall", .duration), .init("a put else", .duration)])
    var chart = Chart(
      "The first put after a holder was killed", .lines, x: .init("entries", .count),
      y: .init("time", .duration))
    var points: [Chart.Point] = []
    for size in Self.sizes(upTo: bench.plan.largest) {
      Bench.say("recovery: \(Unit.grouped(size)) entries")
      let times = try measure(size, bench)
      table.add(Unit.grouped(size), times)
      if let wall = times[1] { points.append(.init(Double(size), wall)) }
    }
    chart.series = [.init("put that recovers, wall time", points)]
    section.tables.append(table)
    section.charts.append(chart)
    return section
  }

  /// Powers of ten.
  static func sizes(upTo largest: Int) -> [Int] {
    var sizes = [min(1_000, largest)]
    while let last = sizes.last, last * 10 <= largest { sizes.append(last * 10) }
    return sizes
  }

  private func measure(_ size: Int, _ bench: Bench) throws -> [Double?] {
    let plan = KeyPlan(entryCount: size)
    let keys = PackedKeys(plan, limit: 1)
    let value = Value(byteCount: 16)
    return try bench.withFilled(.swiftBytes, plan) { place in
      let store = try SharedStore(place, creates: false)
      defer { store.close() }
      var (processor, wall, calm): ([Double], [Double], [Double]) = ([], [], [])
      for _ in 0..<bench.plan.rounds {
        calm.append(try Clock.time { try store.put(keys[0].bytes, value.bytes.bytes) })
        let holder = try bench.start(.hold(place))
        try holder.awaitReadiness()
        try holder.begin()
        _ = try holder.answer(Bool.self)
        holder.kill()
        let start = Clock.ownTime
        wall.append(try Clock.time { try store.put(keys[0].bytes, value.bytes.bytes) })
        processor.append(Double(Clock.ownTime - start))
      }
      guard try SegmentObserver(place.name).sample().lock.recoveries == bench.plan.rounds,
        try store.count == size
      else { throw Failure("the store was not recovered as often as its holder was killed") }
      return [Rounds.median(processor), Rounds.median(wall), Rounds.median(calm)]
    }
  }
}
