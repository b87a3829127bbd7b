import ShmtopKit
import Testing

@Suite struct SentenceTests {
  @Test func `what a sentence names is escaped once, and its own words are not`() {
    let name = "a\\b\u{1b}[2J\u{202e}"
    let key: [UInt8] = [0x5C, 0xFF]
    let inner: Sentence = "no “\(key)”; type \\n"
    let sentence: Sentence = "“\(name)” has " + "\(inner), \(3) \(true ? "keys" : "key")"
    #expect(
      sentence.shown(.unicode)
        == #"“a\\b\x1b[2J\u{202e}” has no “\\\xff”; type \n, 3 keys"#)
    #expect(sentence.plain.hasPrefix("“" + name))
  }

  @Test func `text of another's making is escaped whole, text that is escaped already is not again`() {
    let text = #"a\b"#
    #expect(Sentence(text).shown(.unicode) == #"a\\b"#)
    #expect(Sentence(escaped: text).shown(.unicode) == #"a\b"#)
    // Who is wrong about that does no harm.
    #expect(Sentence(escaped: "a\\\u{1b}\n").shown(.unicode) == #"a\\x1b\n"#)
  }

  @Test func `without Unicode, quotes and the ellipsis have their ASCII spelling`() {
    let sentence: Sentence = "“\("größe")” …"
    #expect(sentence.shown(.ascii) == #"'gr\u{f6}\u{df}e' ..."#)
  }
}
