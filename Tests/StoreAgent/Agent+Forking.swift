import Glibc

extension Agent {
  /// Forks; the child does the rest of the line with the handles it inherited and ends. Answers the
  /// child's pid at once; `join` answers what the child did.
  mutating func startChild(_ request: Request) throws -> Reply {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return .violated("pipe: errno \(errno)") }
    let pid = fork()
    if pid == 0 {
      Glibc.close(ends[0])
      StoreAgent.send(answer(request.rest), to: ends[1])
      // Not exit: the parent's threads, and what they would flush, do not exist here.
      _exit(0)
    }
    Glibc.close(ends[1])
    guard pid > 0 else { return .violated("fork: errno \(errno)") }
    children.append((pid, ends[0]))
    return .found(pid)
  }

  /// Waits for the child forked first and passes its answer on.
  mutating func joinChild() throws -> Reply {
    guard !children.isEmpty else { throw Request.Misspelt(complaint: "no child to join") }
    let child = children.removeFirst()
    var answer = LineInput(descriptor: child.answer)
    let line = answer.next()
    Glibc.close(child.answer)
    var status: Int32 = 0
    while waitpid(child.pid, &status, 0) < 0 && errno == EINTR {}
    guard status == 0, let line else { return .violated("the child ended with status \(status)") }
    return .relayed(line)
  }
}
