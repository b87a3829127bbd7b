import Foundation
import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

/// `shmtop --batch --replay`, in the real program.
@Suite struct ReplayRunTests {
  private let file = ScratchFile(byteCount: 0)

  /// A recording of so many samples, in the file.
  private func stage(_ count: Int, cut: Int = 0) throws -> [UInt8] {
    var staged = StagedRecording(SeededGenerator(printedFor: "replayed"), remarks: true)
    staged.grow(count)
    let bytes = staged.bytes.dropLast(cut)
    try Data(bytes).write(to: URL(fileURLWithPath: file.path))
    return Array(bytes)
  }

  private func titles(_ outcome: ShmtopProgram.Outcome) -> [String] {
    outcome.lines.filter { $0.hasPrefix("shmtop ") }
  }

  @Test func `prints what was printed when it was recorded`() async throws {
    let segment = TemporaryStore("replayed")
    let store = try segment.open { $0.participantName = "the \u{1b}[7mapp" }
    try store.put("key", "value")
    let path = file.path + "-live"
    defer { unlink(path) }
    let live = try await ShmtopProgram.run("-b", "-n", "3", "-d", "0.1", "--record", path, segment.name)
    let replay = try await ShmtopProgram.run("-b", "--replay", path)
    #expect(replay.code == 0, "\(replay.complaint)")
    #expect(replay.complaint == "")
    // The first sample is what the first one that was printed live is compared with.
    #expect(titles(replay).count == 4)
    // The events of before are told with the first sample that is printed, which is another one here.
    func withoutEvents(_ output: String) -> String {
      output.split(separator: "\n").filter { !$0.hasPrefix("Event") }.joined(separator: "\n")
    }
    #expect(withoutEvents(replay.output).hasSuffix("\n" + withoutEvents(live.output)))
    let events = [live, replay].map { $0.lines.filter { $0.hasPrefix("Event") } }
    #expect(events[0] == events[1] && Set(events[0]).count == events[0].count && !events[0].isEmpty)
    #expect(replay.output.contains("A second not known yet: this is the first sample of this segment"))
  }

  @Test func `stops after so many samples`() async throws {
    _ = try stage(9)
    let outcome = try await ShmtopProgram.run("--batch", "-n", "4", "--replay", file.path)
    #expect(outcome.code == 0)
    #expect(titles(outcome).count == 4)
  }

  @Test func `each sample is an object a line, in order, and events are told once`() async throws {
    _ = try stage(30)
    let outcome = try await ShmtopProgram.run("--json", "--replay", file.path)
    #expect(outcome.code == 0)
    let samples = try outcome.lines.dropLast().map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let times = samples.compactMap { $0["time"] as? UInt64 }
    #expect(times.count == 30)
    #expect(times == times.sorted())
    let events = samples.flatMap { $0["events"] as? [[String: Any]] ?? [] }
      .compactMap { $0["number"] as? Int }
    #expect(events.count > 4)
    #expect(Set(events).count == events.count)
  }

  @Test func `a file that ends in mid-sample is printed up to there`() async throws {
    _ = try stage(9, cut: 3)
    let outcome = try await ShmtopProgram.run("-b", "--replay", file.path)
    #expect(outcome.code == 0)
    #expect(titles(outcome).count >= 8)
    #expect(outcome.complaint.contains("the file ends in mid-sample"))
  }

  @Test func `a damaged file is printed up to there, and refused`() async throws {
    var bytes = try stage(30)
    bytes[bytes.count / 2] ^= 1
    try Data(bytes).write(to: URL(fileURLWithPath: file.path))
    let outcome = try await ShmtopProgram.run("-b", "--replay", file.path)
    #expect(outcome.code == 3)
    #expect((1..<30).contains(titles(outcome).count))
    #expect(outcome.complaint.contains("is damaged from byte"))
    #expect(outcome.complaint.count { $0 == "\n" } == 1)
  }

  @Test func `what is damaged though its checksum is right is refused as well`() async throws {
    var staged = StagedRecording(SeededGenerator(printedFor: "damaged"))
    staged.grow(5)
    let bytes = staged.bytes + Recording.record(Array(staged.bodies.last { $0.first == 2 }!.dropLast(9)))
    try Data(bytes).write(to: URL(fileURLWithPath: file.path))
    let outcome = try await ShmtopProgram.run("-b", "--replay", file.path)
    #expect(outcome.code == 3)
    #expect(titles(outcome).count == 5)
  }

  @Test func `no recording, or none that is there, ends as elsewhere`() async throws {
    try Data("nothing of the kind".utf8).write(to: URL(fileURLWithPath: file.path))
    #expect(try await ShmtopProgram.run("-b", "--replay", file.path).code == 3)
    #expect(try await ShmtopProgram.run("-b", "--replay", file.path + "-none").code == 1)
  }

  @Test func `a reader that goes away is no failure`() async throws {
    _ = try stage(2000)
    let outcome = try await ShmtopProgram.shell(
      "shmtop -b --replay \(file.path) | head -1 | cut -c1-6; echo ${PIPESTATUS[0]}")
    #expect(outcome.output == "shmtop\n0\n")
    #expect(outcome.complaint == "")
  }
}
