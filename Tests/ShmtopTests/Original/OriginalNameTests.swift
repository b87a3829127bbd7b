import Glibc
import OriginalSegment
import SharedSimple
import TestSupport
import Testing

/// Names that lead to half of an original segment, to two segments at once, or to one of another kind.
@Suite struct OriginalNameTests {
  private static func write(_ name: String, _ bytes: [UInt8]) {
    unlink("/dev/shm/\(name)")
    RawObject(path: "/dev/shm/\(name)").write(bytes)
  }

  /// What a command says that shows the segment.
  private static func refusal(_ name: String) async throws -> (code: Int32, sentence: String) {
    let outcome = try await ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", name)
    #expect(outcome.output == "")
    return (outcome.code, outcome.complaint)
  }

  @Test func `the data alone, by either name`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "3")
    unlink("/dev/shm/\(app.name)")
    for name in [app.name, app.name + "_data"] {
      let (code, sentence) = try await Self.refusal(name)
      #expect(code == 1, "\(name)")
      #expect(
        sentence.contains(
          "“\(app.name)_data” is there, but not the control object “\(app.name)” that belongs to it"))
    }
    let listed = try await ShmtopProgram.run("list").lines.first { $0.contains(app.name) }
    #expect(listed?.contains("broken: “\(app.name)_data” is there") == true, "\(listed ?? "not listed")")
  }

  /// Entries and units, slots and room, the slot at work: as small as in many a file.
  @Test(arguments: [[1, 2, 0], [0, 1 << 32 | 96, .max], [1, 1 << 32 | 64, 64]] as [[UInt64]])
  func `another program's file with such a name`(_ words: [UInt64]) async throws {
    let app = try OriginalApp()
    unlink("/dev/shm/\(app.name)")
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    Self.write(app.name + "_data", bytes + [UInt8](repeating: 0, count: 1024))
    #expect(!(try await ShmtopProgram.run("list").output.contains(app.name)))
  }

  @Test func `the name of the data of a whole one`() async throws {
    let app = try OriginalApp()
    let (code, sentence) = try await Self.refusal(app.name + "_data")
    #expect(code == 3)
    #expect(
      sentence.contains(
        "is the data of the original (Perl) segment “\(app.name)”: 'shmtop \(app.name)' shows it"))
  }

  @Test func `the control object alone`() async throws {
    let app = try OriginalApp()
    unlink("/dev/shm/\(app.name)_data")
    for command in [
      ["get", app.name, "a"], ["check", app.name], ["dump", app.name], ["--json", app.name],
    ] {
      let outcome = try await ShmtopProgram.shell("shmtop " + command.joined(separator: " "))
      #expect(outcome.code == 1, "\(command)")
      #expect(outcome.complaint.contains("its data, “\(app.name)_data”, is missing"), "\(command)")
    }
  }

  @Test(arguments: [0, 1]) func `one that is being set up, or whose maker died`(_ state: UInt8) async throws {
    let app = try OriginalApp()
    app.damage(app.name) { $0[0] = state }
    let (code, sentence) = try await Self.refusal(app.name)
    #expect(
      code == 3 && sentence.contains("that is still being set up. Where that lasts, the process that did it"))
    let listed = try await ShmtopProgram.run("list").lines.first { $0.contains(app.name + " ") }
    #expect(listed?.contains("unfinished: ") == true)

    let maker = try OriginalApp()
    unlink("/dev/shm/\(maker.name)")
    unlink("/dev/shm/\(maker.name)_data")
    try maker.die(maker.first, at: "setup", in: "exclusive \(maker.name)")
    let other = try await Self.refusal(maker.name)
    #expect(other.code == 3 && other.sentence.contains("that is still being set up"))
  }

  @Test func `data that is cut short`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "3")
    for byteCount in [1000, 10, 0] {
      truncate("/dev/shm/\(app.name)_data", byteCount)
      let (code, sentence) = try await Self.refusal(app.name)
      #expect(
        code == 4 && sentence.contains("its data object has \(byteCount) "), "\(byteCount): \(sentence)")
    }
  }

  @Test func `a control object that is cut short`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "3")
    truncate("/dev/shm/\(app.name)", 100)
    let (code, sentence) = try await Self.refusal(app.name)
    #expect(code == 3 && sentence.contains("its control object has 100 bytes instead of 312"))
  }

  /// As a 32-bit build lays it out: the data's size at 4 or 8, its name behind that, a smaller mutex.
  @Test(arguments: [(12, 292), (16, 296), (16, 320)])
  func `one of another word size or C library`(_ nameOffset: Int, _ byteCount: Int) async throws {
    let app = try OriginalApp()
    var bytes = [UInt8](repeating: 0, count: byteCount)
    bytes[0] = 2
    bytes.replaceSubrange(
      nameOffset..<nameOffset + app.name.utf8.count + 5, with: Array("\(app.name)_data".utf8))
    Self.write(app.name, bytes)
    let (code, sentence) = try await Self.refusal(app.name)
    #expect(code == 3)
    #expect(
      sentence.contains(
        "of another word size or C library: its control object has \(byteCount) bytes, and here it has 312"))
  }

  @Test func `a segment of this store in the place of the control object, or of the data`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "3")
    unlink("/dev/shm/\(app.name)")
    let store = try SharedStore(app.name)
    defer { store.close() }
    try store.put("key", "value")
    let shown = try await ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", app.name)
    #expect(shown.code == 0 && shown.output.contains("Entries  1 in 64 slots"))
    #expect(
      shown.output.contains(
        "“\(app.name)” is a segment of this store, and “\(app.name)_data” what is left of an original (Perl) segment"
      ))

    let other = try OriginalApp()
    unlink("/dev/shm/\(other.name)_data")
    let data = try SharedStore(other.name + "_data")
    defer {
      data.close()
      unlink("/dev/shm/\(other.name)_data")
    }
    for command in ["-b -n 1 -d 0.1", "check", "original-unlock"] {
      let outcome = try await ShmtopProgram.shell("shmtop \(command) \(other.name)")
      #expect(outcome.code == 3, "\(command)")
      #expect(
        outcome.complaint.contains("where its data should be, is a segment of this store"), "\(command)")
    }
    #expect(try await ShmtopProgram.run("check", other.name + "_data").code == 0)
  }

  @Test(.enabled(if: geteuid() == 0)) func `one of another user`() async throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "3")
    let program = try await ShmtopProgram.forEverybody()
    defer { unlink(program) }
    let look = "-b -n 1 -d 0.1 \(app.name)"
    let other = (Unprivileged.wrapper + [program]).joined(separator: " ")
    let refused = try await ShmtopProgram.shell("\(other) \(look)")
    #expect(refused.code == 4, "\(refused.complaint)")
    #expect(refused.complaint.contains("You may not read “\(app.name)”"))
    chmod("/dev/shm/\(app.name)", 0o644)
    let half = try await ShmtopProgram.shell("\(other) \(look)")
    #expect(half.code == 4 && half.complaint.contains("may not be read by you: it belongs to another user"))
    let listed = try await ShmtopProgram.shell("\(other) list | grep '^\(app.name) '")
    #expect(listed.output.contains("refused: “\(app.name)” may not be read by you"))
    chmod("/dev/shm/\(app.name)_data", 0o644)
    let shown = try await ShmtopProgram.shell("\(other) \(look)")
    #expect(shown.code == 0 && shown.output.contains("Entries  3 in 64 slots"))
    let unlock = try await ShmtopProgram.shell("\(other) original-unlock \(app.name)")
    #expect(unlock.code == 4 && unlock.complaint.contains("may not be written by you"))
    // Its processes are not to be seen.
    try app.first.ask("hold")
    try app.processes[1].send("put", "a", "1")
    let reader = try OriginalReader(app.name)
    try waitWhile { try !reader.mutex().hasWaiters }
    let waited = try await ShmtopProgram.shell("\(other) \(look)")
    #expect(waited.output.contains("somebody may wait") && !waited.output.contains("nobody waits"))
    let json = try await ShmtopProgram.shell("\(other) --json -n 1 -d 0.1 \(app.name)")
    #expect(json.output.contains("\"holder\"") && !json.output.contains("\"waiting\""))
    let metrics = try await ShmtopProgram.shell("\(other) --openmetrics \(app.name)")
    #expect(metrics.output.contains("shmtop_lock_held{") && !metrics.output.contains("shmtop_lock_waiters"))
    let row = try await ShmtopProgram.shell("\(other) list --json | grep '\"\(app.name)\"'")
    #expect(row.output.contains("\"entries\":3") && !row.output.contains("\"participants\""))
    try app.first.ask("release")
    #expect(try app.processes[1].reply() == .done([]))
    chown("/dev/shm/\(app.name)_data", Unprivileged.user, Unprivileged.user)
    let mixed = try await ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", app.name)
    #expect(mixed.output.contains("one of them may have been put there by somebody else"))
  }
}
