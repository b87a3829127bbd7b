import Glibc
import Histogram
import SharedSimple

/// How long puts take while a store grows, and the longest of them against a copy of the table.
struct Growth: Measurement {
  func run(_ bench: Bench) throws -> Section {
    var section = Section(
      name: MeasurementName.growth.rawValue, title: "Growth",
      method: """
        Each put timed while a store grows from empty to \(Unit.grouped(bench.plan.largest)) entries, the look at the \
        clock included; the median of \(bench.plan.rounds) rounds. The longest put is the one that makes the largest \
        table; beside it, one memcpy of that table in private memory that is there already.
        """)
    let keys = PackedKeys(KeyPlan(entryCount: bench.plan.largest))
    let value = Value(byteCount: 16)
    var rounds = Rounds()
    var last = Histogram<UInt64>.ofLatencies
    var tables: [UInt64: [Double]] = [:]
    for round in 1...bench.plan.rounds {
      Bench.say("growth: round \(round) of \(bench.plan.rounds)")
      let place = bench.place("growth")
      defer { bench.scratch.remove(place.name) }
      let store = try SharedStore(place, creates: true)
      var histogram = Histogram<UInt64>.ofLatencies
      for key in keys {
        let start = Clock.now
        try store.put(key.bytes, value.bytes.bytes)
        histogram.record(Clock.now &- start)
      }
      for (name, time) in histogram.summary { rounds.add(name, time) }
      let sample = try SegmentObserver(place.name).sample()
      for event in sample.events where event.kind == .resized {
        tables[event.second, default: []].append(Double(event.duration))
      }
      rounds.add("copy", Self.copyTime(byteCount: sample.table.slotCount * 8))
      rounds.add("table", Double(sample.table.slotCount * 8))
      last = histogram
      store.close()
    }

    var table = Table(
      "A put while growing", rows: "",
      [
        .init("p50", .duration), .init("p99", .duration), .init("p99.9", .duration),
        .init("longest", .duration),
      ])
    table.add("put", Histogram<UInt64>.summaryNames.map { rounds.median($0) })
    section.tables.append(table)
    var copies = Table(
      "The longest pause", rows: "",
      [
        .init("longest put", .duration), .init("memcpy of the table", .duration),
        .init("put / memcpy", .ratio), .init("table", .size),
      ])
    copies.add(
      "at the largest table",
      [
        rounds.median("longest"), rounds.median("copy"), rounds.ratio("longest", to: "copy"),
        rounds.median("table"),
      ])
    section.tables.append(copies)
    var steps = Table(
      "Making a table", rows: "slots", [.init("pause", .duration), .init("a slot", .nanoseconds)])
    for (slots, times) in tables.sorted(by: { $0.key < $1.key }) {
      guard let time = Rounds.median(times) else { continue }
      steps.add(Unit.grouped(Int(slots)), [time, time / Double(slots)])
    }
    section.tables.append(steps)

    var chart = Chart(
      "Puts while growing to \(Unit.grouped(bench.plan.largest)) entries", .lines,
      x: .init("one put in so many takes at least so long", .count), y: .init("time of a put", .duration))
    chart.series = [.init("put", last.tail)]
    section.charts.append(chart)
    var pauses = Chart(
      "Making a larger table", .lines, x: .init("slots", .count), y: .init("pause", .duration))
    pauses.series = [
      .init(
        "pause of the writer; readers go on",
        tables.sorted { $0.key < $1.key }.compactMap { slots, times in
          Rounds.median(times).map { .init(Double(slots), $0) }
        })
    ]
    section.charts.append(pauses)
    if let longest = rounds.median("longest") {
      section.verdicts.append(Verdict("longest put while growing", longest, .atMost, 50e6, .duration))
    }
    return section
  }

  /// Nanoseconds to copy so many bytes, the best of five.
  private static func copyTime(byteCount: Int) -> Double {
    let source = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
    let target = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
    defer {
      source.deallocate()
      target.deallocate()
    }
    memset(source, 1, byteCount)
    memset(target, 2, byteCount)
    return (0..<5).map { _ in Clock.time { memcpy(target, source, byteCount) } }.min() ?? .nan
  }
}

extension Histogram<UInt64> {
  static var summaryNames: [String] { ["p50", "p99", "p99.9", "longest"] }

  /// The percentiles that are shown, by name.
  var summary: [(String, Double)] {
    [
      ("p50", Double(valueAtPercentile(50))), ("p99", Double(valueAtPercentile(99))),
      ("p99.9", Double(valueAtPercentile(99.9))), ("longest", Double(max)),
    ]
  }

  /// Over each power of two, the time that one in so many takes at least.
  var tail: [Chart.Point] {
    var points: [Chart.Point] = []
    var oneIn = 2.0
    while oneIn < Double(totalCount) {
      points.append(.init(oneIn, Double(Swift.max(valueAtPercentile(100 - 100 / oneIn), 1))))
      oneIn *= 2
    }
    points.append(.init(Double(totalCount), Double(max)))
    return points
  }
}
