import SharedSimple

/// The events: what happened.
struct EventsView {
  let inspector: Inspector

  private enum EventColumn: Hashable, Sendable { case time, age, pid, sentence }

  private static func columns(timeWidth: Int) -> [Column<EventColumn>] {
    [
      Column(id: .time, title: "TIME", width: timeWidth, alignment: .left, meaning: ""),
      Column(id: .age, title: "AGO", width: 4, meaning: ""),
      Column(id: .pid, title: "PID", width: 7, meaning: ""),
      Column(id: .sentence, title: "WHAT", width: 10, grows: true, alignment: .left, meaning: ""),
    ]
  }

  static let meaning =
    "The last 256 events, also those from before shmtop came."
  static let meaningWithoutHistory =
    "Growths noticed since shmtop came: the segment keeps no events."

  func draw(into screen: inout Screen) {
    let area = inspector.layout.rows
    let events = inspector.events
    let showsDay = area.width >= 100
    let columns = ColumnLayout(
      Self.columns(timeWidth: showsDay ? 19 : 8),
      importance: [.time, .sentence, .pid, .age], chosen: nil, start: 1, width: area.width - 2)
    screen.writeTitles(
      columns, row: inspector.layout.titles.row, width: area.width,
      sort: SortOrder(.time, isDescending: events.isNewestFirst), chosen: nil)
    guard !events.rows.isEmpty else {
      let text =
        events.filter != nil
        ? "No event matches. Esc ends the filter."
        : inspector.knowledge.contains(.history)
          ? "Nothing has happened yet." : "No growth has been noticed yet."
      screen.write(text, row: area.row, column: 2, role: .faint)
      return
    }
    let top = events.cursor.top
    for (line, place) in (top..<min(events.rows.count, top + area.height)).enumerated() {
      draw(events.rows[place], showsDay: showsDay, columns, into: &screen, row: area.row + line)
    }
    if events.cursor.selected != nil, events.cursor.isVisible(height: area.height) {
      screen.cursor = Screen.Position(row: area.row + events.cursor.place - top, column: 0)
    }
  }

  private func draw(
    _ event: SegmentEvent, showsDay: Bool, _ columns: ColumnLayout<EventColumn>, into screen: inout Screen,
    row: Int
  ) {
    let isSelected = inspector.events.cursor.selected == event.number
    if isSelected { screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .selected) }
    let repertoire = screen.glyphs.repertoire
    screen.writeCells(columns, row: row, role: isSelected ? .selected : .plain) { column, _ in
      switch column {
      case .time: (showsDay ? WallTime.full(event.wall) : WallTime.clock(event.wall), nil)
      case .age: (Quantity.age(from: event.wall, to: inspector.shownWall), .faint)
      case .pid: (event.pid == 0 ? "" : String(event.pid), nil)
      case .sentence: (event.sentence(repertoire: repertoire), role(of: event.kind))
      }
    }
  }

  private func role(of kind: SegmentEvent.Kind) -> Role {
    switch kind {
    case .recovered, .replaced: .critical
    case .cleared, .completed, .reaped: .warning
    case .resized, .rehashed, .heapGrown, .created: .strong
    case .attached, .committed, .detached: .faint
    }
  }
}
