import Glibc
import ShmtopKit

/// The three streams that a process is started with.
enum StandardStreams {
  /// Opens what the caller has closed, so that a segment never gets the number of a standard stream and
  /// a message never ends up in it; and makes a closed pipe an error of the write, not a death in the middle.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    // A recording that has become as large as a file may be is an error of the write as well.
    signal(SIGXFSZ, SIG_IGN)
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) == -1 {
      // The lowest free number, which is this one. The wrong way round on purpose: using it is an error.
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes all of the bytes to standard output.
  ///
  /// - Throws: ``OutputClosed`` where nobody reads any more; a ``Failure`` where the system refuses.
  static func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0, to: STDOUT_FILENO) }
  }

  /// Writes text and ends the line.
  static func writeLine(_ text: String) throws { try write(Array((text + "\n").utf8)) }

  /// Writes a message to standard error, if anybody listens.
  static func complain(_ message: String) {
    Array((message + "\n").utf8).withUnsafeBytes { try? write($0, to: STDERR_FILENO) }
  }

  /// Reads standard input to its end, or `limit` bytes of it.
  static func readAll(limit: Int = .max) throws -> [UInt8] {
    try readAll(of: STDIN_FILENO, named: "Standard input", limit: limit)
  }

  /// Reads a file to its end.
  static func readAll(ofFile path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(
        errno == ENOENT || errno == ENOTDIR ? .notThere : .systemRefused,
        "“\(path)” cannot be opened: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    return try readAll(of: descriptor, named: "“\(path)”", limit: .max)
  }

  private static func readAll(of descriptor: Int32, named name: String, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(.systemRefused, "\(name) cannot be read: \(String(cString: strerror(errno))).")
      }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Whether somebody has gone away from the other end of standard output.
  static var outputIsClosed: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
  }

  static func isTerminal(_ stream: Int32) -> Bool { isatty(stream) == 1 }

  private static func write(_ bytes: UnsafeRawBufferPointer, to stream: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(stream, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      // A pipe that others share may have been made non-blocking by one of them.
      case EAGAIN:
        var output = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
        poll(&output, 1, -1)
      case EPIPE, EBADF: throw OutputClosed()
      case let code:
        throw Failure(
          .systemRefused, "Standard output cannot be written: \(String(cString: strerror(code))).")
      }
    }
  }
}

/// Nobody reads the output any more: an end, not a failure.
struct OutputClosed: Error {}
