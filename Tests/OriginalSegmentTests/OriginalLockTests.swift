import Glibc
import OriginalSegment
import TestSupport
import Testing

/// The mutex that the module leaves locked when its holder dies.
struct OriginalLockTests {
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  @Test func `Looks at the mutex tell who holds it and that somebody waits`() throws {
    let app = try OriginalApp(processes: 2)
    let reader = try OriginalReader(app.name)
    var watch = LockWatch()
    watch.note(try reader.mutex(), monotonic: Self.now())
    #expect(watch.held == 0 && watch.looks == 1 && !watch.isUnknown)
    try app.first.ask("hold")
    try app.processes[1].send("put", "a", "1")
    while !(try reader.mutex().hasWaiters) { usleep(1000) }
    for _ in 0..<5 {
      watch.note(try reader.mutex(), monotonic: Self.now())
      usleep(1000)
    }
    #expect(watch.held == 5 && watch.withWaiters == 5)
    #expect(watch.looksByOwner == [app.first.pid: 5])
    #expect(watch.longestRun.owner == app.first.pid && watch.longestRun.nanoseconds >= 4_000_000)
    let processes = OriginalProcesses(mapping: reader.identity)
    #expect(processes.processes.map(\.pid) == app.processes.map(\.pid).sorted())
    #expect(processes.processes.first { $0.pid == app.processes[1].pid }?.waitsInFutex == true)
    #expect(processes.processes.first { $0.pid == app.first.pid }?.waitsInFutex == false)
    #expect(processes.processes.allSatisfy { $0.mapsData })
    try app.first.ask("release")
    #expect(try app.processes[1].reply() == .done([]))
  }

  @Test func `Of more owners than are told apart, the rare ones are forgotten`() {
    var watch = LockWatch()
    for look in 0..<10_000 as Range<UInt64> {
      let owner = look.isMultiple(of: 2) ? 7 : Int32(1000 + look)
      watch.note(OriginalMutex(lockWord: 1, owner: owner), monotonic: look)
    }
    #expect(watch.looksByOwner.count <= 1024)
    #expect(watch.looksByOwner[7] == 5000 && watch.held == 10_000)
  }

  @Test func `A mutex of another kind is not known, and not touched`() throws {
    let app = try OriginalApp()
    app.damage(app.name) { $0[272 + 16] = 144 }
    let reader = try OriginalReader(app.name)
    var watch = LockWatch()
    watch.note(try reader.mutex(), monotonic: 1)
    #expect(watch.isUnknown)
    #expect(throws: OriginalError.unknownMutex(name: app.name, kind: 144)) { try OriginalEditor(reader) }
  }

  @Test func `A dead owner's lock is freed, and those who wait go on`() throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "10")
    try app.die(app.first, at: "hold", in: "put key:3 x")
    let reader = try OriginalReader(app.name)
    let mutex = try reader.mutex()
    #expect(mutex.owner == app.first.pid)
    #expect(OriginalThread(mutex.owner).state == .gone)
    #expect(try reader.sample().entries.count == 10, "it can be read all the time")
    try app.processes[1].send("put", "key:4", "y")
    while !(try reader.mutex().hasWaiters) { usleep(1000) }
    #expect(
      try OriginalEditor.unlock(reader)
        == OriginalEditor.Unlocked(owner: app.first.pid, tookBackInsert: false))
    #expect(try app.processes[1].reply() == .done([]))
    #expect(try app.processes[1].ask("get", "key:4") == .done(["y"]))
    #expect(throws: OriginalError.notLocked(name: app.name)) { try OriginalEditor.unlock(reader) }
  }

  @Test func `An insert that death cut short is taken back`() throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "10")
    try app.die(app.first, at: "insert", in: "put fresh x")
    let reader = try OriginalReader(app.name)
    #expect(try reader.sample().isInserting)
    #expect(try OriginalEditor.unlock(reader).tookBackInsert)
    #expect(try app.processes[1].ask("get", "fresh").refusal == "missing")
    #expect(try app.processes[1].ask("put", "fresh", "y") == .done([]))
    #expect(try app.processes[1].ask("get", "fresh") == .done(["y"]))
    #expect(try reader.sample().entries.count == 11)
  }

  @Test(arguments: ["zeroed", "copied"]) func `Death within growth is not to be mended, and said so`(
    _ place: String
  ) throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "40", "a:")
    try app.die(app.first, at: place, in: "fill 200 b:")
    let reader = try OriginalReader(app.name)
    #expect(throws: OriginalError.lostInGrowth(name: app.name)) { try OriginalEditor.unlock(reader) }
    #expect(try reader.mutex().isHeld)
  }

  @Test func `Death after a growth, before its size was said, is mended`() throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "40", "a:")
    try app.die(app.first, at: "unsaid", in: "fill 200 b:")
    _ = try OriginalEditor.unlock(OriginalReader(app.name))
    let other = try app.start()
    #expect(try other.ask("get", "a:17") == .done(["17"]))
    #expect(try other.ask("put", "c", "1") == .done([]))
  }

  @Test func `A living owner's lock stays his`() throws {
    let app = try OriginalApp()
    try app.first.ask("hold")
    let reader = try OriginalReader(app.name)
    func expectRefusal(force: Bool) {
      #expect {
        try OriginalEditor.unlock(reader, force: force)
      } throws: { error in
        guard case .ownerAlive(_, app.first.pid, "OriginalAgent") = error as? OriginalError else {
          return false
        }
        return true
      }
    }
    expectRefusal(force: false)
    app.first.stop()
    expectRefusal(force: false)
    #expect(try reader.mutex().owner == app.first.pid)
    app.first.resume()
    try app.first.ask("release")
  }
}

/// Changes made by the module's own rules.
struct OriginalEditorTests {
  @Test func `Updates and inserts are seen by the app`() throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "10")
    let editor = try OriginalEditor(OriginalReader(app.name))
    let key = Array("key:3".utf8)
    #expect(try editor.put(key, Array("neu".utf8), expected: Array("3".utf8), milliseconds: 1000) == .done)
    #expect(try app.first.ask("get", "key:3") == .done(["neu"]))
    #expect(
      try editor.put(key, Array("x".utf8), expected: Array("3".utf8), milliseconds: 1000)
        == .conflict(now: Array("neu".utf8)))
    #expect(
      try editor.put(key, Array("x".utf8), expected: nil, milliseconds: 1000)
        == .conflict(now: Array("neu".utf8)))
    #expect(
      try editor.put(Array("none".utf8), [1], expected: [2], milliseconds: 1000) == .conflict(now: nil))
    #expect(try editor.put(Array("new".utf8), Array("1".utf8), expected: nil, milliseconds: 1000) == .done)
    #expect(try app.first.ask("get", "new") == .done(["1"]))
    #expect(try app.first.ask("fill", "300") == .done([]), "the app grows on what was inserted")
    #expect(try app.first.ask("get", "new") == .done(["1"]))
    #expect(try OriginalReader(app.name).sample().entries.count == 301)
  }

  @Test func `It never makes the table grow`() throws {
    let app = try OriginalApp()
    let editor = try OriginalEditor(OriginalReader(app.name))
    var (count, refusal) = (0, nil as OriginalError?)
    while refusal == nil, count < 100 {
      do throws(OriginalError) {
        _ = try editor.put(Array("k\(count)".utf8), [65], expected: nil, milliseconds: 1000)
        count += 1
      } catch { refusal = error }
    }
    guard case .wouldGrow = refusal else { Issue.record("\(String(describing: refusal))"); return }
    #expect(try app.first.ask("count") == .done(["\(count)", "64", "\(count * 9)", "512"]))
    #expect(try app.first.ask("put", "k\(count)", "B") == .done([]), "the app itself does")
    #expect(try app.first.ask("get", "k0") == .done(["A"]))
  }

  @Test func `What the module could not hold is refused, and a held lock is named`() throws {
    let app = try OriginalApp()
    let editor = try OriginalEditor(OriginalReader(app.name))
    for (key, value) in [
      ([], [1]), ([1], []), ([1, 0], [1]), ([1], [1, 0]), ([1], [UInt8](repeating: 1, count: 33)),
    ]
      as [([UInt8], [UInt8])]
    {
      guard
        case .unfit = Result(catching: { () throws(OriginalError) in
          try editor.put(key, value, expected: nil, milliseconds: 10)
        }).failure
      else { Issue.record("put \(key) \(value)"); continue }
    }
    try app.first.ask("hold")
    #expect(throws: OriginalError.lockTimeout(name: app.name, owner: app.first.pid, milliseconds: 50)) {
      try editor.put([1], [1], expected: nil, milliseconds: 50)
    }
    try app.first.ask("release")
  }
}

extension Result {
  fileprivate var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}
