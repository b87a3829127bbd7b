import ArgumentParser
import Glibc
import SharedSimple
import TestSupport

struct RecoveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery",
    abstract: "Times the first write after a holder was killed, for stores of 1,000 to 1,000,000 entries.")

  @Option(help: "Times to measure each size.") var rounds: Int = 5
  @Option(help: "Entries of the largest store.") var entries: Int = 1_000_000

  func run() throws {
    print("entries     slots       first put after a kill: least, median, most      an undisturbed put")
    var count = 1000
    while count <= entries {
      try measure(count)
      count *= 10
    }
  }

  private func measure(_ count: Int) throws {
    let segment = TemporaryStore("recovery")
    let store = try segment.open()
    func key(_ index: Int) -> String {
      let digits = String(index)
      return "key-" + String(repeating: "0", count: 13 - digits.utf8.count) + digits
    }
    for index in 0..<count { try store.put(key(index), "sixteen bytes...") }
    // A tenth is free, as in a store that has lived.
    for index in 0..<count / 10 { try store.put(key(index), "twenty-four bytes long..") }
    let calm = try nanoseconds { try store.put(key(count / 2), "sixteen bytes...") }
    var times: [UInt64] = []
    for _ in 0..<rounds {
      let holder = try AgentProcess()
      guard try holder.ask("open", "h", segment.name) == .done([]), try holder.ask("hold", "h") == .done([])
      else { throw ExitCode(1) }
      holder.kill()
      times.append(try nanoseconds { try store.put(key(count / 2), "sixteen bytes...") })
    }
    let sample = try SegmentObserver(segment.name).sample()
    guard sample.lock.recoveries == rounds, try store.count == count, try store.check().isEmpty else {
      print("the store is not as it was")
      throw ExitCode(1)
    }
    times.sort()
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(width - text.count, 1))
    }
    print(
      column("\(count)", 12) + column("\(sample.table.slotCount)", 12)
        + column(
          [times[0], times[times.count / 2], times[times.count - 1]].map(Self.text).joined(separator: ", "),
          49)
        + Self.text(calm))
  }

  private func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
    let start = ContinuousClock.now
    try body()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }

  private static func text(_ nanoseconds: UInt64) -> String {
    let micros = nanoseconds / 10
    return "\(micros / 100_000).\(String(micros % 100_000 + 100_000).dropFirst()) ms"
  }
}
