import Glibc
import SharedSimple
import Synchronization

extension Agent {
  /// Forks; the child does the rest of the line with the handles it inherited and ends. Answers the
  /// child's pid at once; `join` answers what the child did.
  mutating func startChild(_ request: Request) throws -> Reply {
    let child = try ForkedChild { answer(request.rest) }
    children.append(child)
    return .found(child.pid)
  }

  /// Waits for the child forked first and passes its answer on.
  mutating func joinChild() throws -> Reply {
    guard !children.isEmpty else { throw Request.Misspelt(complaint: "no child to join") }
    return children.removeFirst().join()
  }
}

extension Agent {
  /// Forks again and again while three threads of this process work through the same handle, one of them mostly
  /// inside the lock. Children add one to a counter through the handle they inherited, close it and end, or
  /// execute another program. Every third fork comes from within `withLock`. Answers the number of rounds.
  ///
  /// The locks of Swift's runtime do not survive a fork as those of the C library do: a child forked while another
  /// thread uses a type for the first time waits for ever where it uses one itself (seen, in debug builds, in the
  /// runtime's cache of generic types). So all that threads and children do is done here before the first fork.
  func forkAmidThreads(_ request: Request) throws -> Reply {
    let store = try store(request)
    let rounds = request.number("rounds", or: 20)
    let isOver = Flag()
    var threads: [pthread_t] = []
    let turns = [Counter(), Counter(), Counter()]
    for number in 0..<3 {
      threads.append(
        Self.startThread {
          var turn = 0
          while !isOver.isSet {
            turn += 1
            do {
              try store.put("thread \(number)", "\(turn)")
              _ = try store.get("thread \(number)")
              if number == 0 {
                try store.withLock { section in
                  try section.put("section", "\(turn)")
                  usleep(200)
                }
              }
            } catch { fatalError("\(error)") }
            turns[number].increment()
          }
        })
    }
    defer {
      isOver.set()
      for thread in threads { pthread_join(thread, nil) }
    }
    func work(closing: Bool) -> Reply {
      do {
        try store.increment("children", by: closing ? 1 : 0)
        guard try store.get("children") != nil else { return .violated("the child's count is gone") }
        if closing { store.close() }
        return .done()
      } catch { return .refused(error) }
    }
    // Long enough for the other threads to wait, to fall asleep, and to be let in.
    for _ in 0..<3 {
      let before = turns.map(\.value)
      try store.withLock { section in
        try section.put("forked", "not yet")
        usleep(5000)
      }
      guard work(closing: false).description == "ok" else { return .violated("before the first fork") }
      while zip(turns, before).contains(where: { $0.value < $1 + 20 }) { usleep(1000) }
    }
    for round in 0..<rounds {
      func child() -> Reply { work(closing: true) }
      let reply: Reply
      if round % 4 == 1 {
        let child = fork()
        if child == 0 {
          var words = [strdup("/bin/true"), nil]
          execv("/bin/true", &words)
          _exit(1)
        }
        var status: Int32 = -1
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { return .violated("round \(round): status \(status)") }
        continue
      }
      if round % 3 == 0 {
        // The child inherits the lock's memory, not the lock: it waits for its parent's section to end.
        let forked = try store.withLock { section in
          try section.put("forked", "\(round)")
          return try ForkedChild(child)
        }
        reply = forked.join()
      } else {
        reply = try ForkedChild(child).join()
      }
      guard reply.description == "ok" else { return .violated("round \(round): \(reply)") }
    }
    return .found(rounds)
  }

  private static func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Work: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Work(body)).toOpaque())
    return thread
  }

  private final class Counter: Sendable {
    private let word = Atomic<Int>(0)
    var value: Int { word.load(ordering: .relaxed) }
    func increment() { word.add(1, ordering: .relaxed) }
  }

  private final class Flag: Sendable {
    private let word = Atomic<Bool>(false)
    var isSet: Bool { word.load(ordering: .relaxed) }
    func set() { word.store(true, ordering: .relaxed) }
  }
}

/// A forked child that answers one command through a pipe and ends.
struct ForkedChild {
  let pid: pid_t
  private let answer: Int32

  init(_ body: () -> Reply) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Request.Misspelt(complaint: "pipe: errno \(errno)") }
    pid = fork()
    if pid == 0 {
      Glibc.close(ends[0])
      StoreAgent.send(body(), to: ends[1])
      // Not exit: the parent's threads, and what they would flush, do not exist here.
      _exit(0)
    }
    Glibc.close(ends[1])
    answer = ends[0]
    guard pid > 0 else { throw Request.Misspelt(complaint: "fork: errno \(errno)") }
  }

  /// Waits for the child; its answer.
  func join() -> Reply {
    var lines = LineInput(descriptor: answer)
    let line = lines.next()
    Glibc.close(answer)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    guard status == 0, let line else { return .violated("the child ended with status \(status)") }
    return .relayed(line)
  }
}
