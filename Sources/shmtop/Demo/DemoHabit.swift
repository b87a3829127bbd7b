import ArgumentParser

/// What a worker of the demo does all day.
enum DemoHabit: String, CaseIterable, ExpressibleByArgument {
  /// Puts users' data, now and then many at once in one hold of the lock. The first one: without it there is nothing to read.
  case writer
  /// Gets users' data, some of it gone already.
  case reader
  /// Increments counters.
  case counter
  /// Lets sessions come and go, in waves that make the table grow and rehash; rarely clears it all.
  case sessions
  /// Does little, but holds the lock for long from time to time.
  case slowHolder = "slow-holder"
  /// Dies by SIGKILL now and then, in the middle of a change.
  case doomed

  /// Who works in a demo of that many: one of each first, then more readers and writers.
  static func roster(_ count: Int) -> [(habit: DemoHabit, name: String)] {
    var readersAndWriters: [DemoHabit: Int] = [:]
    return (0..<count).map { index in
      let habit = index < allCases.count ? allCases[index] : index.isMultiple(of: 2) ? .writer : .reader
      guard habit == .reader || habit == .writer else { return (habit, habit.rawValue) }
      readersAndWriters[habit, default: 0] += 1
      return (habit, "\(habit.rawValue)-\(readersAndWriters[habit]!)")
    }
  }
}
