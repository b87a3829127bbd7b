import ArgumentParser

/// What the demo's supervisor process runs.
struct DemoSupervisorCommand: ParsableCommand {
  static let name = "demo-supervisor"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  @Argument var segment: String
  @Argument var workers: Int
  @Argument var keys: Int

  func run() throws { try DemoSupervisor(segment: segment, workerCount: workers, keyCount: keys).run() }
}

/// What each of the demo's worker processes runs.
struct DemoWorkerCommand: ParsableCommand {
  static let name = "demo-worker"
  static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

  @Argument var segment: String
  @Argument var habit: DemoHabit
  @Argument var name: String
  @Argument var keys: Int

  func run() throws { DemoWorker(segment: segment, habit: habit, name: name, keyCount: keys).run() }
}
