/// The line above the keys: a notice, the text being typed, or what the chosen column means.
struct ExplanationView {
  let inspector: Inspector

  func draw(into screen: inout Screen) {
    let area = inspector.layout.explanation
    if case .prompt(let prompt, let line, let problem) = inspector.dialog {
      return draw(prompt, line, problem, into: &screen, row: area.row)
    }
    if inspector.notice == nil, let timeline = inspector.timeline {
      return TimeBarView(timeline: timeline).draw(into: &screen, row: area.row)
    }
    let (text, role) = text
    guard inspector.notice == nil, role == .faint else {
      // Where it does not fit into the line it takes more of them: its end matters as well.
      return drawLines(text, role, into: &screen, endRow: area.row)
    }
    screen.write(
      fitting(text), row: area.row, column: 1, columns: area.width - 2, alignment: .left, role: role)
  }

  private func draw(
    _ prompt: Dialog.Prompt, _ line: InputLine, _ problem: String?, into screen: inout Screen, row: Int
  ) {
    let column = screen.write(prompt.title + ": ", row: row, column: 1, role: .heading)
    let room = screen.width - column - 1
    InputView(line: line).draw(into: &screen, row: row, column: column, width: room)
    // Above it, where all of it can be read.
    if let problem { drawLines(problem, .warning, into: &screen, endRow: row - 1) }
  }

  /// A text in as many lines as it takes, over the rows.
  private func drawLines(_ text: String, _ role: Role, into screen: inout Screen, endRow: Int) {
    let width = screen.width
    let rows = lines(of: screen.glyphs.spelled(text), width: width - 2).prefix(endRow - 1)
    for (index, line) in rows.enumerated() {
      let row = endRow - rows.count + 1 + index
      screen.fill(Area(row: row, column: 0, height: 1, width: width))
      screen.write(line, row: row, column: 1, columns: width - 2, alignment: .left, role: role)
    }
  }

  /// As many of its sentences as there is room for in a line.
  private func fitting(_ text: String) -> String {
    let room = inspector.layout.width - 2
    guard text.count > room else { return text }
    let letters = Array(text)
    let end = (1..<room).last {
      letters[$0] == "." && letters[$0 - 1] != " " && letters[$0 + 1] == " "
    }
    return end.map { String(letters[...$0]) } ?? text
  }

  /// The gravest that the view does not tell itself.
  private var finding: Finding? {
    inspector.remarks.findings.first { finding in
      switch inspector.view {
      case .lock: finding.subject != .lock
      case .table: finding.subject != .table
      case .entries, .processes, .events: true
      }
    }
  }

  private var text: (String, Role) {
    if let notice = inspector.notice {
      let role: Role =
        switch notice.kind {
        case .information: .strong
        case .done: .good
        case .warning: .warning
        case .failure: .critical
        }
      return (notice.text, role)
    }
    if let finding, inspector.presence == .live {
      return (finding.sentence, finding.isGrave ? .critical : .warning)
    }
    if case .failing(let reason) = inspector.presence { return (reason, .critical) }
    if case .gone = inspector.presence {
      return (
        "Unlinked: this is the last that was seen. It is watched again when it returns.",
        .warning
      )
    }
    if case .retired = inspector.presence {
      return ("An exclusive open has retired this segment.", .warning)
    }
    return (meaning, .faint)
  }

  private var meaning: String {
    if inspector.presence == .unpicked {
      return "The segments of this machine. Enter watches the selected one."
    }
    switch inspector.view {
    case .entries where inspector.scope == .detail:
      return inspector.timeline == nil
        ? "Left, Right: pages. Looked up ten times a second." : "Left, Right: pages. As it was then."
    case .entries where inspector.scope == .groups:
      let groups = inspector.entries.groups
      return sortable(
        GroupsView.columns.first { $0.id == groups?.column }?.meaning ?? "",
        isSorted: groups?.sort.column == groups?.column)
    case .entries:
      let marked = inspector.entries.table.markedCount
      // On a low screen no other line says so.
      let marks = inspector.layout.isCompact && marked > 0 ? "\(Quantity.exact(marked)) marked. " : ""
      return sortable(
        marks + meaningOfColumn, isSorted: inspector.entries.sort.column == inspector.entries.column)
    case .processes:
      let hidden = inspector.remarks.hiddenProcesses
      let unseen =
        hidden > 0
        ? "\(Quantity.counted(hidden, "process", "processes")) may not be looked into. " : ""
      let meaning =
        ProcessesView.columns(perSecond: inspector.period == .interval)
        .first { $0.id == inspector.processes.column }?.meaning ?? ""
      return sortable(
        unseen + meaning, isSorted: inspector.processes.sort.column == inspector.processes.column)
    case .lock:
      return moreLines
        + (inspector.knowledge.contains(.lockTimes)
          ? "All waits; of holds, every 64th and each contended."
          : "Its word and owner, looked at fifty times a second; nothing is counted by it.")
    case .table: return moreLines + TableView.meaning
    case .events:
      return inspector.knowledge.contains(.history) ? EventsView.meaning : EventsView.meaningWithoutHistory
    }
  }

  /// What a column means, and how to sort by it, where there is room for that.
  private func sortable(_ meaning: String, isSorted: Bool) -> String {
    let hint = isSorted ? "" : " s sorts by it."
    return meaning.count + hint.count <= inspector.layout.width - 2 ? meaning + hint : meaning
  }

  private var meaningOfColumn: String {
    EntriesView.columns.first { $0.id == inspector.entries.column }?.meaning ?? ""
  }

  private var moreLines: String {
    let more = inspector.scrollLimit - inspector.scroll
    return more > 0 ? "\(more) more \(more == 1 ? "line" : "lines"): Down. " : ""
  }
}
