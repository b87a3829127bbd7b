import ArgumentParser
import SharedSimple

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a whole segment.",
    discussion: "Reads only. Each finding is a line; exit code 3 if there are any.")

  @OptionGroup var segment: NamedSegment

  func run() throws {
    let findings: [SegmentCheck.Finding]
    do { findings = try SegmentCheck.run(segment.name) } catch { throw NamedSegment.failure(error) }
    guard !findings.isEmpty else {
      try StandardStreams.writeLine(Locale.shown("“\(segment.name)” is sound."))
      return
    }
    for finding in findings { try StandardStreams.writeLine(Locale.shown(finding.description)) }
    throw ExitCode(ExitStatus.refused.rawValue)
  }
}
