import Glibc

extension Agent {
  private static let ballast = "/dev/shm/ballast"

  /// Fills /dev/shm with a file that is no segment, to its last page or, with `free=`, but for so many pages.
  /// Only for a /dev/shm of the agent's own.
  func layBallast(_ request: Request) -> Reply {
    let descriptor = open(Self.ballast, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return .violated("ballast: errno \(errno)") }
    defer { close(descriptor) }
    let page = [UInt8](repeating: 0, count: 4096)
    lseek(descriptor, 0, SEEK_END)
    while write(descriptor, page, page.count) == page.count {}
    guard errno == ENOSPC else { return .violated("ballast: errno \(errno)") }
    let end = lseek(descriptor, 0, SEEK_END) - 4096 * request.number("free", or: 0)
    return ftruncate(descriptor, end) == 0 ? .done() : .violated("ballast: errno \(errno)")
  }

  /// Takes that file away.
  func dropBallast() -> Reply {
    unlink(Self.ballast) == 0 ? .done() : .violated("ballast: errno \(errno)")
  }

  /// The names in /dev/shm as this process sees it.
  func objects() -> Reply {
    guard let directory = opendir("/dev/shm") else { return .violated("opendir: errno \(errno)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return .done(names.sorted())
  }
}
