import SharedSimple
import TestSupport
import Testing

@testable import ShmtopKit

/// Looking at other moments than now: what is shown, and what is not disturbed by it.
@Suite struct PlaybackTests {
  /// The live screen after so many seconds, and the history it keeps.
  private static func watched(_ seconds: Int) -> (StagedStore, StagedRecording) {
    var recording = StagedRecording(SeededGenerator(printedFor: "playback"))
    recording.grow(seconds)
    return (StagedStore.watched(width: 80, height: 24), recording)
  }

  @Test func `Paused, the screen stays whatever becomes of the segment, and goes on with what is there then`()
  {
    var staged = StagedStore.watched(width: 80, height: 24)
    let before = staged.inspector.sample
    #expect(staged.press("Z") == [.pause])
    var live = staged.inspector.background
    // Another segment takes the name meanwhile.
    var identity = StagedStore.identity
    identity.inode += 1
    live.attached(to: identity, access: .shared)
    live.take(StagedStore.sample(7))
    #expect(staged.inspector.sample == before && staged.inspector.isPaused)
    #expect(staged.press("Z") == [.resume])
    staged.inspector.resume(from: live)
    #expect(!staged.inspector.isPaused)
    #expect(staged.inspector.identity == identity)
    #expect(staged.inspector.sample?.takenWall == StagedStore.sample(7).takenWall)
  }

  @Test func `The selection, the order and the filter go along through time, and back to now`() throws {
    var (staged, recording) = Self.watched(60)
    staged.press("\\", "!config", "<Enter>", "<Down>", "I")
    while staged.inspector.entries.isSorting { _ = staged.inspector.sortOn(1000) }
    let live = staged.inspector.background
    staged.press("Z")
    var playback = Playback(recording.history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.frame(-1), now: 0, on: &staged.inspector)
    let row = try #require(staged.inspector.entries.rows.first)
    let key = staged.inspector.entries.table.key(row)
    staged.press("<Home>")
    #expect(staged.inspector.entries.selectedKey == key)
    #expect(staged.inspector.entries.sort == SortOrder(.key, isDescending: true))
    for _ in 0..<20 { playback.perform(.frame(-1), now: 0, on: &staged.inspector) }
    for _ in 0..<20 { playback.perform(.frame(1), now: 0, on: &staged.inspector) }
    #expect(staged.inspector.shownEntries == recording.frames[58].entries)
    staged.inspector.resume(from: live)
    #expect(staged.inspector.entries.filter?.text == "!config")
    #expect(staged.inspector.entries.sort == SortOrder(.key, isDescending: true))
  }

  @Test func `What is past cannot be changed, and says so`() {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("<Down>", "Z")
    for key in ["e", "a", "D"] {
      #expect(staged.press(key).isEmpty)
      #expect(staged.inspector.dialog == nil)
      #expect(staged.inspector.notice?.text.contains("Z goes on") == true)
    }
  }

  @Test func `Of another moment the table view shows what is known, and says what is not`() {
    var (staged, recording) = Self.watched(5)
    staged.press("5", "Z")
    var playback = Playback(recording.history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.frame(-1), now: 0, on: &staged.inspector)
    while staged.inspector.wantsSizes { _ = staged.inspector.sizeOn(1000) }
    let lines = staged.screen().glyphLines
    #expect(lines.contains { $0.contains("counted only of") })
    #expect(lines.contains { $0.contains("Sizes of entries") })
    #expect(!lines.contains { $0.contains("Counting the slots") })
  }

  @Test func `The oldest frames go when the budget is used up, and the rest still shows what was there`() {
    var recording = StagedRecording(SeededGenerator(printedFor: "budget"), entries: 150)
    var history = History(budget: 60_000)
    recording.grow(500, changes: 25)
    for body in recording.bodies { history.note(body, wholePassLength: 0) }
    #expect(history.index.firstFrame > 0)
    guard case .history(let byteCount, _, _) = history.origin else { return }
    #expect(byteCount < 60_000 + 2 * 300_000)
    var staged = StagedStore.watched(width: 80, height: 24)
    var playback = Playback(history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.start, now: 0, on: &staged.inspector)
    #expect(staged.inspector.sample == recording.frames[history.index.firstFrame].sample)
    // Entries are known from the first pass on that has ended since.
    let first = history.index.firstFrame
    let known = (first..<first + 20).first { history.index[frame: $0].hasWholePass }!
    for number in first..<first + 40 {
      #expect(staged.inspector.sample == recording.frames[number].sample)
      if number >= known { #expect(staged.inspector.shownEntries == recording.frames[number].entries) }
      playback.perform(.frame(1), now: 0, on: &staged.inspector)
    }
  }

  @Test func `Where all entries are too many for the budget, samples are kept, and it is said`() {
    var recording = StagedRecording(SeededGenerator(printedFor: "samples"))
    recording.grow(20)
    var history = History(budget: 60_000)
    for body in recording.bodies { history.note(body, wholePassLength: 20_000) }
    guard case .history(_, _, let keepsEntries) = history.origin else { return }
    #expect(!keepsEntries && history.index.endFrame == 20)
    var staged = StagedStore.watched(width: 120, height: 24)
    var playback = Playback(history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.frame(-3), now: 0, on: &staged.inspector)
    #expect(staged.inspector.sample == recording.frames[16].sample)
    #expect(staged.screen().glyphLines.contains { $0.contains("entries: the last") })
  }

  @Test func `A recording plays at the speed asked for, and stops at its end`() throws {
    var recording = StagedRecording(SeededGenerator(printedFor: "playing"))
    recording.grow(10)
    var staged = StagedStore(width: 80, height: 24)
    var playback = Playback(try StagedRecording.frames(of: recording.bytes))
    playback.showFirst(on: &staged.inspector)
    let second: UInt64 = 1_000_000_000
    #expect(staged.press("Z") == [.time(.play)])
    playback.perform(.play, now: 0, on: &staged.inspector)
    #expect(playback.nextDue == second)
    #expect(!playback.play(now: second / 2, on: &staged.inspector))
    #expect(playback.play(now: second, on: &staged.inspector))
    #expect(staged.inspector.timeline?.position == 1)
    playback.perform(.speed(1), now: second, on: &staged.inspector)
    #expect(playback.nextDue == second + second / 2)
    for _ in 0..<20 { if let due = playback.nextDue { _ = playback.play(now: due, on: &staged.inspector) } }
    #expect(staged.inspector.timeline?.position == 9)
    #expect(playback.nextDue == nil)
  }

  @Test func `A recording opens where it first has entries`() throws {
    var recording = StagedRecording(SeededGenerator(printedFor: "opening"))
    recording.grow(20)
    let first = try #require(recording.frames.firstIndex { !$0.entries.isEmpty })
    var staged = StagedStore(width: 80, height: 24)
    var playback = Playback(try StagedRecording.frames(of: recording.bytes))
    playback.showBeginning(on: &staged.inspector)
    #expect(staged.inspector.timeline?.position == first)
    #expect(staged.inspector.shownEntries == recording.frames[first].entries)
    // Of a store that stays empty, the first sample.
    recording = StagedRecording(SeededGenerator(printedFor: "empty"), entries: 0)
    recording.grow(5, changes: 0)
    playback = Playback(try StagedRecording.frames(of: recording.bytes))
    playback.showBeginning(on: &staged.inspector)
    #expect(staged.inspector.timeline?.position == 0)
  }

  @Test func `One can go to events, and to a time`() throws {
    var recording = StagedRecording(SeededGenerator(printedFor: "going"))
    recording.grow(100)
    var staged = StagedStore(width: 80, height: 24)
    var playback = Playback(try StagedRecording.frames(of: recording.bytes))
    playback.showFirst(on: &staged.inspector)
    func go(_ keys: String...) -> Int? {
      for case .time(let step) in keys.flatMap({ staged.press($0) }) {
        playback.perform(step, now: 0, on: &staged.inspector)
      }
      return staged.inspector.timeline?.position
    }
    #expect(go("}") == 6)
    #expect(go("}") == 13)
    #expect(go("{") == 6)
    #expect(go("{") == 6)
    #expect(go("@", "17:25:40", "<Enter>") == 40)
    #expect(go("@", "+0.5m", "<Enter>") == 70)
    #expect(go("@", "-9", "<Enter>") == 61)
    #expect(go("@", "+9h", "<Enter>") == 99)
    #expect(staged.inspector.notice?.text == "This is the last sample there is.")
    #expect(go("@", "-9m", "<Enter>") == 0)
    #expect(staged.inspector.notice?.text == "This is the oldest sample there is.")
    #expect(go("@", "17:25:40", "<Enter>") == 40)
    #expect(staged.inspector.notice == nil)
    for (time, frame, end) in [("17:24", 0, "oldest"), ("00:00", 0, "oldest"), ("17:30", 99, "last")] {
      #expect(go("@", time, "<Enter>") == frame, "\(time)")
      #expect(staged.inspector.notice?.text == "This is the \(end) sample there is.", "\(time)")
    }
    #expect(go("@", "soon", "<Enter>") == 99)
    guard case .prompt(.time, _, .some) = staged.inspector.dialog else {
      Issue.record("Nothing was explained.")
      return
    }
  }

  @Test func `Values of a recording were seen at the times of its samples`() throws {
    var recording = StagedRecording(SeededGenerator(printedFor: "history"))
    recording.grow(60, changes: 40)
    var staged = StagedStore(width: 120, height: 40)
    var playback = Playback(try StagedRecording.frames(of: recording.bytes))
    playback.showFirst(on: &staged.inspector)
    for _ in 1..<60 { playback.perform(.frame(1), now: 0, on: &staged.inspector) }
    let table = staged.inspector.entries.table
    let times = Set(recording.frames.map(\.sample.takenWall))
    let rows = staged.inspector.entries.rows.filter { table.history($0).count > 2 && table.isLive($0) }
    #expect(rows.count > 10)
    for row in rows {
      let walls = table.history(row).map(\.wall)
      // What a key was when it came is known, and not since when.
      #expect(walls.allSatisfy { $0 == 0 || times.contains($0) })
      #expect(walls.contains { $0 != 0 })
    }
    // And so does the pane.
    let row = try #require(rows.first)
    let place = try #require(staged.inspector.entries.rows.firstIndex(of: row))
    staged.press("<Home>")
    for _ in 0..<place { staged.press("<Down>") }
    staged.press("<Enter>", "l", "l", "l")
    let shown = try #require(staged.inspector.detail?.history)
    let kept = table.history(row)
    #expect(shown.prefix(kept.count).map(\.wall) == kept.map(\.wall))
    // One that had gone and came back has its value of now behind what was kept.
    #expect(
      shown.count == kept.count || shown.count == kept.count + 1 && shown.last?.stamp == table.stamp(row))
  }

  @Test func `What is looked at closely stays on its page through time, as long as its key is there`() throws
  {
    var (staged, recording) = Self.watched(60)
    staged.press("Z")
    var playback = Playback(recording.history)
    playback.standAtEnd(on: &staged.inspector)
    playback.perform(.frame(-1), now: 0, on: &staged.inspector)
    // One that was not there at some time, but has been since before the last event.
    func isThere(_ key: [UInt8], _ frame: Int) -> Bool { recording.frames[frame].entries[key] != nil }
    let keys = staged.inspector.entries.rows.map { staged.inspector.entries.table.key($0) }
    let place = try #require(
      keys.firstIndex { key in
        (20..<50).contains { !isThere(key, $0) } && (50..<59).allSatisfy { isThere(key, $0) }
      })
    let key = keys[place]
    staged.press("<Home>")
    for _ in 0..<place { staged.press("<Down>") }
    staged.press("<Enter>", "l", "l", "l")
    let first = try #require((0..<59).last { !isThere(key, $0) }) + 1
    for frame in (first..<58).reversed() {
      playback.perform(.frame(-1), now: 0, on: &staged.inspector)
      #expect(staged.inspector.detail?.key == key && staged.inspector.detail?.page == .history)
      #expect(staged.inspector.detail?.stamp == recording.frames[frame].entries[key]?.stamp)
    }
    playback.perform(.end, now: 0, on: &staged.inspector)
    playback.perform(.event(-1), now: 0, on: &staged.inspector)
    #expect(staged.inspector.detail?.key == key && staged.inspector.detail?.page == .history)
    for _ in first..<55 { playback.perform(.frame(-1), now: 0, on: &staged.inspector) }
    #expect(staged.inspector.detail?.key == key)
    playback.perform(.frame(-1), now: 0, on: &staged.inspector)
    #expect(staged.inspector.detail == nil)
    #expect(staged.inspector.notice != nil)
  }

  @Test func `What is looked at closely is there again when the screen goes on, as it is by then`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    let key = Array("counter:requests".utf8)
    staged.inspector.opened(key: key, value: Array("41234".utf8), stamp: 6000, purpose: .detail)
    staged.press("l", "Z")
    var live = StagedStore.watched(width: 80, height: 24)
    live.pass(9)
    staged.inspector.timeline = Timeline(origin: .history(byteCount: 0, budget: 1, keepsEntries: true))
    staged.inspector.resume(from: live.inspector.background)
    let detail = try #require(staged.inspector.detail)
    #expect(detail.key == key && detail.page == .hex)
    let row = try #require(live.inspector.entries.table.row(of: key))
    #expect(detail.stamp == live.inspector.entries.table.stamp(row))
    // Of a long value its beginning is kept, until it is looked up.
    let whole = Entry(key: key, value: [UInt8](repeating: 0x61, count: 500), stamp: detail.stamp)
    let isNews = staged.inspector.look(at: whole)
    #expect(isNews && staged.inspector.detail?.value.count == 500)
    let isNewsAgain = staged.inspector.look(at: whole)
    #expect(!isNewsAgain)
  }

  @Test func `A recording that is cut off or damaged says so when it is opened, and at its end`() throws {
    var recording = StagedRecording(SeededGenerator(printedFor: "end"))
    recording.grow(10)
    func said(_ bytes: [UInt8]) throws -> (opening: String, end: String) {
      var staged = StagedStore(width: 80, height: 24)
      var playback = Playback(try StagedRecording.frames(of: bytes))
      playback.showBeginning(on: &staged.inspector)
      staged.inspector.sayReplay()
      let opening = try #require(staged.inspector.notice).text
      playback.perform(.end, now: 0, on: &staged.inspector)
      playback.perform(.frame(1), now: 0, on: &staged.inspector)
      return (opening, try #require(staged.inspector.notice).text)
    }
    let whole = try said(recording.bytes)
    #expect(whole.opening.hasPrefix("Z plays"))
    #expect(whole.end == "This is the last sample there is.")
    let cut = try said(Array(recording.bytes.dropLast(3)))
    #expect(cut.opening.hasPrefix("The recording is not whole: the file ends in mid-sample."))
    #expect(cut.end.contains("is whole: the file ends"))
    var bytes = recording.bytes
    bytes[bytes.count - 3] ^= 0x40
    let place = Quantity.exact(bytes.count - recording.bodies.last!.count - Recording.prefixLength)
    let damaged = try said(bytes)
    #expect(
      damaged.opening.hasPrefix(
        "The recording is damaged from byte \(place): a record is not what was written there."))
    #expect(damaged.end.contains("can be read: from byte \(place) on, a record is not"))
  }
}
