/// Many keys in one call against as many calls: readMany and putMany.
struct Batch: Measurement {
  /// Keys of a call.
  static let keyCount = 1000

  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.batch.rawValue, title: "Many keys in one call",
      method: """
        One process, \(Unit.grouped(Self.keyCount)) keys a call, against a call a key; keys of 17 bytes in random order, \
        values of 16. Through Swift, by address; the median of \(bench.plan.rounds) rounds, in nanoseconds a key.
        """)
    for size in bench.plan.sizes {
      Bench.say("batch: \(Unit.grouped(size)) entries")
      var rounds = Rounds()
      for _ in 0..<bench.plan.rounds {
        let place = bench.place("batch")
        let times: BatchTimes = try bench.ask(.batch(place, KeyPlan(entryCount: size)))
        rounds.add("get", times.get)
        rounds.add("getMany", times.getMany)
        rounds.add("put", times.put)
        rounds.add("putMany", times.putMany)
      }
      var table = Table(
        "\(Unit.grouped(size)) entries", rows: "",
        [
          .init("a call a key", .nanoseconds), .init("in one call", .nanoseconds),
          .init("times as fast", .ratio),
        ])
      for (single, many) in [("get", "getMany"), ("put", "putMany")] {
        table.add(single, [rounds.median(single), rounds.median(many), rounds.ratio(single, to: many)])
      }
      section.tables.append(table)
      if size == 1_000_000, let ratio = rounds.ratio("get", to: "getMany") {
        section.verdicts.append(Verdict("get / getMany, at 1,000,000", ratio, .atLeast, 2))
      }
    }
    return section
  }
}
