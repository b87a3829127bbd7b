/// Each operation through each of the store's interfaces, and what the hardware allows.
struct Cells: Measurement {
  private let kinds: [SubjectKind] = [.c, .swiftBytes, .swiftText]
  private static let mutex = "mutex"

  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.cells.rawValue, title: "An operation, by interface",
      method: """
        One process; keys of 17 bytes in random order, values of 16; insert grows from empty. Each interface in a \
        process of its own, in turns; the median of \(bench.plan.rounds) rounds, in nanoseconds. The two limits are an \
        uncontended robust mutex, locked and unlocked, and a checked read through an index into records of a cache line.
        """)
    for size in bench.plan.sizes {
      Bench.say("cells: \(Unit.grouped(size)) entries")
      try measure(size, bench, &section)
    }
    return section
  }

  private func measure(_ size: Int, _ bench: Bench, _ section: inout Section) throws {
    var rounds = Rounds()
    for _ in 0..<bench.plan.rounds {
      rounds.add(Self.mutex, HardwareLimits.mutex())
      rounds.add("read", HardwareLimits.read(entryCount: size))
      for kind in kinds {
        let place = bench.place("cells")
        let result: CellTimes = try bench.ask(.cells(kind, place, KeyPlan(entryCount: size)))
        guard result.isRight else {
          throw Failure("\(kind.title) found what it should not have, or did not find it")
        }
        for (cell, time) in result.times { rounds.add(Self.name(kind, cell), time) }
      }
    }

    var table = Table(
      "\(Unit.grouped(size)) entries, ns", rows: "interface",
      Cell.allCases.map { .init($0.rawValue, .nanoseconds) })
    for kind in kinds { table.add(kind.title, Cell.allCases.map { rounds.median(Self.name(kind, $0)) }) }
    section.tables.append(table)
    var ratios = Table(
      "\(Unit.grouped(size)) entries, against the C interface", rows: "interface",
      Cell.allCases.map { .init($0.rawValue, .ratio) })
    for kind in kinds.dropFirst() {
      ratios.add(kind.title, Cell.allCases.map { rounds.ratio(Self.name(kind, $0), to: Self.name(.c, $0)) })
    }
    section.tables.append(ratios)
    var limits = Table(
      "\(Unit.grouped(size)) entries, the hardware", rows: "limit", [.init("", .nanoseconds)])
    limits.add("mutex", [rounds.median(Self.mutex)])
    limits.add("checked read", [rounds.median("read")])
    section.tables.append(limits)

    var chart = Chart(
      "An operation at \(Unit.grouped(size)) entries", .bars,
      x: .init("", .count, categories: Cell.allCases.map(\.rawValue)), y: .init("time", .nanoseconds))
    for kind in kinds {
      chart.series.append(
        .init(
          kind.title,
          Cell.allCases.enumerated().compactMap { index, cell in
            rounds.median(Self.name(kind, cell)).map { .init(Double(index), $0) }
          }))
    }
    section.charts.append(chart)
    judge(size, rounds, &section)
  }

  private func judge(_ size: Int, _ rounds: Rounds, _ section: inout Section) {
    let at = "at \(Unit.grouped(size))"
    func demand(_ what: String, _ value: Double?, atMost limit: Double) {
      if let value { section.verdicts.append(Verdict("\(what), \(at)", value, .atMost, limit)) }
    }
    let (hit, miss, update) = (Self.name(.c, .hit), Self.name(.c, .miss), Self.name(.c, .update))
    if size == 1_000 {
      demand("get, hit / mutex limit", rounds.ratio(hit, to: Self.mutex), atMost: 0.9)
      demand("get, miss / hit", rounds.ratio(miss, to: hit), atMost: 1)
      demand(
        "update / (mutex limit + get)", rounds.median([update, Self.mutex, hit]) { $0[0] / ($0[1] + $0[2]) },
        atMost: 1)
    }
    if size == 1_000_000 {
      demand("get, hit / read limit", rounds.ratio(hit, to: "read"), atMost: 2)
      demand("get, miss / hit", rounds.ratio(miss, to: hit), atMost: 1)
      demand("update / read limit", rounds.ratio(update, to: "read"), atMost: 3)
    }
    for cell in Cell.allCases {
      demand(
        "\(cell.rawValue), Swift bytes / C",
        rounds.ratio(Self.name(.swiftBytes, cell), to: Self.name(.c, cell)),
        atMost: 1.3)
    }
  }

  private static func name(_ kind: SubjectKind, _ cell: Cell) -> String { "\(kind) \(cell)" }
}
