import Foundation
import SharedSimple
import TestSupport
import Testing

/// What is done with many entries, one entry and the mouse, in a real terminal against a real store.
@Suite(.serialized, .enabled(if: TmuxTerminal.isAvailable, "tmux is not installed"), .timeLimit(.minutes(5)))
struct LiveViewsTests {
  private static func filled(_ label: String) throws -> (TemporaryStore, SharedStore) {
    let temporary = TemporaryStore(label)
    let store = try temporary.open()
    for name in ["apple", "banana", "cherry", "damson", "elder"] { try store.put(name, "value of \(name)") }
    return (temporary, store)
  }

  @Test func `An entry that is looked at closely shows each value as it comes, and that it is gone`()
    async throws
  {
    let (temporary, store) = try Self.filled("detail")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --delay 10 \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("Enter")
      try await terminal.wait(for: "14 bytes")
      try store.put("apple", "another\u{1b}value")
      // Long before the next sample.
      try await terminal.wait(for: #"another\x1bvalue"#)
      try await terminal.press("Right", "Right", "Right")
      try await terminal.wait(for: "value of apple")
      try store.remove("apple")
      try await terminal.wait(for: "GONE since")
      try await terminal.press("Escape")
      try await terminal.wait(for: "banana")
    }
  }

  @Test func `Marked entries are removed by their number, and one that has changed is left`() async throws {
    let (temporary, store) = try Self.filled("many")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --delay 60 \(temporary.name)")
      try await terminal.wait(for: "elder")
      try await terminal.press("Space", "v", "Down", "v")
      try await terminal.wait(for: "3 entries are marked.")
      try await terminal.press("D")
      try await terminal.wait(for: "3 marked entries would be removed")
      try store.put("banana", "changed")
      try await terminal.press("y", "Enter")
      try await terminal.wait(for: "Type 3 to remove them")
      try await terminal.press("C-u", "3", "Enter")
      try await terminal.wait(for: "Removed 2 entries; 1 had changed and was left.")
      #expect(try store.count == 3)
      // Taken back as a whole, but for what is there again.
      try store.put("apple", "another")
      try await terminal.press("u")
      try await terminal.wait(for: "Put back what you removed?")
      try await terminal.press("y")
      try await terminal.wait(for: "Put 1 entry back; 1 was there again and was left.")
    }
    #expect(try store.count == 5)
    #expect(try store.get("apple") == "another")
    #expect(try store.bytes("banana") == Array("changed".utf8))
  }

  @Test func `Entries are written to a file as dump writes them, and no file is written over unasked`()
    async throws
  {
    let (temporary, store) = try Self.filled("file")
    defer { store.close() }
    try store.put("raw", [0xFF, 0x00])
    let file = "/tmp/\(temporary.name).jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "elder")
      try await terminal.press("w", "C-u")
      try await terminal.line(file)
      try await terminal.wait(for: "Wrote 6 entries")
      let dump = try await ShmtopProgram.run("dump", temporary.name)
      let written = try String(contentsOfFile: file, encoding: .utf8)
      #expect(written.split(separator: "\n").sorted() == dump.output.split(separator: "\n").sorted())

      try await terminal.press("Space", "w", "C-u")
      try await terminal.line(file)
      try await terminal.wait(for: "Write over this file?")
      try await terminal.press("Enter")
      try await terminal.wait(for: "The file was left as it is.")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == written)
      try await terminal.press("w", "C-u")
      try await terminal.line(file)
      try await terminal.wait(for: "Write over this file?")
      try await terminal.press("y")
      try await terminal.wait(for: "Wrote 1 entry")
      #expect(
        try String(contentsOfFile: file, encoding: .utf8) == #"{"key":"apple","value":"value of apple"}"#
          + "\n")
    }
  }

  @Test func `The clipboard gets the value with its escapes`() async throws {
    let (temporary, store) = try Self.filled("copy")
    defer { store.close() }
    try store.put("apple", "rm -rf x\n\u{1b}")
    try await TmuxTerminal.open { terminal in
      try await terminal.takeClipboard()
      try await terminal.line("$PROGRAM \(temporary.name)")
      try await terminal.wait(for: "banana")
      try await terminal.press("y")
      try await terminal.wait(for: "was sent to the terminal")
      #expect(try await terminal.clipboard() == #"rm -rf x\n\x1b"#)
    }
  }

  @Test func `A click opens a tab, the wheel scrolls, and the mouse is given back`() async throws {
    let (temporary, store) = try Self.filled("mouse")
    defer { store.close() }
    for number in 0..<50 { try store.put("number:\(number + 100)", "1") }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM \(temporary.name)")
      let rows = try await terminal.wait(for: "banana")
      #expect(try await terminal.hasMouse())
      // The wheel, over the rows.
      try await terminal.send("\u{1b}[<65;10;12M")
      try await terminal.wait("rows further down") { !$0.contains { $0.contains("apple") } }
      let tabs = rows.firstIndex { $0.contains("3 Lock") } ?? 0
      let column = rows[tabs].split(separator: "3 Lock").first?.count ?? 0
      try await terminal.send("\u{1b}[<0;\(column + 2);\(tabs + 1)M\u{1b}[<0;\(column + 2);\(tabs + 1)m")
      try await terminal.wait(for: "The lock is")
      try await terminal.press("M")
      try await terminal.wait(for: "The mouse is the terminal's")
      #expect(try await !terminal.hasMouse())
      try await terminal.press("M")
      try await terminal.wait(for: "Click selects")
      #expect(try await terminal.hasMouse())
      try await terminal.press("q")
      try await terminal.wait(for: "ready>")
      #expect(try await !terminal.hasMouse())
      try await terminal.line("$PROGRAM --no-mouse \(temporary.name)")
      try await terminal.wait(for: "banana")
      #expect(try await !terminal.hasMouse())
    }
  }

  @Test func `The table view counts a real table`() async throws {
    let (temporary, store) = try Self.filled("table")
    defer { store.close() }
    try await TmuxTerminal.open { terminal in
      try await terminal.line("$PROGRAM --view table \(temporary.name)")
      try await terminal.wait(for: "Map of the slots")
      try await terminal.wait(for: "Slots a search looks at")
      try await terminal.press("End")
      try await terminal.wait(for: "The largest entries")
      try await terminal.wait(for: "cherry")
    }
  }
}
