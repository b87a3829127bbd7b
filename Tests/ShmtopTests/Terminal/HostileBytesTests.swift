import Glibc
import SharedSimple
import TestSupport
import Testing

/// A segment of which every byte is chosen to attack a terminal, and what the terminal was sent.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileBytesTests {
  /// What a terminal would act on, or show as something else.
  private static let attacks: [[UInt8]] =
    [
      "\u{1b}[2J\u{1b}[31m", "\u{1b}]52;c;aGFja2Vk\u{7}", "\u{1b}]0;title\u{1b}\\", "\u{1b}P+q544e\u{1b}\\",
      "\u{1b}[6n\u{1b}[c", "\u{9b}31m", "\u{202e}gpj.exe", "\u{2066}x\u{2069}", "a\u{200b}\u{200d}\u{feff}b",
      "\r\n\t\u{8}\u{7}\u{7f}", "\u{e}\u{f}", "\u{2028}\u{2029}", "e\u{301}\u{301}\u{301}",
      "\u{1f468}\u{200d}\u{1f469}",
      "\u{e0001}\u{e0041}",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFE, 0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
      [0x9B, 0x33, 0x31, 0x6D],
      Array(0...255),
    ]

  @Test(arguments: ["xterm-256color", "xterm-mono", "vt100", "linux", "screen"])
  func `Nothing from a segment reaches the terminal as it is`(_ kind: String) async throws {
    let temporary = TemporaryStore("hostile")
    var options = StoreOptions()
    options.valueLimit = 300
    options.participantName = "\u{1b}]0;x\u{7}"
    let store = try SharedStore(temporary.name, mode: .shared, options: options)
    defer { store.close() }
    for (number, attack) in Self.attacks.enumerated() {
      try store.put(attack + [UInt8(number)], attack)
      try store.put(Array("key \(number)".utf8), attack)
    }
    try store.put([UInt8](repeating: 0x1B, count: 65_535), [0x1B])
    for (locale, columns, rows) in [("C.UTF-8", 200, 60), ("C.UTF-8", 60, 12), ("C", 80, 24)] {
      let outcome = try await TypedSession.run(
        ["--delay", "0.2", temporary.name], terminal: kind, locale: locale, rows: rows, columns: columns,
        keys: ["2", "3", "4", "1", "e", "\u{15}\u{10}", "\u{1b}", "D", "n", "/", "x", "\u{1b}", "?", "q"])
      let sent = TerminalBytes(outcome.bytes)
      #expect(outcome.code == 0, "\(outcome.complaint)")
      #expect(sent.foreign.isEmpty, "\(kind) \(locale) \(columns)x\(rows)")
      #expect(sent.text.contains("live") && sent.text.contains("\\x1b"))
    }
  }
}
