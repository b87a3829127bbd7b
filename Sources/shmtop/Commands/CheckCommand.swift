import ArgumentParser
import ShmtopKit

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a whole segment.",
    discussion: "Reads only. Each finding is a line; exit code 3 if there are any.")

  @OptionGroup var segment: NamedSegment

  @Flag(help: "Print the findings as one JSON object.") var json = false

  func run() throws {
    let source = try segment.source()
    defer { source.close() }
    let findings: [CheckFinding]
    do { findings = try source.check() } catch { throw NamedSegment.failure(error) }
    if json {
      let document = CheckDocument(segment: segment.name, findings)
      try StandardStreams.writeLine(JSONLines(repertoire: Locale.repertoire).line(document))
    } else if findings.isEmpty {
      try StandardStreams.writeLine(Locale.shown("“\(segment.name)” is sound."))
    }
    if findings.isEmpty { return }
    if !json {
      for finding in findings { try StandardStreams.writeLine(Locale.shown("\(finding.description)")) }
    }
    throw ExitCode(ExitStatus.refused.rawValue)
  }
}
