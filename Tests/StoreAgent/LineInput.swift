import Glibc

/// Lines of a descriptor; tells whether one is waiting, so that a loop can be ended by the next command.
struct LineInput {
  let descriptor: Int32
  private var unread: [UInt8] = []

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// The next line, without its end; waits for it. `nil` at the end of the input.
  mutating func next() -> String? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeFirst(end + 1)
        return line
      }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return nil }
      unread.append(contentsOf: buffer.prefix(count))
    }
  }

  /// Whether a command is waiting.
  var hasNext: Bool {
    if !unread.isEmpty { return true }
    var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) > 0
  }
}
