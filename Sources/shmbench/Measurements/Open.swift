import SharedSimple

/// How long it takes to open a store that is there, and to close it.
struct Open: Measurement {
  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.open.rawValue, title: "Opening and closing",
      method: """
        A segment that is there, opened and closed by one process: the first time, and each further time, when the \
        process has mapped other segments before. Medians of \(bench.plan.isQuick ? 20 : 200) times.
        """)
    var table = Table("A handle", rows: "entries", [.init("open", .duration), .init("close", .duration)])
    for size in bench.plan.sizes {
      Bench.say("open: \(Unit.grouped(size)) entries")
      try bench.withFilled(.swiftBytes, KeyPlan(entryCount: size)) { place in
        var opening: [Double] = []
        var closing: [Double] = []
        for _ in 0..<(bench.plan.isQuick ? 20 : 200) {
          var store: SharedStore?
          opening.append(try Clock.time { store = try SharedStore(place, creates: false) })
          closing.append(
            Clock.time {
              store?.close()
              store = nil
            })
        }
        table.add(Unit.grouped(size), [Rounds.median(opening), Rounds.median(closing)])
      }
    }
    section.tables.append(table)
    return section
  }
}
