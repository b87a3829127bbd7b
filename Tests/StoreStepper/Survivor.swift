import Glibc
import SharedSimple

/// A process that comes to a store in which another one has died: what it must find, and be able to do.
struct Survivor {
  let name: String
  let outcomes: Outcomes
  /// The dead process held the mutex: until somebody has recovered, words that recovery rebuilds may be wrong.
  let isOrphaned: Bool

  /// A write that takes longer hangs.
  static let hangLimit = Duration.seconds(2)

  /// Looks at everything; returns what is wrong, in words.
  func findings() -> [String] {
    var findings: [String] = []
    do {
      guard World.names(of: name).contains(name) else {
        if !outcomes.allowsNoSegment { findings.append("the segment has no name any more") }
        try makeAnew(&findings)
        return findings
      }
      let allocated = WatchedObject(path: World.path(name))?.allocated
      findings += try SegmentCheck.run(name).filter { !isOrphaned || $0.kind != .derived }.map {
        "before the recovery, \($0)"
      }
      try readOnly(&findings)
      if WatchedObject(path: World.path(name))?.allocated != allocated {
        findings.append("reading has allocated pages")
      }
      try goOn(&findings)
      try clearStrays(&findings)
    } catch {
      findings.append("refused: \(error)")
    }
    return findings
  }

  /// Before anybody has recovered, without the lock.
  private func readOnly(_ findings: inout [String]) throws {
    let store = try SharedStore(name, mode: .readOnly)
    defer { store.close() }
    var found: Contents = [:]
    for key in outcomes.keys {
      let value = try store.bytes(key)
      found[key] = value
      if !outcomes.allows(value, of: key) {
        findings.append("before the recovery, \(key.text) is \(value?.text ?? "missing")")
      }
    }
    let visited = try store.visited
    if visited.withoutBystander != found {
      findings.append("before the recovery, a pass visits \(visited.text), get says \(found.text)")
    }
  }

  /// The first write, with the recovery if one is due; then all that can be asked.
  private func goOn(_ findings: inout [String]) throws {
    var options = StoreOptions()
    options.lockTimeout = Self.hangLimit
    let store = try SharedStore(name, mode: .existing, options: options)
    defer { store.close() }
    try store.put(Bystander.key, "first")
    let contents = try store.contents
    if !outcomes.allows(contents.withoutBystander) {
      findings.append("after the recovery, the entries are \(contents.text)")
    }
    if try store.count != contents.count {
      findings.append("the count is \(try store.count), a walk finds \(contents.count)")
    }
    for (key, value) in contents where try store.bytes(key) != value {
      findings.append("get does not find \(key.text), a walk does")
    }
    findings += try store.check().map { "after the recovery, \($0)" }
    try judgeMemory(&findings)

    // It works on: what is there can be changed, what is not can be put.
    for key in outcomes.keys {
      try store.put(key, "replaced")
      try store.remove(key)
    }
    try store.remove(Bystander.key)
    if try store.count != 0 { findings.append("\(try store.count) entries are left with all removed") }
    findings += try store.check().map { "after more work, \($0)" }
  }

  /// The object has the pages it claims and no others: what a claim that was cut short took has gone back.
  private func judgeMemory(_ findings: inout [String]) throws {
    let memory = try SegmentObserver(name).sample().memory
    let claimed = memory.headerByteCount + memory.windowClaimed.reduce(0, +) + memory.heapClaimed
    if memory.allocated != claimed {
      findings.append("\(memory.allocated) bytes are allocated, \(claimed) are claimed")
    }
    if let last = try SegmentObserver(name).sample().events.last(where: { $0.kind == .recovered }),
      last.second != 0
    {
      findings.append("the recovery has dropped \(last.second) slots")
    }
  }

  /// The name is free: whoever opens it gets a whole store.
  private func makeAnew(_ findings: inout [String]) throws {
    let store = try SharedStore(name, options: SteppedOperation.options)
    try store.put(Bystander.key, "first")
    if try store.contents.count != 1 { findings.append("a new store is not empty") }
    store.close()
    findings += try SegmentCheck.run(name).map { "made anew, \($0)" }
    try clearStrays(&findings)
  }

  /// A killed exclusive open leaves at most one temporary name, and the next one clears it.
  private func clearStrays(_ findings: inout [String]) throws {
    let names = World.names(of: name)
    if names.count > 2 { findings.append("\(names.count - 1) temporary names are left") }
    guard names != [name] else { return }
    var options = SteppedOperation.options
    options.lockTimeout = Self.hangLimit
    let store = try SharedStore(name, mode: .exclusive, options: options)
    defer { store.close() }
    try store.put(Bystander.key, "first")
    let left = World.names(of: name)
    if left != [name] { findings.append("after an exclusive open there are \(left)") }
    findings += try store.check().map { "after an exclusive open, \($0)" }
  }
}

extension SharedStore {
  /// All entries, under the lock.
  var contents: Contents {
    get throws {
      let entries = try all()
      let contents = Contents(entries.map { ($0.key, $0.value) }) { first, _ in first }
      guard contents.count == entries.count else {
        throw SteppedProcess.Failure(description: "a key is there twice")
      }
      return contents
    }
  }

  /// All entries, without the lock.
  var visited: Contents {
    get throws {
      var contents: Contents = [:]
      var isTwice = false
      try forEach { key, value in
        isTwice = isTwice || contents[key.bytes] != nil
        contents[key.bytes] = value.bytes
        return true
      }
      if isTwice { throw SteppedProcess.Failure(description: "a pass has visited a key twice") }
      return contents
    }
  }
}

extension RawSpan {
  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension [UInt8] {
  /// For findings: values here are text.
  var text: String { String(decoding: prefix(24), as: UTF8.self) }
}

extension Contents {
  var text: String {
    let shown = sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { "\($0.key.text)=\($0.value.text)" }
    return "\(count): " + shown.joined(separator: " ")
  }
}
