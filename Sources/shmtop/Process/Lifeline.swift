import Glibc
import ShmtopKit

/// A pipe through which a child learns that its parent is gone, whatever ended it.
///
/// Nothing is ever written. The parent alone holds the writing end, so the kernel closes it with the
/// parent, SIGKILL included, and the child sees the end of its standard input. A child that is started
/// too late sees it at once: there is no race, as there is with the parent's pid.
struct Lifeline {
  private let readingEnd: Int32
  private let writingEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw Failure(.systemRefused, "A pipe cannot be made: \(String(cString: strerror(errno))).")
    }
    // So that no other child holds a copy that would keep the line open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  /// Starts this program as a child at the other end of the line.
  func start(_ arguments: [String]) throws -> Child { try Child(arguments: arguments, input: readingEnd) }

  /// Tells the children that this is the end.
  func cut() {
    close(writingEnd)
    close(readingEnd)
  }

  /// In a child: waits for so many seconds.
  ///
  /// - Returns: false as soon as the parent is gone.
  static func holds(forSeconds seconds: Double) -> Bool {
    let deadline = Clock.seconds + seconds
    while true {
      let left = max(0, deadline - Clock.seconds)
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      if poll(&input, 1, Int32((left * 1000).rounded(.up))) > 0 { return false }
      if left == 0 { return true }
    }
  }
}
