import Glibc

/// The names that are a run's own: of segments and peers' files in /dev/shm, and of a folder for what is compiled.
final class Scratch {
  private let prefix: String
  private var count = 0

  init(owner: pid_t) { prefix = "shmbench-\(owner)-" }

  /// A name that nothing has yet.
  func name(_ label: String) -> String {
    count += 1
    return "\(prefix)\(count)-\(label)"
  }

  /// A folder outside of /dev/shm.
  func folder() -> String {
    let path = "/tmp/\(prefix)files"
    mkdir(path, 0o700)
    return path
  }

  /// Removes a store, and the files that a peer has put beside it.
  func remove(_ name: String) { Self.remove(in: "/dev/shm") { $0 == name || $0.hasPrefix(name + "-") } }

  /// Removes whatever bears the run's name.
  func removeAll() {
    Self.remove(in: "/dev/shm") { $0.hasPrefix(prefix) }
    let path = "/tmp/\(prefix)files"
    Self.remove(in: path) { _ in true }
    rmdir(path)
  }

  private static func remove(in folder: String, where isOurs: (String) -> Bool) {
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != "..", isOurs(name) { unlink("\(folder)/\(name)") }
    }
  }
}
