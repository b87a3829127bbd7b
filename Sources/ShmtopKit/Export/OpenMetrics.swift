public import SharedSimple

/// An exposition of all gauges, counters and histograms of segments, in the OpenMetrics text format 1.0.
///
/// Prometheus scrapes it, and node_exporter's textfile collector takes it too. That one knows counters, gauges and
/// histograms alone and refuses a file with any other type in it, so what is an info or a state set by its nature
/// is written as gauges.
public struct OpenMetrics: Sendable {
  private let sources: [MetricSource]

  /// - Parameter sources: each name once.
  public init(_ sources: [MetricSource]) { self.sources = sources }

  /// Ends in `# EOF` and a line end.
  public var text: String {
    var lines: [String] = []
    for family in MetricFamily.all {
      let points = sources.flatMap { source in family.lines(source) }
      if points.isEmpty { continue }
      lines.append("# TYPE \(family.name) \(family.kind.rawValue)")
      if let unit = family.unit { lines.append("# UNIT \(family.name) \(unit)") }
      lines.append("# HELP \(family.name) \(family.help)")
      lines += points
    }
    return (lines + ["# EOF", ""]).joined(separator: "\n")
  }
}

/// What the points of one segment are made from.
public struct MetricSource: Sendable {
  let identity: SegmentIdentity
  let sample: SegmentSample
  let remarks: Remarks

  public init(identity: SegmentIdentity, sample: SegmentSample, remarks: Remarks = Remarks()) {
    (self.identity, self.sample, self.remarks) = (identity, sample, remarks)
  }
}

/// One metric: its name, type, unit, meaning, and how its points come from a sample.
struct MetricFamily: Sendable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  typealias Label = (name: String, value: String)

  let name: String
  let kind: Kind
  let help: String
  /// What must be known of a segment for there to be points of it.
  private var needs: Knowledge = []
  private let points: @Sendable (MetricSource) -> [Point]

  struct Point: Sendable {
    var suffix = ""
    var labels: [Label] = []
    let value: MetricNumber
  }

  init(
    _ name: String, _ kind: Kind, _ help: String, _ points: @escaping @Sendable (MetricSource) -> [Point]
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.points = points
  }

  /// A metric of one number a segment; no point where that is nil.
  init(
    _ name: String, _ kind: Kind, _ help: String,
    number: @escaping @Sendable (SegmentSample) -> MetricNumber?
  ) {
    self.init(name, kind, help) { source in number(source.sample).map { [Point(value: $0)] } ?? [] }
  }

  /// A metric of one number a participant.
  init(
    _ name: String, _ kind: Kind, _ help: String,
    participant number: @escaping @Sendable (ParticipantSample, SegmentSample) -> MetricNumber?
  ) {
    self.init(name, kind, help) { source in
      source.sample.participants.compactMap { row in
        number(row, source.sample).map { Point(labels: Self.labels(row), value: $0) }
      }
    }
  }

  /// The same metric, of segments of which that is known.
  func needing(_ knowledge: Knowledge) -> MetricFamily {
    var family = self
    family.needs.formUnion(knowledge)
    return family
  }

  /// The base unit is the end of the name, as the format wants it.
  var unit: String? { ["seconds", "bytes"].first { name.hasSuffix("_" + $0) } }

  func lines(_ source: MetricSource) -> [String] {
    guard source.identity.knowledge.isSuperset(of: needs) else { return [] }
    return points(source).map { point in
      let labels = [("segment", SafeText(source.identity.name).text)] + point.labels
      let text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
      return "\(name)\(point.suffix)\(kind == .counter ? "_total" : ""){\(text)} \(point.value.text)"
    }
  }

  /// Row, process and name: a process may have several handles, and two processes the same name.
  static func labels(_ row: ParticipantSample) -> [Label] {
    [
      ("slot", String(row.slot)), ("pid", String(row.pid)), ("name", SafeText(row.name).text),
      ("inspector", String(row.isInspector)),
    ]
  }

  /// Line ends, which the format would have escaped too, are none left by then: see `SafeText`.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      if scalar == "\\" || scalar == "\"" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text
  }
}

/// A number with all its digits. Seconds are exact to the nanosecond, which a binary fraction is not.
struct MetricNumber: Sendable {
  let text: String

  init(_ count: some BinaryInteger) { text = String(count) }

  init(seconds nanoseconds: UInt64) {
    let fraction = String(nanoseconds % 1_000_000_000)
    text =
      "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
  }

  init(_ condition: Bool) { text = condition ? "1" : "0" }
}
