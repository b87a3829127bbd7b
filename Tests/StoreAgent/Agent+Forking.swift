import Glibc

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
