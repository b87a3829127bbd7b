import Foundation
import TestSupport
import Testing

@testable import SharedSimple
@testable import ShmtopKit

/// `Assets/shmtop.schema.json` and what is printed say the same.
@Suite struct SchemaTests {
  private typealias Object = [String: Any]

  private func definitions() throws -> Object {
    let schema =
      try JSONSerialization.jsonObject(with: Repository.bytes("Assets/shmtop.schema.json")) as? Object
    return try #require(schema?["$defs"] as? Object)
  }

  /// One line of each kind with every field in it.
  private func lines() throws -> [(kind: String, line: String)] {
    let json = JSONLines()
    let listing = SourceListing(
      name: "a", identity: SegmentIdentity(), sample: SegmentSample(),
      refusal: .store(.unsupportedVersion(name: "a", found: 1, supported: 2)))
    let (text, binary): ([UInt8], [UInt8]) = ([0x61], [0xFF])
    return try [
      ("sample", json.line(ExportedSample().document)),
      ("sample", json.line(ExportedSample(participantName: text).document)),
      ("sample", json.line(ExportedSample.original.document)),
      ("listing", json.line(ListingDocument(listing))),
      ("entry", json.line(EntryDocument(Entry(key: text, value: binary, stamp: .max)))),
      ("entry", json.line(EntryDocument(Entry(key: binary, value: text, stamp: 1)))),
      ("dump_line", json.line(DumpLine(key: text, value: binary))),
      ("dump_line", json.line(DumpLine(key: binary, value: text))),
      ("journal_line", json.line(JournalLine(time: 1, segment: "a", key: text, before: binary, after: nil))),
      (
        "journal_line", json.line(JournalLine(time: 1, segment: "a", key: binary, before: nil, after: binary))
      ),
      ("journal_line", json.line(JournalLine(time: 1, segment: "a", key: text, before: text, after: text))),
      ("key_change", json.line(KeyChange(time: 1, what: .put, value: text, isNewSegment: true))),
      ("key_change", json.line(KeyChange(time: 1, what: .put, value: binary, isNewSegment: true))),
      (
        "check",
        json.line(
          CheckDocument(
            segment: "a", [CheckFinding(SegmentCheck.Finding(kind: .heap, offset: 1, message: "m"))]))
      ),
    ]
  }

  @Test func `every field that is printed is in the schema with a description, and the other way round`()
    throws
  {
    let definitions = try definitions()
    var described: Set<String> = []
    for (kind, definition) in definitions {
      for (field, property) in try #require((definition as? Object)?["properties"] as? Object) {
        described.insert(kind + "." + field)
        let property = property as? Object
        #expect(property?["description"] is String || property?["const"] != nil, "\(kind).\(field)")
      }
    }
    var printed: Set<String> = []
    func note(_ value: Any, _ kind: String) throws {
      let definition = try #require(definitions[kind] as? Object)
      let properties = try #require(definition["properties"] as? Object)
      for (field, value) in try #require(value as? Object) {
        printed.insert(kind + "." + field)
        guard let property = properties[field] as? Object else { continue }
        let reference = property["$ref"] ?? (property["items"] as? Object)?["$ref"]
        guard let inner = (reference as? String)?.split(separator: "/").last else { continue }
        for value in value as? [Any] ?? [value] { try note(value, String(inner)) }
      }
    }
    for (kind, line) in try lines() {
      try note(JSONSerialization.jsonObject(with: Data(line.utf8)), kind)
    }
    #expect(printed.subtracting(described).isEmpty, "not in the schema")
    #expect(described.subtracting(printed).isEmpty, "never printed")
  }

  @Test func `the words of a field are the ones there are`() throws {
    func words(_ kind: String, _ field: String) throws -> [String] {
      let properties = (try definitions()[kind] as? Object)?["properties"] as? Object
      return try #require((properties?[field] as? Object)?["enum"] as? [String])
    }
    #expect(try words("remark", "subject") == Finding.Subject.allCases.map(RemarkDocument.word))
    #expect(try words("event", "kind") == SegmentEvent.Kind.allCases.map(EventDocument.word))
    #expect(try words("key_change", "what") == KeyChange.What.allCases.map(\.rawValue))
  }

  static let validation = """
    import json, sys, jsonschema
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    for line in sys.stdin:
        kind, line = line.split(" ", 1)
        validator = jsonschema.Draft202012Validator({"$ref": "#/$defs/" + kind, "$defs": schema["$defs"]})
        validator.validate(json.loads(line))
        print(kind)
    """

  @Test(.enabled(if: Python.has("jsonschema"))) func `the schema takes a line of each kind`() async throws {
    let lines = try lines()
    let input = lines.map { $0.kind + " " + $0.line + "\n" }.joined()
    let kinds = try await Python.run(
      Self.validation, input: Array(input.utf8), Repository.path + "/Assets/shmtop.schema.json")
    #expect(kinds.split(separator: "\n").map(String.init) == lines.map(\.kind))
  }

  @Test(.enabled(if: Python.has("jsonschema"))) func `the schema takes what the program prints`() async throws
  {
    let segment = TemporaryStore("schema")
    let store = try segment.open { $0.participantName = "größe \u{1b}" }
    for number in 0..<200 { try store.put("key \(number)", "value") }
    try store.put([0xFF] as [UInt8], [0] as [UInt8])
    let damaged = TemporaryStore("schema-damaged")
    try damaged.open().close()
    RawObject(damaged).resize(8192)
    var input = ""
    for (kind, arguments) in [
      ("sample", "--json -n 2 -d 0.1 NAME"), ("listing", "list --json"), ("entry", "get --json NAME 'key 3'"),
      ("entry", "get --json -e NAME '\\xff'"), ("dump_line", "dump NAME"),
      ("key_change", "watch --json -n 1 NAME x"),
      ("check", "check --json NAME"),
    ] {
      let outcome = try await ShmtopProgram.shell(
        "shmtop " + arguments.replacing("NAME", with: segment.name))
      #expect(outcome.code == 0, "\(outcome.complaint)")
      let lines = outcome.lines.filter { !$0.isEmpty }
      #expect(!lines.isEmpty)
      // Others' segments come and go meanwhile.
      input += lines.map { kind + " " + $0 + "\n" }.joined()
    }
    _ = try await Python.run(
      Self.validation, input: Array(input.utf8), Repository.path + "/Assets/shmtop.schema.json")
  }
}
