import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

@Suite struct OpenMetricsTests {
  private var text: String {
    let sources = [ExportedSample(), ExportedSample(name: "a \"quoted\" \\name\n")]
    return OpenMetrics(sources.map { MetricSource(identity: $0.identity, sample: $0.sample) }).text
  }

  @Test func `ends as the format wants it, each family once with its help`() {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.suffix(2) == ["# EOF", ""])
    for family in MetricFamily.all {
      #expect(lines.count { $0 == "# TYPE \(family.name) \(family.kind.rawValue)" } == 1)
      #expect(lines.count { $0 == "# HELP \(family.name) \(family.help)" } == 1)
      if let unit = family.unit { #expect(lines.contains("# UNIT \(family.name) \(unit)")) }
    }
    #expect(Set(MetricFamily.all.map(\.name)).count == MetricFamily.all.count)
  }

  @Test func `numbers have all their digits`() {
    #expect(text.contains("shmtop_changes_total{segment=\"orders\"} 18446744073709551615\n"))
    #expect(text.contains("shmtop_lock_acquisitions_total{segment=\"orders\"} 9007199254740993\n"))
    #expect(text.contains("shmtop_lock_wait_seconds_sum{segment=\"orders\"} 12.345678901\n"))
    #expect(
      text.contains("shmtop_segment_created_timestamp_seconds{segment=\"orders\"} 1700000000.000000001\n"))
  }

  @Test func `a histogram counts upward, and what lies beyond its ends is in it`() {
    let prefix = "shmtop_lock_wait_seconds_bucket{segment=\"orders\",le=\""
    let buckets = text.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map {
      $0.dropFirst(prefix.count)
    }
    #expect(buckets.first == "0.000000256\"} 5")
    #expect(buckets.contains("0.002097152\"} 12"))
    #expect(buckets.last == "+Inf\"} 13")
    #expect(text.contains("shmtop_lock_wait_seconds_count{segment=\"orders\"} 13\n"))
  }

  @Test func `nothing raw of what a segment holds is in it`() {
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" })
    // Shown with escapes, and these escaped as the format has it.
    #expect(text.contains(#"name="\\xff\\x1b\"\\\\\\n""#))
    #expect(text.contains(#"segment="a \"quoted\" \\\\name\\n""#))
  }

  /// Prints name, type, unit and the number of points of each family, by the parser of Prometheus' own client.
  static let parsing = """
    import sys
    from prometheus_client import parser
    from prometheus_client.openmetrics import parser as openmetrics
    text = sys.stdin.read()
    for family in openmetrics.text_string_to_metric_families(text):
        print(family.name, family.type, family.unit or "-", len(family.samples))
        for sample in family.samples:
            if sample.name == "shmtop_participant_puts_total": print("name", sample.labels["name"])
    # What node_exporter's textfile collector takes: the older format.
    types = {family.type for family in parser.text_string_to_metric_families(text)}
    assert types <= {"counter", "gauge", "histogram", "unknown"}, types
    """

  @Test(.enabled(if: Python.has("prometheus_client"))) func `Prometheus' parser takes it, units included`()
    async throws
  {
    let lines = try await Python.run(Self.parsing, input: Array(text.utf8)).split(separator: "\n").map(
      String.init)
    for family in MetricFamily.all {
      let line = lines.first { $0.hasPrefix(family.name + " ") } ?? ""
      #expect(line.hasPrefix("\(family.name) \(family.kind.rawValue) \(family.unit ?? "-") "), "\(line)")
      #expect(!line.hasSuffix(" 0"), "\(line)")
    }
    // The same text as in all that is shown.
    #expect(lines.contains(#"name \xff\x1b"\\\n"#))
  }

  @Test(.enabled(if: Python.has("prometheus_client")))
  func `Prometheus' parser takes what the program prints`() async throws {
    let (segment, other) = (TemporaryStore("metrics"), TemporaryStore("metrics-two"))
    let store = try segment.open { $0.participantName = "a \"b\"\\\n\u{1b}" }
    try store.put("key", "value")
    _ = try other.open()
    let one = try await ShmtopProgram.run("--openmetrics", segment.name)
    #expect(one.code == 0 && one.complaint == "")
    #expect(one.output.contains("shmtop_entries{segment=\"\(segment.name)\"} 1\n"))
    let all = try await ShmtopProgram.run("--openmetrics")
    #expect(all.output.contains("shmtop_entries{segment=\"\(segment.name)\"} 1\n"))
    #expect(all.output.contains("shmtop_entries{segment=\"\(other.name)\"} 0\n"))
    for outcome in [one, all] { _ = try await Python.run(Self.parsing, input: outcome.bytes) }
  }

  @Test func `leaves no trace in the segment`() async throws {
    let segment = TemporaryStore("metrics-trace")
    try segment.open().put("key", "value")
    let before = RawObject(segment).bytes(count: 65_536)
    _ = try await ShmtopProgram.run("--openmetrics", segment.name)
    #expect(RawObject(segment).bytes(count: 65_536) == before)
  }
}
