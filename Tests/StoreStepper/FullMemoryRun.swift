import Glibc
import SharedSimple

/// Readers stopped at the steps of a read while others grow, empty and churn the store and somebody else takes the
/// last page of /dev/shm: continued, the read ends with a right answer or a clear error, never with SIGBUS, and
/// takes no page.
///
/// Runs in a /dev/shm of its own, of a few MiB.
struct FullMemoryRun {
  let reading: Reading
  let report: Report
  let samples: Int
  private static let segment = "full"

  /// What a child reads, again and again, from one mark to the next.
  enum Reading: String, CaseIterable {
    case get, getWritable = "get-writable", sample, scan

    /// One read, after which what was read is right or this throws.
    func reader(of segment: String) throws -> () throws -> Void {
      switch self {
      case .get, .getWritable:
        let store = try SharedStore(segment, mode: self == .get ? .readOnly : .existing)
        return {
          do {
            let value = try store.bytes(FullMemoryRun.key(3))
            guard value == nil || value == FullMemoryRun.value(3) else {
              throw SteppedProcess.Failure(description: "a value that was never put: \(value!.text)")
            }
          } catch StoreError.busy {}
        }
      case .sample:
        let observer = try SegmentObserver(segment)
        return { _ = try observer.sample() }
      case .scan:
        let observer = try SegmentObserver(segment)
        return {
          var cursor = TableCursor()
          var wrong: [UInt8]?
          do {
            while try observer.scan(
              &cursor, slotLimit: 64,
              { key, value, _ in
                if !value.bytes.starts(with: key.bytes) { wrong = value.bytes }
              })
            {}
          } catch StoreError.busy {}
          if let wrong {
            throw SteppedProcess.Failure(description: "a value that was never put: \(wrong.text)")
          }
        }
      }
    }
  }

  private static func key(_ index: Int) -> [UInt8] { Array("key \(index)".utf8) }
  /// Begins with its key; lengths differ, so that blocks of several sizes come and go.
  private static func value(_ index: Int) -> [UInt8] {
    key(index) + [UInt8](repeating: UInt8(ascii: "."), count: 1 + index * 37 % 400)
  }

  func run() throws {
    var (disturbed, longest) = (0, 0)
    while disturbed < samples {
      World.remove(Self.segment)
      var options = SteppedOperation.options
      options.reservation = 4 << 20
      let store = try SharedStore(Self.segment, options: options)
      defer { store.close() }
      for index in 0..<5 { try store.put(Self.key(index), Self.value(index)) }
      let child = try SteppedProcess(["read-" + reading.rawValue, Self.segment])
      // Once undisturbed, to know its length.
      while try child.step() {}
      longest = max(longest, child.stepCount)
      // Few to a segment: each has to find regions that have grown beyond what the reader believes in.
      for round in 0..<min(5, samples - disturbed) {
        try child.begin()
        try child.step(times: Chance.below(longest) + 1)
        let moment = "\(reading.rawValue), step \(child.stepCount)"
        try HangWatch.watch(moment) {
          try disturb(store, round)
          let before = WatchedObject(path: World.path(Self.segment))?.allocated
          let ballast = try Ballast()
          if child.state == .stopped { try child.goOn() }
          var findings = child.state == .done ? [] : ["the reader has \(child.state)"]
          if WatchedObject(path: World.path(Self.segment))?.allocated != before {
            findings.append("the read has taken pages")
          }
          ballast.drop()
          try report.note(findings, at: moment)
        }
        disturbed += 1
        guard child.state == .done else { break }
      }
    }
    report.say("\(reading.rawValue): stopped at \(disturbed) of \(longest) steps, with /dev/shm then full")
  }

  /// All that others may do meanwhile; more of it each time, so that windows and heap are claimed further.
  private func disturb(_ store: SharedStore, _ round: Int) throws {
    let count = 600 << round
    for index in 0..<count where index != 3 { try store.put(Self.key(index), Self.value(index)) }
    try store.removeAll()
    for index in (0..<400).reversed() { try store.put(Self.key(index), Self.value(index)) }
    for index in 0..<400 where index % 7 != 3 { try store.remove(Self.key(index)) }
    for index in 0..<40 { try store.put(Self.key(index), Self.value(index)) }
    // What the next reader has in hand lies far up the heap; of the one after that, where nothing is any more.
    guard !round.isMultiple(of: 2) else { return }
    try store.removeAll()
    for index in 0..<5 { try store.put(Self.key(index), Self.value(index)) }
  }
}

/// Somebody else's file that takes all the room there is.
struct Ballast {
  private static let path = "/dev/shm/ballast"

  init() throws {
    let descriptor = open(Self.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SteppedProcess.Failure(description: "ballast: errno \(errno)") }
    defer { close(descriptor) }
    let page = [UInt8](repeating: 0, count: 4096)
    while write(descriptor, page, page.count) == page.count {}
    guard errno == ENOSPC else { throw SteppedProcess.Failure(description: "ballast: errno \(errno)") }
  }

  func drop() { unlink(Self.path) }
}

/// A /dev/shm of this process's own: a tmpfs in a mount namespace.
enum PrivateMemory {
  private static let mark = "SHMTOP_PRIVATE_SHM"

  /// Starts this program again with one, if this is not that start; ends with 75 where that is not permitted.
  static func enter() {
    guard getenv(mark) == nil else { return }
    setenv(mark, "1", 1)
    let script = "mount -t tmpfs -o size=8192k tmpfs /dev/shm || exit 75; exec \"$0\" \"$@\""
    // Whoever is not root needs a user namespace to be allowed to mount.
    let command = ["unshare", geteuid() == 0 ? "-m" : "-Urm", "sh", "-c", script]
    var path = [CChar](repeating: 0, count: 4096)
    readlink("/proc/self/exe", &path, path.count - 1)
    let program = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var words = (command + [program] + CommandLine.arguments.dropFirst()).map { strdup($0) } + [nil]
    execvp("unshare", &words)
    exit(75)
  }
}
