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
    // The processor's time says what it takes; the wall's also who else wanted the processor meanwhile.
    print("                        the first put after a kill: median (least, most)")
    print(
      "entries     slots       processor time                  wall time                       undisturbed")
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
    let calm = try timed { try store.put(key(count / 2), "sixteen bytes...") }
    var times: [(processor: UInt64, wall: UInt64)] = []
    for _ in 0..<rounds {
      let holder = try AgentProcess()
      guard try holder.ask("open", "h", segment.name) == .done([]), try holder.ask("hold", "h") == .done([])
      else { throw ExitCode(1) }
      holder.kill()
      times.append(try timed { try store.put(key(count / 2), "sixteen bytes...") })
    }
    let sample = try SegmentObserver(segment.name).sample()
    guard sample.lock.recoveries == rounds, try store.count == count, try store.check().isEmpty else {
      print("the store is not as it was")
      throw ExitCode(1)
    }
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(width - text.count, 1))
    }
    func summary(_ times: [UInt64]) -> String {
      let times = times.sorted()
      return
        "\(Self.text(times[times.count / 2])) (\(Self.text(times[0])), \(Self.text(times[times.count - 1])))"
    }
    print(
      column("\(count)", 12) + column("\(sample.table.slotCount)", 12)
        + column(summary(times.map(\.processor)), 32) + column(summary(times.map(\.wall)), 32)
        + Self.text(calm.wall))
  }

  private func timed(_ body: () throws -> Void) rethrows -> (processor: UInt64, wall: UInt64) {
    func now(_ clock: clockid_t) -> UInt64 {
      var time = timespec()
      clock_gettime(clock, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
    let (processor, wall) = (now(CLOCK_THREAD_CPUTIME_ID), now(CLOCK_MONOTONIC))
    try body()
    return (now(CLOCK_THREAD_CPUTIME_ID) - processor, now(CLOCK_MONOTONIC) - wall)
  }

  private static func text(_ nanoseconds: UInt64) -> String {
    let hundredths = (nanoseconds + 5_000) / 10_000
    return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst()) ms"
  }
}
