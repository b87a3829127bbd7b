/// Many keys in one call against as many calls: getMany and putMany.
///
/// The store has no such calls yet. When it has: `isThere` becomes true, and `run` measures them at the plan's sizes
/// beside single calls, in turns, with `Rounds`; the target is at least 2 × single gets at 1,000,000.
struct Batch: Measurement {
  static let isThere = false

  func run(_ bench: Bench) throws -> Section {
    Section(name: MeasurementName.batch.rawValue, title: "Many keys in one call", method: "")
  }
}
