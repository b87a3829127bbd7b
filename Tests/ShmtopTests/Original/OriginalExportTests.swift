import Foundation
import Glibc
import OriginalSegment
import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

/// Samples of segments of the Perl module, as scripts read them.
@Suite struct OriginalExportTests {
  private typealias Object = [String: Any]

  private static func object(_ line: String?) throws -> Object {
    try #require(try JSONSerialization.jsonObject(with: Data((line ?? "").utf8)) as? Object)
  }

  @Test func `a sample as JSON has what can be known, and nothing of what cannot`() async throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "30", "user:")
    try app.first.ask("hold")
    let outcome = try await ShmtopProgram.run("--json", "-n", "2", "-d", "0.2", app.name)
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let sample = try Self.object(outcome.lines.first)
    for unknown in ["operations", "transactions", "changes", "participant_capacity", "unlisted_participants"]
    {
      #expect(sample[unknown] == nil, "\(unknown)")
    }
    let segment = try #require(sample["segment"] as? Object)
    #expect(segment["format"] as? String == "original")
    #expect(segment["created_time"] == nil && segment["creator_pid"] == nil)
    let table = try #require(sample["table"] as? Object)
    #expect(table["entries"] as? Int == 30 && table["slots"] as? Int == 64)
    let lock = try #require(sample["lock"] as? Object)
    #expect((lock["holder"] as? Object)?["pid"] as? Int32 == app.first.pid)
    #expect(lock["acquisitions"] == nil && lock["waits"] == nil)
    let looks = try #require(lock["looks"] as? Object)
    let (count, held) = (looks["count"] as? Int ?? 0, looks["held"] as? Int)
    #expect(count > 2 && held == count, "held all the time")
    #expect(looks["longest_run_thread"] as? Int32 == app.first.pid)
    let people = try #require(sample["participants"] as? [Object])
    #expect(Set(people.compactMap { $0["pid"] as? Int32 }) == Set(app.processes.map(\.pid)))
    #expect(people.allSatisfy { $0["operations"] == nil && $0["attached_time"] == nil })
    try app.first.ask("release")
  }

  @Test func `a growth and a changed entry are seen between two samples`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "10", "user:")
    let process = app.first
    var printed = 0
    let outcome = try await ShmtopProgram.watch("--json", "-n", "200", "-d", "0.1", app.name) {
      program, line in
      printed += 1
      if printed == 1 {
        try process.ask("fill", "50", "more:")
        try process.ask("put", "user:3", "another")
        try process.ask("fill", "10", "most:")
      }
      if line.contains("\"entries\":70") { kill(program, SIGTERM) }
    }
    let samples = try outcome.lines.dropLast().map { try Self.object($0) }
    let changed = samples.compactMap { ($0["interval"] as? Object)?["entries_seen_changed"] as? Int }
    #expect(changed.reduce(0, +) == 61)
    let sample = try #require(samples.last { ($0["events"] as? [Object])?.isEmpty == false })
    let table = try #require(sample["table"] as? Object)
    #expect(table["generation"] == nil && table["growth_threshold_slots"] == nil)
    #expect((sample["memory"] as? Object)?["window_claimed_bytes"] as? [Int] == [24 + 128 * 8])
    let event = try #require((sample["events"] as? [Object])?.first)
    #expect(event["text"] as? String == "grew from 64 to 128 slots")
    #expect(event["number"] as? Int == 1 && event["pid"] == nil && event["duration_nanoseconds"] == nil)
  }

  @Test(.enabled(if: Python.has("jsonschema"))) func `the schema takes what is printed of them`() async throws
  {
    let app = try OriginalApp()
    try app.first.ask("fill", "400", "k", ":a-common-suffix")
    var input = ""
    for (kind, arguments, code) in [
      ("sample", "--json -n 2 -d 0.1 NAME", 0), ("listing", "list --json", 0),
      ("entry", "get --json NAME k3:a-common-suffix", 0), ("dump_line", "dump NAME", 0),
      ("key_change", "watch --json -n 1 NAME x", 0), ("check", "check --json NAME", 0),
    ] {
      let outcome = try await ShmtopProgram.shell("shmtop " + arguments.replacing("NAME", with: app.name))
      #expect(outcome.code == Int32(code), "\(outcome.complaint)")
      let lines = outcome.lines.filter { !$0.isEmpty }
      #expect(!lines.isEmpty)
      input += lines.map { kind + " " + $0 + "\n" }.joined()
    }
    #expect(input.contains("A search takes up to 400 steps"))
    app.damage(app.name + "_data") { $0[0] = 3 }
    let check = try await ShmtopProgram.run("check", "--json", app.name)
    #expect(check.code == 3)
    input += "check " + check.output
    _ = try await Python.run(
      SchemaTests.validation, input: Array(input.utf8), Repository.path + "/Assets/shmtop.schema.json")
  }

  /// Keys of 3 bytes take a unit, of 4 to 7 bytes two; a value takes eight.
  @Test(arguments: [("", 56), ("key:", 51)]) func `when it grows is foretold to the entry`(
    _ prefix: String, _ room: Int
  ) throws {
    let app = try OriginalApp()
    let source = try OriginalSource(app.name, readOnlyReason: "")
    var next = 100
    func put() throws {
      try app.first.ask("put", "\(prefix)\(next)", "v")
      next += 1
    }
    for count in 1...20 {
      try put()
      let outlook = try #require(GrowthOutlook(try source.sample(), source.identity.knowledge))
      #expect(outlook.entriesLeft == room - count && outlook.first == .data)
    }
    for _ in 20..<room { try put() }
    #expect(try source.sample().table.slotCount == 64)
    try put()
    #expect(try source.sample().table.slotCount == 128)
  }

  @Test func `slots that are used up first are said to be`() throws {
    var sample = SegmentSample()
    (sample.table.slotCount, sample.table.entryCount) = (64, 60)
    (sample.memory.heapClaimed, sample.memory.heapLive) = (4096, 60 * 36)
    let outlook = try #require(GrowthOutlook(sample, []))
    #expect(outlook.first == .slots && outlook.entriesLeft == 4)
    #expect(outlook.share == 60.0 / 64)
    #expect(GrowthOutlook(sample, .everything) == nil)
  }

  @Test func `list marks them in JSON, with what is known`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "30", "user:")
    let line = try await ShmtopProgram.run("list", "--json").lines.first { $0.contains("\"\(app.name)\"") }
    let listing = try Self.object(line)
    #expect(listing["state"] as? String == "original" && listing["refusal"] == nil)
    #expect(listing["entries"] as? Int == 30)
    // Where some may not be looked into, how many there are is not known.
    let hidden = OriginalProcesses(mapping: try OriginalReader(app.name).identity).unreadable
    #expect(listing["participants"] as? Int == (hidden == 0 ? 1 : nil))
    #expect(listing["created_time"] == nil)
  }

  @Test(.enabled(if: Python.has("prometheus_client")))
  func `Prometheus' parser takes their metrics, and there are none of what is not known`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "30", "user:")
    let outcome = try await ShmtopProgram.run("--openmetrics", app.name)
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let families = try await Python.run(OpenMetricsTests.parsing, input: outcome.bytes)
      .split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
    let unknown = MetricFamily.all.map(\.name).filter { !families.contains($0) }
    #expect(families.contains("shmtop_entries") && families.contains("shmtop_lock_held"))
    for name in [
      "shmtop_gets", "shmtop_changes", "shmtop_lock_acquisitions", "shmtop_participant_puts",
      "shmtop_table_generations", "shmtop_table_growth_threshold_slots",
    ] {
      #expect(unknown.contains(name))
    }
    #expect(outcome.output.contains("shmtop_entries{segment=\"\(app.name)\"} 30\n"))
    #expect(outcome.output.contains("shmtop_lock_held{segment=\"\(app.name)\"} 0\n"))
    let all = try await ShmtopProgram.run("--openmetrics")
    #expect(all.output.contains("shmtop_entries{segment=\"\(app.name)\"} 30\n"))
  }

  @Test func `of a lock that cannot be read, nothing is said in metrics or JSON`() async throws {
    let app = try OriginalApp()
    app.damage(app.name) { $0[272 + 16] = 144 }
    let metrics = try await ShmtopProgram.run("--openmetrics", app.name)
    #expect(metrics.code == 0 && !metrics.output.contains("shmtop_lock"))
    let sample = try Self.object(
      try await ShmtopProgram.run("--json", "-n", "1", "-d", "0.1", app.name).lines.first)
    #expect((sample["lock"] as? Object)?.isEmpty == true)
    let text = try await ShmtopProgram.run("-b", "-n", "1", "-d", "0.1", app.name)
    #expect(text.output.contains("Lock     of a kind not known here"))
  }

  @Test func `samples as text say what they are, and follow to a new one`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "5", "user:")
    var printed = 0
    let outcome = try await ShmtopProgram.watch("-b", "-n", "200", "-d", "0.1", app.name) { program, line in
      guard line.hasPrefix("Entries") else { return }
      printed += 1
      if printed == 1 { try app.start("exclusive").ask("fill", "7", "user:") }
      if line.contains("7 in 64 slots") { kill(program, SIGTERM) }
    }
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let titles = outcome.lines.filter { $0.hasPrefix("shmtop ") }
    #expect(titles.allSatisfy { $0.contains("\(app.name)  live  original") && !$0.contains("created") })
    let entries = outcome.lines.filter { $0.hasPrefix("Entries") }
    #expect(entries.first?.contains("5 in 64 slots") == true)
    #expect(entries.last?.contains("7 in 64 slots") == true)
    #expect(outcome.output.contains("gets and puts are not counted"))
    #expect(!outcome.output.contains("GETS/S"))
  }

  @Test func `of who waits and who was seen once, no more is said than is known`() {
    let exported = ExportedSample.original
    var sample = exported.sample
    (sample.lock.holder, sample.lock.heldSinceMonotonic) = (9504, nil)
    sample.participants[0].pid = 9504
    (sample.participants[0].name, sample.participants[0].liveness) = ([], .dead)
    sample.participants[0].waitingSinceMonotonic = nil
    func line(word: Int32, hidden: Int, waiting: UInt64? = nil) -> String? {
      var remarks = Remarks()
      var looks = LockWatch()
      looks.note(OriginalMutex(lockWord: word, owner: 9504), monotonic: 1)
      (remarks.looks, remarks.hiddenProcesses) = (looks, hidden)
      sample.participants[0].waitingSinceMonotonic = waiting
      return BatchReport(
        identity: exported.identity, sample: sample, remarks: remarks, difference: exported.difference
      ).lines.first { $0.hasPrefix("Lock") }
    }
    #expect(line(word: 1, hidden: 3)?.contains(", thread 9504 seen once; ") == true)
    #expect(line(word: 1, hidden: 3)?.hasSuffix("held by 9504, dead, nobody waits") == true)
    #expect(line(word: 2, hidden: 0)?.hasSuffix("held by 9504, dead, somebody may wait") == true)
    #expect(line(word: 2, hidden: 0, waiting: 2)?.hasSuffix("dead, 1 waits") == true)
    #expect(line(word: 2, hidden: 3, waiting: 2)?.hasSuffix("dead, at least 1 waits") == true)
  }

  @Test func `a recording of one replays with its entries, its lock and what was said of it`() async throws {
    let app = try OriginalApp(processes: 2)
    try app.first.ask("fill", "400", "k", ":a-common-suffix")
    try app.die(app.first, at: "hold", in: "put k1:a-common-suffix x")
    let folder = ScratchFile(byteCount: 0)
    let path = folder.path + ".recording"
    defer { unlink(path) }
    let outcome = try await ShmtopProgram.run(
      "-b", "-n", "3", "-d", "0.2", "--record", path, app.name)
    #expect(outcome.code == 0, "\(outcome.complaint)")
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    var inspector = Inspector(width: 100, height: 30, delay: 1, now: Moment(wall: 1, monotonic: 1))
    var playback = Playback(try StagedRecording.frames(of: bytes))
    playback.showFirst(on: &inspector)
    playback.perform(.end, now: 0, on: &inspector)
    #expect(inspector.identity?.formatWord == "original")
    #expect(inspector.knowledge == [])
    #expect(inspector.shownEntries.count == 400)
    let table = inspector.entries.table
    #expect(inspector.entries.rows.allSatisfy { table.writeShare($0) == nil }, "writes are not known")
    #expect(inspector.sample?.table.entryCount == 400)
    #expect(
      inspector.remarks.findings.contains { $0.isGrave && $0.sentence.contains("\(app.first.pid), is gone") })
    #expect(inspector.remarks.findings(on: .table).count == 1)
    #expect(inspector.remarks.looks?.longestRun.owner == app.first.pid)
    #expect(inspector.sample?.participants.first { $0.pid == app.first.pid }?.liveness == .dead)
  }

  @Test(arguments: [["", "_data"], ["_data"], [""]])
  func `watch prints its changes, and that it is gone or half removed`(_ removed: [String]) async throws {
    let app = try OriginalApp()
    try app.first.ask("put", "a", "first")
    var printed = 0
    let outcome = try await ShmtopProgram.watch("watch", "-n", "3", "-d", "0.05", app.name, "a") { _, _ in
      printed += 1
      if printed == 1 { try app.first.ask("put", "a", "second") }
      if printed == 2 {
        for suffix in removed { unlink("/dev/shm/\(app.name)\(suffix)") }
      }
    }
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(outcome.lines[0].hasSuffix("found    first"))
    #expect(outcome.lines[1].hasSuffix("put      second"))
    #expect(outcome.lines[2].hasSuffix("gone     (the segment is gone)"))
  }

  @Test func `check finds a sound one sound, and says what is wrong with another`() async throws {
    let app = try OriginalApp()
    try app.first.ask("fill", "30", "user:")
    let sound = try await ShmtopProgram.run("check", app.name)
    #expect(sound.code == 0 && sound.output == "“\(app.name)” is sound.\n")
    app.damage(app.name + "_data") { $0[0] = 7 }
    let unsound = try await ShmtopProgram.run("check", app.name)
    #expect(unsound.code == 3 && unsound.output.contains("7 entries are counted, and 30 are there"))
  }
}
