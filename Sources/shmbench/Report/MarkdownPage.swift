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

  /// What stands in the project's README: the store beside its peers at the largest size, and with more processes.
  func excerpt(folder: String) -> String {
    var lines: [String] = []
    if let section = section(.peers), let table = section.tables.last {
      lines += ["\(table.title):", ""] + Self.lines(table) + ["", Self.origin(section), ""]
      // The last but one is of operations, the last of two processes.
      let index = max(section.charts.count - 2, 0)
      lines += picture(section, index, folder)
    }
    if let section = section(.scale) { lines += picture(section, 0, folder) }
    return lines.joined(separator: "\n")
  }

  private func section(_ name: MeasurementName) -> Section? {
    report.sections.first { $0.name == name.rawValue }
  }

  private func picture(_ section: Section, _ index: Int, _ folder: String) -> [String] {
    guard section.charts.indices.contains(index) else { return [] }
    return ["![\(section.charts[index].title)](\(folder)/\(Self.file(section, index)))", ""]
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
