import TestSupport
import Testing

@testable import ShmtopKit

@Suite struct JSONLinesTests {
  private let json = JSONLines()

  private func line(_ key: [UInt8], _ value: [UInt8]) throws -> String {
    try json.line(DumpLine(key: key, value: value))
  }

  @Test func `text is written as text, and what is not UTF-8 in Base64`() throws {
    #expect(try line(Array("grüße".utf8), Array("a/b\n".utf8)) == #"{"key":"grüße","value":"a/b\n"}"#)
    #expect(try line([0xFF], [0xC0, 0x80]) == #"{"key_base64":"/w==","value_base64":"wIA="}"#)
  }

  @Test func `no terminal acts on a line`() throws {
    let hostile = "\u{0}\u{1b}]52;c;AAAA\u{7}\u{7f}\u{85}\u{9b}2J\u{202e}\u{200b}\u{e0001}\u{fffe}"
    let line = try line(Array(hostile.utf8), Array(hostile.utf8))
    #expect(line.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(line)")
    #expect(try json.value(DumpLine.self, of: line.utf8).key == Array(hostile.utf8))
    let ascii = try JSONLines(repertoire: .ascii).line(DumpLine(key: Array("größe 🦆".utf8), value: [0x61]))
    #expect(ascii == #"{"key":"gr\u00f6\u00dfe \ud83e\udd86","value":"a"}"#)
  }

  @Test func `every scalar comes back as it was`() throws {
    for start in stride(from: UInt32(0), to: 0x110000, by: 0x1000) {
      let scalars = (start..<start + 0x1000).compactMap(Unicode.Scalar.init)
      if scalars.isEmpty { continue }
      let bytes = Array(String(String.UnicodeScalarView(scalars)).utf8)
      #expect(
        try json.value(DumpLine.self, of: try line(bytes, bytes).utf8) == DumpLine(key: bytes, value: bytes))
    }
  }

  @Test func `any bytes come back as they were`() throws {
    var random = SeededGenerator(printedFor: "bytes in JSON")
    for count in [1, 2, 3, 4, 255, 65_535, 65_536] {
      let entry = DumpLine(key: random.bytes(count), value: random.bytes(count))
      #expect(try json.value(DumpLine.self, of: json.line(entry).utf8) == entry)
    }
  }

  @Test func `64-bit counters keep all their digits`() throws {
    let counters = try json.line(["count": UInt64.max, "next": 1 << 53 + 1])
    #expect(counters == #"{"count":18446744073709551615,"next":9007199254740993}"#)
    let change = JournalLine(time: .max, segment: "s", key: [1], before: nil, after: [2])
    #expect(try json.value(JournalLine.self, of: json.line(change).utf8) == change)
  }

  @Test(arguments: [
    ("", "not JSON"), ("x", "not JSON"), ("[]", "not an object"), ("3", "not an object"),
    ("null", "not an object"),
    (#"{"key":"a"}"#, "no “value”"), (#"{"value":"a"}"#, "no “key”"),
    (#"{"key":"a","value":null}"#, "“value” is null"),
    (#"{"key":1,"value":"a"}"#, "“key” is not of the right kind"),
    (#"{"key":"a","key_base64":"YQ==","value":"a"}"#, "both"),
    (#"{"key_base64":"!","value":"a"}"#, "“key_base64” is not Base64"),
    (#"{"key":"a","value":"b","more":1}"#, "“more”"), (#"{"key":"a","value":"\ud800"}"#, "not JSON"),
    (#"{"key":"a","value":"b"}{"#, "not JSON"),
  ])
  func `a line that cannot be taken is said to be so`(line: String, reason: String) {
    let error = #expect(throws: JSONLineError.self) { try json.value(DumpLine.self, of: line.utf8) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test func `a bad line is named by its number, empty ones counted`() throws {
    let good = "{\"key\":\"a\",\"value\":\"b\"}"
    let file = try LineFile<DumpLine>(Array("\(good)\r\n\n  \n\(good)".utf8))
    #expect(file.lines.map(\.number) == [1, 4])
    let error = #expect(throws: BadLine.self) {
      try LineFile<DumpLine>(Array("\n\(good)\n\(good)x\n\(good)\n".utf8))
    }
    #expect(error?.number == 3)
    for twice in [#"{"key":"k","key":"z","value":"v"}"#, #"{"key":"k","value":"\\\":","\u006bey":"k"}"#] {
      let error = #expect(throws: BadLine.self) { try LineFile<DumpLine>(Array(twice.utf8)) }
      #expect(error?.reason == "It has a field twice.", "\(twice)")
    }
    #expect(try LineFile<DumpLine>(Array(#"{"key":"a:\":\\","value":":"}"#.utf8)).lines.count == 1)
    let invalid = Array("{\"key\":\"".utf8) + [0xFF] + Array("\",\"value\":\"b\"}".utf8)
    #expect(throws: BadLine.self) { try LineFile<DumpLine>(invalid) }
  }
}
