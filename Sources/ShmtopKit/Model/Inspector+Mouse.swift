import SharedSimple

/// What the mouse does: nothing that a key does not do as well.
extension Inspector {
  /// Rows that a turn of the wheel scrolls by.
  private static let wheelRows = 3

  /// Takes it that the terminal has the mouse for itself.
  public mutating func releaseMouse() { isMouseReleased = true }

  mutating func handle(_ event: MouseEvent) -> [Effect] {
    // What is asked is answered with keys.
    guard layout.fits, dialog == nil else { return [] }
    dropRemark()
    switch event.kind {
    case .wheelUp: scroll(by: -Self.wheelRows)
    case .wheelDown: scroll(by: Self.wheelRows)
    case .click: return click(event)
    }
    return []
  }

  /// Scrolls without choosing another row.
  private mutating func scroll(by distance: Int) {
    switch scope {
    case .help, .lock, .table: scroll = max(0, min(scrollLimit, scroll + distance))
    case .detail: scrollDetail(by: distance)
    case .picker: picker.cursor.scroll(by: distance, count: picker.rows.count, height: pageHeight)
    default:
      holdOrder()
      switch view {
      case .entries where entries.groups != nil:
        let height = pageHeight
        entries.groups?.scroll(by: distance, height: height)
      case .entries: entries.cursor.scroll(by: distance, count: entries.rows.count, height: pageHeight)
      case .processes: processes.cursor.scroll(by: distance, count: processes.rows.count, height: pageHeight)
      case .events: events.cursor.scroll(by: distance, count: events.rows.count, height: pageHeight)
      case .lock, .table: break
      }
    }
  }

  private mutating func click(_ event: MouseEvent) -> [Effect] {
    if event.row == layout.keys.row {
      return KeysView(inspector: self).command(at: event.column).map { attempt($0) } ?? []
    }
    guard !isHelpOpen else { return [] }
    if presence != .unpicked {
      let tab =
        layout.isCompact ? TabsView.compactView(at: event.column, self) : TabsView.view(at: event.column)
      if let tab, event.row == (layout.isCompact ? layout.header.row : layout.tabs.row) {
        return attempt(.view(tab))
      }
    }
    if event.row == layout.titles.row, scope != .detail { sortByTitle(at: event.column) }
    if layout.rows.rows.contains(event.row) { select(line: event.row - layout.rows.row) }
    return []
  }

  /// Sorts by the column whose title was clicked on; again: the other way round.
  private mutating func sortByTitle(at position: Int) {
    switch scope {
    case .entries:
      guard let column = EntriesView(inspector: self).layout.id(at: position) else { return }
      entries.choose(column: column)
    case .groups:
      guard let groups = entries.groups,
        let column = GroupsView(inspector: self, groups: groups).layout.id(at: position)
      else { return }
      entries.groups?.choose(column: column)
    case .processes:
      guard let column = ProcessesView(inspector: self).layout.id(at: position) else { return }
      processes.choose(column: column)
    case .events: return invert()
    default: return
    }
    sort()
  }

  private mutating func select(line: Int) {
    switch scope {
    case .picker: picker.cursor.select(line: line, in: picker.rows.map(\.name), height: pageHeight)
    case .entries:
      holdOrder()
      entries.cursor.select(line: line, in: entries.rows, height: pageHeight)
    case .groups:
      holdOrder()
      let height = pageHeight
      entries.groups?.select(line: line, height: height)
    case .processes:
      holdOrder()
      processes.cursor.select(line: line, in: processes.rows.map(\.id), height: pageHeight)
    case .events:
      holdOrder()
      events.cursor.select(line: line, in: events.rows.map(\.number), height: pageHeight)
    default: break
    }
  }
}
