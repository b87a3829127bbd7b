import Glibc
import SharedSimple
import ShmtopKit

/// Keeps the demo's workers at work: replaces those that die, and ends them all at the end.
struct DemoSupervisor {
  let segment: String
  let workerCount: Int
  let keyCount: Int

  private struct Post {
    let habit: DemoHabit
    let name: String
    var child: Child?
    /// When the next one comes, if the last one died.
    var vacantUntil = 0.0
  }

  /// Returns when the process that started this one is gone.
  func run() throws {
    let lifeline = try Lifeline()
    var posts = DemoHabit.roster(workerCount).map { Post(habit: $0.habit, name: $0.name) }
    // Arbitrary: long enough that the rows of the dead are seen.
    var reapsAt = Clock.seconds + 60
    repeat {
      let now = Clock.seconds
      while let pid = Child.nextEnded() {
        guard let index = posts.firstIndex(where: { $0.child?.pid == pid }) else { continue }
        posts[index].child = nil
        posts[index].vacantUntil = now + 2
      }
      for index in posts.indices where posts[index].child == nil && posts[index].vacantUntil <= now {
        posts[index].child = try? lifeline.start(arguments(for: posts[index]))
        posts[index].vacantUntil = now + 2
      }
      if now >= reapsAt {
        reapsAt = now + 60
        reap()
      }
    } while Lifeline.holds(forSeconds: 0.2)

    lifeline.cut()
    end(posts.compactMap(\.child))
    try? SharedStore.unlink(segment)
  }

  private func arguments(for post: Post) -> [String] {
    [DemoWorkerCommand.name, segment, post.habit.rawValue, post.name, String(keyCount)]
  }

  private func reap() {
    var options = StoreOptions()
    options.participantName = "supervisor"
    options.lockTimeout = .seconds(1)
    guard let store = try? SharedStore(segment, mode: .existing, options: options) else { return }
    _ = try? store.reap()
    store.close()
  }

  /// Lets the workers leave by themselves, and kills those that do not.
  private func end(_ children: [Child]) {
    var left = children
    // One that was stopped cannot see that its lifeline has ended.
    for child in left { child.kill(SIGCONT) }
    for _ in 0..<100 where !left.isEmpty {
      while let pid = Child.nextEnded() { left.removeAll { $0.pid == pid } }
      usleep(20_000)
    }
    for child in left {
      child.kill(SIGKILL)
      child.wait()
    }
  }
}
