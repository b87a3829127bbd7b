import FoundationEssentials

/// A folder of generated files: the report, its page and its pictures.
struct Folder {
  let path: String

  /// Writes a report; sections that it has not, but an earlier one in the folder had, stay as they are.
  func write(_ report: Report) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var whole = (try? earlier()) ?? Report()
    whole.replace(with: report)
    let order = MeasurementName.allCases.map(\.rawValue)
    whole.sections.sort { order.firstIndex(of: $0.name) ?? .max < order.firstIndex(of: $1.name) ?? .max }
    try write("report.json", whole.json)
    let page = MarkdownPage(report: whole)
    try write("README.md", Data(page.text.utf8))
    for section in report.sections {
      for (index, chart) in section.charts.enumerated() {
        let drawing = ChartDrawing(chart: chart, origin: MarkdownPage.origin(section))
        try write(MarkdownPage.file(section, index), Data(drawing.svg.utf8))
      }
    }
  }

  /// Puts the main figures between two marks in a README that has them.
  func quote(in readme: String) throws {
    guard let data = FileManager.default.contents(atPath: readme) else { return }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: Self.beginMark), let end = lines.firstIndex(of: Self.endMark),
      start < end
    else { return }
    let excerpt = MarkdownPage(report: try earlier()).excerpt(folder: path)
    let text = (lines[...start] + ["", Substring(excerpt)] + lines[end...]).joined(separator: "\n")
    try Data(text.utf8).write(to: URL(filePath: readme))
  }

  private static let beginMark: Substring = "<!-- speed: written by shmbench -->"
  private static let endMark: Substring = "<!-- end of speed -->"

  private func earlier() throws -> Report {
    try Report(json: Data(contentsOf: URL(filePath: path + "/report.json")))
  }

  private func write(_ file: String, _ data: Data) throws {
    try data.write(to: URL(filePath: "\(path)/\(file)"))
  }
}

extension Date {
  /// The day, in UTC: “2026-11-24”.
  var dayText: String { String(ISO8601Format().prefix(10)) }
}
