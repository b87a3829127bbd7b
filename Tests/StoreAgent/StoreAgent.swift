import Glibc

/// A process that does to stores what the lines on its standard input say, and answers each with a line.
///
/// It leaves when its input closes, also in the middle of a loop, so that no test leaves one behind.
@main
enum StoreAgent {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    leaveWhenInputCloses()
    if CommandLine.arguments.contains(executed) { send(.done()) }
    var agent = Agent(input: LineInput(descriptor: 0))
    while let line = agent.input.next() {
      send(agent.answer(line))
    }
  }

  /// The argument of an agent that another one has executed: that one's last command is still to be answered.
  static let executed = "executed"

  /// Writes one line of answer.
  static func send(_ reply: Reply, to descriptor: Int32 = 1) {
    var rest = ArraySlice(Array((reply.description + "\n").utf8))
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { _exit(1) }
      rest = rest.dropFirst(max(count, 0))
    }
  }

  /// A thread that sees the far end of the input go and ends the process, whatever it is doing.
  private static func leaveWhenInputCloses() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var input = pollfd(fd: 0, events: 0, revents: 0)
        while poll(&input, 1, -1) < 1 {}
        _exit(0)
      }, nil)
  }
}
