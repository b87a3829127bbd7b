/// The page of a report's tables and pictures, and the part of it that the project's README shows.
struct MarkdownPage {
  let report: Report

  /// The file of a chart beside the page.
  static func file(_ section: Section, _ index: Int) -> String {
    "\(section.name)\(index == 0 ? "" : "-\(index + 1)").svg"
  }

  var text: String {
    var lines = [
      "# Benchmarks", "",
      "Written by `swift run -c release shmbench`; do not edit. [report.json](report.json) has the figures.",
    ]
    for section in report.sections { lines += Self.lines(section) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What stands in the project's README: the named sections' first picture, the first of them with its first table.
  func excerpt(of names: [String], folder: String) -> String {
    var lines: [String] = []
    for name in names {
      guard let section = report.sections.first(where: { $0.name == name }) else { continue }
      if let chart = section.charts.first {
        lines += ["![\(chart.title)](\(folder)/\(Self.file(section, 0)))", ""]
      }
      if name == names.first, let table = section.tables.first {
        lines += ["\(table.title):", ""] + Self.lines(table) + ["", Self.origin(section), ""]
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func lines(_ section: Section) -> [String] {
    var lines = ["", "## \(section.title)", "", section.method, "", origin(section)]
    for (index, chart) in section.charts.enumerated() {
      lines += ["", "![\(chart.title)](\(file(section, index)))"]
    }
    for table in section.tables { lines += ["", "\(table.title):", ""] + Self.lines(table) }
    if !section.verdicts.isEmpty {
      lines += ["", "| target | measured | limit | |", "|---|---:|---:|---|"]
      for verdict in section.verdicts {
        lines.append(
          "| \(verdict.what) | \(verdict.unit.text(verdict.value)) | \(verdict.bound.rawValue) "
            + "\(verdict.unit.text(verdict.limit)) | \(verdict.isMet ? "met" : "**not met**") |")
      }
    }
    if !section.omissions.isEmpty { lines.append("") }
    for omission in section.omissions { lines.append("- Left out: \(omission)") }
    return lines
  }

  private static func lines(_ table: Table) -> [String] {
    let rows = table.cells.map { "| \($0.joined(separator: " | ")) |" }
    return [rows[0], "|---|" + String(repeating: "---:|", count: table.columns.count)] + rows.dropFirst()
  }

  /// When and where.
  static func origin(_ section: Section) -> String {
    "\(section.taken.dayText), \(section.machine.caption)"
      + (section.machine.load > 0.5 ? "; not quiet: load \(Unit.digits(section.machine.load)) before" : "")
      + (section.isQuick ? "; a quick look." : ".")
  }
}
