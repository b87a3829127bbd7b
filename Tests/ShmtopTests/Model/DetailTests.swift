import SharedSimple
import Testing

@testable import ShmtopKit

/// One entry looked at closely.
@Suite struct DetailTests {
  @Test func `The history has what was seen before anybody asked`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    let key = Array("counter:requests".utf8)
    staged.inspector.opened(key: key, value: Array("41268".utf8), stamp: 6200, purpose: .detail)
    let detail = try #require(staged.inspector.detail)
    #expect(detail.history.map(\.stamp) == [6000, 6100, 6200])
    #expect(detail.history.map { String(decoding: $0.prefix, as: UTF8.self) } == ["41234", "41251", "41268"])
    let entry = Entry(key: key, value: Array("5".utf8), stamp: 6300)
    let news = [entry, entry, nil, nil].map { staged.inspector.look(at: $0) }
    #expect(news == [true, false, true, false])
    #expect(staged.inspector.detail?.history.last?.isGone ?? false)
    let isBack = staged.inspector.look(at: entry)
    #expect(isBack && staged.inspector.detail?.goneWall == nil)
  }

  @Test func `A history of a key that always changes is bounded, and keeps the last`() {
    var detail = DetailModel(key: [1], value: [0], length: 1, stamp: 1, history: [], wall: 0)
    for stamp in 2...10_000 as ClosedRange<UInt64> {
      _ = detail.take(value: [UInt8](repeating: 0x61, count: 1000), length: 1000, stamp: stamp, wall: 5)
    }
    #expect(detail.history.count <= 2000)
    #expect(detail.history.last?.stamp == 10_000)
  }

  @Test func `The log of all changes keeps the last values of each key, and only its own`() {
    var log = ChangeLog()
    for stamp in 1...20_000 as ClosedRange<UInt64> {
      log.append(
        row: EntryTable.Row(stamp % 5), hash: 7, stamp: stamp, wall: 1, length: 1,
        prefix: [UInt8(stamp % 251)])
    }
    let values = log.values(row: 3, hash: 7)
    #expect(values.count > 1000 && values.last?.stamp == 19_998)
    #expect(values.allSatisfy { $0.stamp % 5 == 3 && $0.prefix == [UInt8($0.stamp % 251)] })
    #expect(log.values(row: 3, hash: 8).isEmpty)
  }

  @Test(arguments: [(60, 12), (80, 24), (120, 40)])
  func `A value of 64 KiB and a key of 65,535 bytes are shown to their ends`(_ size: (Int, Int)) {
    var staged = StagedStore.watched(width: size.0, height: size.1)
    let key = Array(repeating: UInt8(ascii: "k"), count: 65_534) + [UInt8(ascii: "K")]
    let value = Array(repeating: UInt8(ascii: "v"), count: 65_535) + [UInt8(ascii: "V")]
    staged.inspector.opened(key: key, value: value, stamp: 1, purpose: .detail)
    for (page, end) in [(DetailModel.Page.text, "vV"), (.hex, "V"), (.key, "kK")] {
      while staged.inspector.detail?.page != page { staged.press("l") }
      staged.press("<End>")
      let lines = staged.screen().glyphLines.dropLast(2)
      #expect(lines.last { !$0.isEmpty }?.hasSuffix(end) ?? false, "\(page)")
    }
  }

  @Test func `A value is broken into lines at its line ends, which are seen`() {
    let text = TextLines(Array("one\ntwo\\n\u{1b}three".utf8), width: 10, repertoire: .unicode)
    #expect(text.lines == [#"one\n"#, #"two\\n\x1b"#, "three"])
    let wide = TextLines(Array("漢字漢字漢".utf8), width: 5, repertoire: .unicode)
    #expect(wide.lines == ["漢字", "漢字", "漢"])
    #expect(TextLines([], width: 5, repertoire: .ascii).lines == [""])
  }

  @Test func `Numbers are read in every way that their length allows`() {
    func readings(_ bytes: [UInt8]) -> [String: String] {
      Dictionary(uniqueKeysWithValues: NumberReadings(bytes).readings.map { ($0.name, $0.text) })
    }
    #expect(readings([0xFE])["uint8"] == "254" && readings([0xFE])["int8"] == "-2")
    #expect(
      readings([1, 0])["uint16 little-endian"] == "1" && readings([1, 0])["uint16 big-endian"] == "256")
    #expect(readings([0, 0, 0x80, 0x3F])["float32 little-endian"] == "1.0")
    #expect(readings(Array("41234".utf8))["decimal text"] == "41,234")
    #expect(readings(Array("1795454700".utf8)).keys.contains("text as time in s"))
    #expect(readings(Array("no number".utf8)).isEmpty)
  }
}
