import ShmtopKit
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
  ])
  func `exact numbers have groups`(number: Int, text: String) { #expect(Quantity.exact(number) == text) }

  @Test(arguments: [
    (0, "0"), (9999, "9999"), (10_000, "10k"), (12_345, "12.3k"), (999_499, "999k"), (999_500, "1M"),
    (4_560_000, "4.56M"), (UInt64.max, "18.4E"),
  ])
  func `counts stay within five columns`(number: UInt64, text: String) {
    #expect(Quantity.count(number) == text)
  }

  @Test(arguments: [
    (0, "0"), (0.001, "<.01"), (0.25, "0.25"), (12.5, "12.5"), (12, "12"), (150.4, "150"), (9999.4, "9999"),
    (9999.5, "10k"), (12_345, "12.3k"), (.nan, "0"), (.infinity, "0"), (-1, "0"),
  ])
  func `rates stay within five columns`(rate: Double, text: String) { #expect(Quantity.rate(rate) == text) }

  @Test(arguments: [
    (0, "0B"), (512, "512B"), (1024, "1K"), (1536, "1.5K"), (1 << 20, "1M"), (16 << 30, "16G"),
    (1000 << 10, "0.98M"),
  ])
  func `bytes stay within five columns`(count: Int, text: String) { #expect(Quantity.bytes(count) == text) }

  @Test(arguments: [
    (0, "0 ns"), (999, "999 ns"), (1000, "1.0 µs"), (2_097_151, "2.1 ms"), (9_960_000, "10 ms"),
    (999_600_000, "1.0 s"), (12_000_000_000, "12 s"), (59_700_000_000, "1.0 min"),
    (180_000_000_000, "3.0 min"),
    (18_000_000_000_000, "5.0 h"), (1_036_800_000_000_000, "12 d"), (UInt64.max, "213504 d"),
  ])
  func `durations have two digits and a unit`(nanoseconds: UInt64, text: String) {
    #expect(Quantity.duration(nanoseconds: nanoseconds) == text)
  }

  @Test(arguments: [(0, "0s"), (59, "59s"), (60, "1m"), (3599, "59m"), (7200, "2h"), (172_800, "2d")])
  func `ages are rounded down`(seconds: UInt64, text: String) {
    #expect(Quantity.age(nanoseconds: seconds * 1_000_000_000) == text)
  }

  @Test func `an age is never negative`() { #expect(Quantity.age(from: 10, to: 5) == "0s") }

  @Test(arguments: [
    (nil, "-"), (0, "0%"), (0.0001, "<0.1%"), (0.004, "0.4%"), (0.1234, "12.3%"), (0.9999, "99.9%"),
    (1, "100%"),
    (1.5, "100%"),
  ])
  func `percentages keep nothing and all apart from nearly`(share: Double?, text: String) {
    #expect(Quantity.percent(share) == text)
  }

  @Test func `every count and byte count fits its columns`() {
    var random = SplitMix(state: 7)
    for _ in 0..<20_000 {
      let number = random.next() >> (random.next() % 64)
      let texts = [Quantity.count(number), Quantity.bytes(number), Quantity.rate(Double(number) / 100)]
      if let wide = texts.first(where: { $0.utf8.count > 5 }) { Issue.record("\(number) gives \(wide)") }
    }
  }
}

@Suite struct NearestNamesTests {
  @Test func `finds typing mistakes, nearest first`() {
    let names = ["orders", "order-cache", "sessions", "a", "metrics"]
    #expect(nearestNames(to: "ordres", among: names) == ["orders"])
    #expect(nearestNames(to: "order", among: names) == ["order-cache", "orders"])
    #expect(nearestNames(to: "Sesions", among: names) == ["sessions"])
    #expect(nearestNames(to: "zq", among: names) == [])
    #expect(nearestNames(to: "", among: names) == [])
  }
}

@Suite struct WallTimeTests {
  @Test func `shows day and time`() {
    let shown = WallTime.full(1_700_000_000_000_000_000)
    #expect(shown.hasPrefix("2023-11-1"))
    #expect(shown.utf8.count == 19)
    #expect(shown.hasSuffix(WallTime.clock(1_700_000_000_000_000_000)))
  }

  @Test func `takes any number a segment may hold`() { #expect(WallTime.full(.max).hasPrefix("2554-")) }
}
