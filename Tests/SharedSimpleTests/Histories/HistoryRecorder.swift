import Glibc
import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// Records what real processes do to one small segment, round after round: a history each.
///
/// Agents start together and run random operations for some hundred microseconds; timers of their own interrupt
/// them again and again, stop some and kill some, at any instruction. Then others go on, new ones in place of the
/// killed. The processes that live are the same from round to round.
final class HistoryRecorder {
  /// What is recorded.
  struct Plan {
    var style: RecordedMix.Style
    /// Operations of all processes together, roughly.
    var operations = 60
    /// One round in so many has a process that is killed, and stopped; 0: none.
    var killing = 3
    var stopping = 5
    var fault: PlantedFault?
  }

  /// What has been recorded so far.
  struct Figures: CustomStringConvertible {
    var (histories, operations, overlapping, kills, pending, stops) = (0, 0, 0, 0, 0, 0)
    var description: String {
      """
      \(histories) histories, \(operations) operations, \(overlapping) of them overlapping with another process's on \
      the same key; \(kills) processes killed, \(pending) within an operation; \(stops) stopped
      """
    }
  }

  let segment: TemporaryStore
  private let plan: Plan
  private let store: SharedStore
  private let scratch = ScratchFile(byteCount: RecordingFile.byteCount)
  private let file: RecordingFile
  private var agents: [AgentProcess] = []
  private var random: SeededGenerator
  private var round: UInt64 = 0
  private(set) var figures = Figures()

  init(_ segment: TemporaryStore, _ plan: Plan, random: SeededGenerator) throws {
    self.segment = segment
    self.plan = plan
    self.random = random
    store = try segment.open {
      $0.initialSlots = 8
      $0.valueLimit = RecordedValue.byteLimit
      $0.reservation = 64 << 20
    }
    file = try #require(RecordingFile(path: scratch.path))
    agents = try (0..<6).map { _ in try startAgent() }
  }

  private func startAgent() throws -> AgentProcess {
    let agent = try AgentProcess()
    for line in ["h \(segment.name) lockTimeout=60000", "r \(segment.name) mode=readOnly"] {
      let answer = try agent.ask("open", line)
      guard answer == .done([]) else { throw Refused(answer: answer) }
    }
    return agent
  }

  /// An agent said something else than that it is done.
  struct Refused: Error { let answer: AgentReply }

  /// Records one history.
  func record() throws -> History {
    let keyCount =
      plan.style == .keyed ? Int.random(in: 1...8, using: &random) : Int.random(in: 2...5, using: &random)
    let usesFillers = Bool.random(using: &random)
    if happens(oneIn: 3) { try store.removeAll() }
    var initial = try contents(keyCount)
    if try !usesFillers && store.count > initial.count(where: { $0 != .missing }) {
      // Keys of a round before, which this one's removeAll would count.
      try store.removeAll()
      initial = try contents(keyCount)
    }
    file.clear()

    let count = Int.random(in: 2...6, using: &random)
    agents.shuffle(using: &random)
    try run(Array(0..<count), lanes: 0, keyCount, usesFillers, plan.operations / count, isDangerous: true)
    let gone = RecordingFile.now
    // The survivors and the new ones.
    try run([0, 1], lanes: 6, keyCount, usesFillers, max(plan.operations / 12, 1), isDangerous: false)

    var operations = file.operations
    for index in operations.indices {
      if operations[index].returned == nil { operations[index].gone = gone }
      // How many fillers removeAll removed was not recorded.
      guard usesFillers else { continue }
      for step in operations[index].steps.indices where operations[index].steps[step].verb == .removeAll {
        operations[index].steps[step].answer = operations[index].steps[step].answer.map { _ in
          RecordedStep.anyAnswer
        }
      }
    }
    let history = History(initial: initial, operations: operations, final: try contents(keyCount))
    figures.histories += 1
    figures.operations += operations.count
    figures.overlapping += history.overlapping
    figures.pending += history.pending
    return history
  }

  private func contents(_ keyCount: Int) throws -> [RecordedValue] {
    let entries = try store.contents
    return (0..<keyCount).map { RecordedValue(bytes: entries[RecordedMix.key($0)]) }
  }

  /// Lets some agents run together; returns when each has ended or is done. The killed are replaced.
  private func run(
    _ numbers: [Int], lanes firstLane: Int, _ keyCount: Int, _ usesFillers: Bool, _ operations: Int,
    isDangerous: Bool
  ) throws {
    round += 1
    var stopped: [Int] = []
    for (index, number) in numbers.enumerated() {
      var line = """
        record h reader=\(Bool.random(using: &random) ? "r" : "h") file=\(scratch.path) lane=\(firstLane + index) \
        round=\(round) seed=\(random.seedOfPart()) keys=\(keyCount) style=\(plan.style.rawValue) \
        operations=\(operations) fillers=\(usesFillers ? 1 : 0)
        """
      if let fault = plan.fault { line += " fault=\(fault.rawValue)" }
      // Not all of them: somebody has to see what is left.
      if isDangerous, happens(oneIn: plan.killing * numbers.count), index > 0 {
        line += " kill=\(Int.random(in: 0..<operations, using: &random))"
      } else if isDangerous, happens(oneIn: plan.stopping * numbers.count) {
        line += " stop=\(Int.random(in: 0..<operations, using: &random))"
        stopped.append(index)
      }
      try agents[number].send(line)
    }
    try #require(file.start(round, processes: numbers.count), "not all agents came to the barrier")
    figures.stops += stopped.count
    // All of them again and again: one may hold what another one waits for.
    while !stopped.isEmpty {
      usleep(300)
      for index in stopped { agents[numbers[index]].resume() }
      stopped.removeAll { file.hasCompleted(round, lane: firstLane + $0) }
    }
    for number in numbers {
      do {
        let answer = try agents[number].reply(to: "record")
        guard answer == .done([]) else { throw Refused(answer: answer) }
      } catch AgentProcess.Failure.ended(.killed(SIGKILL), _) {
        figures.kills += 1
        agents[number] = try startAgent()
      }
    }
  }

  private func happens(oneIn chance: Int) -> Bool {
    chance > 0 && Int.random(in: 0..<chance, using: &random) == 0
  }
}
