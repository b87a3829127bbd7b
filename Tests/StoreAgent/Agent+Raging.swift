import Glibc
import SharedSimple

extension Agent {
  /// Opens a name in all modes and takes it away, round after round, beside others that do the same: each open
  /// gives a whole store, or says why not, and nothing of it stays with this process.
  ///
  /// `rage NAME seed=N`, until the next command. Answers how many rounds, how many handles worked, how many
  /// learnt that they were replaced, how many found no such name; then descriptors, mappings and resident
  /// KiB after the first rounds and at the end.
  mutating func rage(_ request: Request) throws -> Reply {
    let name = try request.text(0)
    var random = SplitMix64(seed: request.seed())
    var options = StoreOptions()
    options.initialSlots = 8
    options.reservation = request.number("reservation", or: 1 << 24)
    options.lockTimeout = .seconds(60)
    var tally = RageTally()
    var first: Holdings?
    /// Handles kept for some rounds, so that segments are replaced and unlinked under living handles.
    var kept: [SharedStore] = []
    while first == nil || !input.hasNext {
      tally.rounds += 1
      if random.below(8) == 0, try Self.refusal({ try SharedStore.unlink(name) }) == .notFound {
        tally.missing += 1
      }
      let modes: [OpenMode] = [.shared, .shared, .exclusive, .existing, .readOnly]
      let mode = modes[random.below(modes.count)]
      let seed = random.next()
      var violation: String?
      var opened: SharedStore?
      let refusal = try Self.refusal {
        let store = try SharedStore(name, mode: mode, options: options)
        opened = store
        violation = try Self.use(store, round: tally.rounds, seed: seed)
      }
      switch refusal {
      case nil: tally.worked += 1
      case .replaced: tally.replaced += 1
      case .notFound:
        if mode == .shared || mode == .exclusive { violation = "notFound" }
        tally.missing += 1
      }
      if let violation { return .violated("round \(tally.rounds), \(mode): \(violation)") }
      if let opened {
        if random.below(4) == 0 { kept.append(opened) } else { opened.close() }
      }
      if kept.count > 3 { kept.removeFirst(1 + random.below(3)) }
      if tally.rounds == 400 {
        kept = []
        first = Holdings.now()
      }
    }
    kept = []
    let last = Holdings.now()
    return .done(tally.fields + (first ?? last).fields + last.fields)
  }

  /// What a storm may make an operation say.
  private enum Refusal { case replaced, notFound }

  /// How a body was refused; every other error is thrown on, and ends the rage.
  private static func refusal(_ body: () throws -> Void) throws -> Refusal? {
    do {
      try body()
      return nil
    } catch {
      switch error as? StoreError {
      case .replaced: return .replaced
      case .notFound: return .notFound
      default: throw error
      }
    }
  }

  /// What a handle must be able to do, whatever happens to its name; what is not as it must be.
  private static func use(_ store: SharedStore, round: Int, seed: UInt64) throws -> String? {
    let key = Array("\(getpid())-\(round)".utf8)
    if store.mode == .readOnly {
      _ = try store.count
      var isSound = true
      do {
        try store.forEach { key, value in
          let key = key.withUnsafeBytes { Array($0) }
          isSound = DescribedValue.sequence(of: value.withUnsafeBytes { Array($0) }, key: key) != nil
          return isSound
        }
      } catch {
        guard case .busy = error else { throw error }
      }
      return isSound ? nil : "a walk met a value that nobody put"
    }
    for turn in 0..<4 {
      let value = DescribedValue.make(key: key, sequence: seed &+ UInt64(turn), byteCount: 16 + turn * 4)
      try store.put(key, value)
      guard try store.bytes(key) == value else { return "a put was lost" }
    }
    let entries = try store.all()
    guard entries.allSatisfy({ DescribedValue.sequence(of: $0.value, key: $0.key) != nil }) else {
      return "a value that nobody put"
    }
    guard entries.contains(where: { $0.key == key }) else { return "a put is not in a snapshot" }
    let findings = try store.check()
    guard findings.isEmpty else { return "\(findings)" }
    guard try store.remove(key) else { return "a put was not there to be removed" }
    return nil
  }
}

private struct RageTally {
  var rounds = 0
  var worked = 0
  var replaced = 0
  var missing = 0

  var fields: [String] { ["\(rounds)", "\(worked)", "\(replaced)", "\(missing)"] }
}

/// What a process holds that it could leak.
private struct Holdings {
  let descriptors: Int
  let mappings: Int
  let residentKilobytes: Int

  static func now() -> Holdings {
    let status = text(of: "/proc/self/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Holdings(
      descriptors: names(in: "/proc/self/fd"),
      mappings: text(of: "/proc/self/maps").utf8.count { $0 == UInt8(ascii: "\n") },
      residentKilobytes: Int(line.filter(\.isNumber)) ?? -1)
  }

  var fields: [String] { ["\(descriptors)", "\(mappings)", "\(residentKilobytes)"] }

  private static func names(in path: String) -> Int {
    guard let directory = opendir(path) else { return -1 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
  }

  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
