import Glibc
import SharedSimple

/// What a store takes of /dev/shm.
struct Memory: Measurement {
  func run(_ bench: Bench) throws -> Section {
    let size = bench.plan.largest
    var section = Section(
      name: MeasurementName.memory.rawValue, title: "Memory",
      method: """
        Blocks that the system has allocated to the segment, × 512; keys of 17 bytes, values of 16. Churn: \
        \(Unit.grouped(10 * size)) operations on a store of \(Unit.grouped(size)) entries, half of them puts and half \
        removes, of random keys out of twice as many.
        """)
    var table = Table("/dev/shm", rows: "", [.init("allocated", .size), .init("bytes an entry", .bytes)])
    let place = bench.place("memory")
    defer { bench.scratch.remove(place.name) }
    let store = try SharedStore(place, creates: true)
    defer { store.close() }
    let empty = try Self.allocated(place)
    table.add("empty store", [empty, nil])

    Bench.say("memory: growing to \(Unit.grouped(size)) entries")
    let plan = KeyPlan(entryCount: 2 * size)
    let keys = PackedKeys(plan)
    defer { keys.deallocate() }
    let value = Value(byteCount: 16)
    var curve: [Chart.Point] = []
    var nextPoint = 100.0
    for index in 0..<size {
      try store.put(keys[index].bytes, value.bytes.bytes)
      if Double(index + 1) >= nextPoint || index + 1 == size {
        curve.append(.init(Double(index + 1), try Self.allocated(place) / Double(index + 1)))
        nextPoint *= 1.122
      }
    }
    let grown = try Self.allocated(place)
    table.add("\(Unit.grouped(size)) entries", [grown, grown / Double(size)])

    Bench.say("memory: churn of \(Unit.grouped(10 * size)) operations")
    var random = SplitMix(seed: 7)
    for _ in 0..<10 * size {
      let draw = random.next()
      let key = keys[Int(draw >> 1 % UInt64(2 * size))]
      if draw & 1 == 0 {
        try store.put(key.bytes, value.bytes.bytes)
      } else {
        try store.remove(ForeignBytes(bytes: key))
      }
    }
    let churned = try Self.allocated(place)
    let count = try store.count
    table.add("after churn, \(Unit.grouped(count)) entries", [churned, churned / Double(max(count, 1))])
    section.tables.append(table)

    var chart = Chart(
      "Memory of a growing store, keys of 17 bytes and values of 16", .lines, x: .init("entries", .count),
      y: .init("of /dev/shm an entry", .bytes))
    chart.series = [.init("allocated bytes an entry", curve)]
    section.charts.append(chart)
    section.verdicts.append(Verdict("empty store", empty, .atMost, 256 * 1024, .size))
    if size == 1_000_000 {
      section.verdicts.append(
        Verdict("bytes an entry at \(Unit.grouped(size))", grown / Double(size), .atMost, 110, .bytes))
    }
    return section
  }

  private static func allocated(_ place: Place) throws -> Double {
    var status = stat()
    guard stat(place.path, &status) == 0 else { throw Failure("\(place.path) is not there") }
    return Double(status.st_blocks) * 512
  }
}
