import ArgumentParser
import SharedSimple
import ShmtopKit

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a whole segment.",
    discussion: "Reads only. Each finding is a line; exit code 3 if there are any.")

  @OptionGroup var segment: NamedSegment

  func run() throws {
    let findings: [SegmentCheck.Finding]
    do { findings = try SegmentCheck.run(segment.name) } catch { throw NamedSegment.failure(error) }
    let repertoire = Locale.repertoire
    guard !findings.isEmpty else {
      try StandardStreams.writeLine(SafeText("\(segment.name) is sound.", repertoire: repertoire).text)
      return
    }
    for finding in findings {
      try StandardStreams.writeLine(SafeText(finding.description, repertoire: repertoire).text)
    }
    throw ExitCode(ExitStatus.refused.rawValue)
  }
}
