import Glibc

/// All objects that bear a segment's name: its own, and the temporary names of exclusive opens.
///
/// What a kill leaves is this and nothing else, so two moments with the same world are one case.
final class World {
  private let name: String
  private var objects: [(name: String, object: WatchedObject)] = []
  private var robustList = SteppedProcess.RobustList(first: 0, pending: 0)

  init(name: String) {
    self.name = name
    lookForNames()
  }

  /// Whether the last instruction of a child has changed what its death would leave.
  func hasChanged(by child: SteppedProcess, afterSystemCall: Bool) -> Bool {
    var isChanged = false
    if afterSystemCall { isChanged = lookForNames() }
    for (_, object) in objects where object.hasChanged() { isChanged = true }
    let robustList = child.robustList
    if robustList != self.robustList {
      self.robustList = robustList
      isChanged = true
    }
    return isChanged
  }

  /// Returns whether there are other names, other objects, or other holes in them than before.
  @discardableResult
  private func lookForNames() -> Bool {
    var isChanged = false
    var found: [(name: String, object: WatchedObject)] = []
    for name in Self.names(of: name) {
      let old = objects.first { $0.name == name }
      if let old, Self.inode(name) == old.object.inode {
        isChanged = old.object.lookForHoles() || isChanged
        found.append(old)
      } else if let object = WatchedObject(path: Self.path(name)) {
        isChanged = true
        found.append((name, object))
      }
    }
    isChanged = isChanged || found.count != objects.count
    objects = found
    return isChanged
  }

  /// The format's batch word: the list of a transaction that is decided and not done, or 0.
  var batchWord: UInt32 { objects.first { $0.name == name }?.object.word(at: 368) ?? 0 }

  /// The lock words that the kernel would mark at the child's death now, by object and offset.
  func marksOfDeath(_ child: SteppedProcess) -> [(inode: UInt64, offset: Int, word: UInt32)] {
    child.robustLockWords.compactMap { address in
      guard let (inode, offset) = child.place(of: address),
        let word = objects.first(where: { $0.object.inode == inode })?.object.word(at: offset)
      else { return nil }
      // As handle_futex_death: only a lock the thread owns; the waiters' bit stays.
      guard word & 0x3FFF_FFFF == UInt32(bitPattern: child.pid) else { return nil }
      return (inode, offset, word & 0x8000_0000 | 0x4000_0000)
    }
  }

  /// Lays down, under another segment name, what the child's death would leave. Returns whether a mutex is
  /// left without its owner.
  func copyAsAfterDeath(_ child: SteppedProcess, to copy: String) throws -> Bool {
    Self.remove(copy)
    let marks = marksOfDeath(child)
    for (name, object) in objects {
      let own = marks.filter { $0.inode == object.inode }.map { ($0.offset, $0.word) }
      try object.copy(to: Self.path(Self.renamed(name, from: self.name, to: copy)), marks: own)
    }
    return !marks.isEmpty
  }

  /// Where a copy differs from what there is now, in words.
  func differences(to copy: String) -> [String] {
    lookForNames()
    for (_, object) in objects { _ = object.hasChanged() }
    let expected = Self.names(of: copy)
    let found = objects.map { Self.renamed($0.name, from: name, to: copy) }
    guard expected == found else { return ["the names are \(found), the copy has \(expected)"] }
    return objects.flatMap { name, object in
      let path = Self.path(Self.renamed(name, from: self.name, to: copy))
      return object.differences(to: path).map { "byte \($0) of \(name) differs from the copy" }
    }
  }

  // MARK: Names

  static func path(_ name: String) -> String { "/dev/shm/\(name)" }

  private static func inode(_ name: String) -> UInt64? {
    var status = stat()
    return lstat(path(name), &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// The names that come from a segment's, in order.
  static func names(of name: String) -> [String] {
    guard let directory = opendir("/dev/shm") else { return [] }
    defer { closedir(directory) }
    let prefix = temporaryPrefix(name)
    var found: [String] = []
    while let entry = readdir(directory) {
      let entryName = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if entryName == name || entryName.hasPrefix(prefix) { found.append(entryName) }
    }
    return found.sorted()
  }

  static func remove(_ name: String) {
    for name in names(of: name) { unlink(path(name)) }
  }

  /// What the temporary names of exclusive opens begin with: `.shs-`, the name's FNV-1a, `-`.
  private static func temporaryPrefix(_ name: String) -> String {
    let digest = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    let digits = String(digest, radix: 16)
    return ".shs-" + String(repeating: "0", count: 16 - digits.count) + digits + "-"
  }

  private static func renamed(_ name: String, from old: String, to new: String) -> String {
    name == old ? new : temporaryPrefix(new) + name.dropFirst(temporaryPrefix(old).count)
  }
}
