import TestSupport
import Testing

@testable import StoreSoak

/// Short forms of what `StoreSoak` does for hours.
struct SoakTests {
  @Test func `8 processes with random operations, kills, stops and replacements lose nothing`() throws {
    var random = SeededGenerator(printedFor: "the soak")
    var options = SoakOptions()
    options.duration = .seconds(Effort.times(12))
    options.round = .seconds(3)
    options.seed = random.seedOfPart()
    let soak = try Soak(options) { print($0) }
    try soak.run()
    #expect(soak.violations.isEmpty)
    #expect(soak.figures.entriesLost == 0)
    #expect(soak.figures.comparisons > 0)
  }

  @Test
  func `16 processes that create, replace and unlink one name, killed at random, leave and leak nothing`()
    throws
  {
    var random = SeededGenerator(printedFor: "the storm")
    let storm = Storm(seed: random.seedOfPart()) { print($0) }
    try storm.run(processCount: 16, for: .seconds(Effort.times(6)))
    #expect(storm.violations.isEmpty)
  }
}
