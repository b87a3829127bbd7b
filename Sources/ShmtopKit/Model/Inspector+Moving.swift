import SharedSimple

extension Inspector {
  /// Moves the cursor, or scrolls where there is none.
  mutating func move(_ command: Command) {
    let distance: Int =
      switch command {
      case .up: -1
      case .down: 1
      case .pageUp: -pageHeight
      case .pageDown: pageHeight
      case .home: -(1 << 40)
      default: 1 << 40
      }
    switch scope {
    case .help, .lock, .table:
      scroll = max(0, min(scrollLimit, scroll + distance))
    case .detail: scrollDetail(by: distance)
    case .choices: moveChoice(by: distance)
    case .groups:
      holdOrder()
      let height = pageHeight
      entries.groups?.move(by: distance, height: height)
    case .picker: picker.cursor.move(by: distance, in: picker.rows.map(\.name), height: pageHeight)
    default:
      holdOrder()
      switch view {
      case .entries: entries.cursor.move(by: distance, in: entries.rows, height: pageHeight)
      case .processes: processes.cursor.move(by: distance, in: processes.rows.map(\.id), height: pageHeight)
      case .events: events.cursor.move(by: distance, in: events.rows.map(\.number), height: pageHeight)
      case .lock, .table: break
      }
    }
  }

  mutating func chooseColumn(by distance: Int) {
    switch view {
    case .entries where scope == .groups:
      entries.groups?.chooseColumn(by: distance)
    case .entries: entries.choose(column: entries.columns.neighbour(of: entries.column, distance))
    case .processes: processes.choose(column: processes.columns.neighbour(of: processes.column, distance))
    case .lock, .events, .table: break
    }
  }

  mutating func sort() {
    switch view {
    case .entries where scope == .groups:
      let height = pageHeight
      entries.groups?.sortByColumn(height: height)
      releaseOrder()
    case .entries:
      sortEntries(
        by: entries.sort.turned(to: entries.column, startsDescending: entries.column.startsDescending))
    case .processes:
      sortProcesses(
        by: processes.sort.turned(to: processes.column, startsDescending: processes.column.startsDescending))
    case .lock, .events, .table: break
    }
  }

  mutating func invert() {
    switch view {
    case .entries where scope == .groups:
      let height = pageHeight
      entries.groups?.invert(height: height)
      releaseOrder()
    case .entries:
      sortEntries(by: SortOrder(entries.sort.column, isDescending: !entries.sort.isDescending))
    case .processes:
      sortProcesses(
        by: SortOrder(processes.sort.column, isDescending: !processes.sort.isDescending))
    case .events:
      events.invert()
      releaseOrder()
    case .lock, .table: break
    }
  }

  /// Sorts, and shows the top: what one sorts for stands there, and going there would hold the order. A row that is
  /// followed stays selected.
  private mutating func sortEntries(by order: SortOrder<EntryColumn>) {
    entries.sort(by: order)
    if !entries.cursor.isFollowing {
      entries.cursor.reset()
      selectsFirstRow = true
    }
    heldUntil = nil
  }

  private mutating func sortProcesses(by order: SortOrder<ProcessColumn>) {
    processes.sort(by: order)
    if !processes.cursor.isFollowing { processes.cursor.reset() }
    releaseOrder()
  }

  mutating func follow() {
    switch view {
    case .entries:
      entries.cursor.isFollowing.toggle()
      entries.cursor.reveal(pageHeight)
      sayFollowing(entries.cursor.isFollowing)
    case .processes:
      processes.cursor.isFollowing.toggle()
      processes.cursor.reveal(pageHeight)
      sayFollowing(processes.cursor.isFollowing)
    case .lock, .events, .table: break
    }
  }

  private mutating func sayFollowing(_ isFollowing: Bool) {
    say(
      isFollowing
        ? "The screen follows the selected row." : "The screen stays where it is when the selected row moves."
    )
  }

  // MARK: - Searching

  /// Goes to the next row that contains the text searched for, all the way round.
  mutating func search(from start: Int, by step: Int) {
    let wanted: RowFilter?
    do { wanted = try RowFilter(searched) } catch { return say(error.description, .warning) }
    guard let wanted else { return }
    if view == .entries {
      return begin(
        .search(wanted, what: searched), rows: entries.rows[...], start: entries.cursor.place + start,
        step: step)
    }
    let found: Int? =
      switch view {
      case .processes:
        place(from: processes.cursor.place + start, by: step, count: processes.rows.count) {
          wanted.matches(processes.rows[$0].searchText[...])
        }
      case .events:
        place(from: events.cursor.place + start, by: step, count: events.rows.count) {
          wanted.matches(events.rows[$0].searchText)
        }
      case .entries, .lock, .table: nil
      }
    guard let found else { return say("No row contains \(SafeText(searched).text).", .warning) }
    holdOrder()
    switch view {
    case .processes: processes.cursor.select(place: found, in: processes.rows.map(\.id), height: pageHeight)
    case .events: events.cursor.select(place: found, in: events.rows.map(\.number), height: pageHeight)
    case .entries, .lock, .table: break
    }
  }

  private func place(from start: Int, by step: Int, count: Int, where matches: (Int) -> Bool) -> Int? {
    guard count > 0 else { return nil }
    var place = ((start % count) + count) % count
    for _ in 0..<count {
      if matches(place) { return place }
      place = (place + step + count) % count
    }
    return nil
  }

  // MARK: - Filtering

  var currentFilter: RowFilter? {
    switch view {
    case .entries: entries.filter
    case .processes: processes.filter
    case .events: events.filter
    case .lock, .table: nil
    }
  }

  mutating func applyFilter(_ filter: RowFilter?) {
    switch view {
    case .entries:
      entries.filterBeforeGroup = nil
      entries.rangeStart = nil
      entries.dropChore()
      entries.show(filter)
    case .processes: processes.show(filter)
    case .events: events.show(filter)
    case .lock, .table: break
    }
    releaseOrder()
  }
}

extension CaseIterable where Self: Equatable, AllCases == [Self] {
  /// The case so many places on, and no further than the ends.
  fileprivate func neighbour(_ distance: Int) -> Self {
    let all = Self.allCases
    return all[min(max(0, all.firstIndex(of: self)! + distance), all.count - 1)]
  }
}

extension SortOrder {
  /// The order by a column, or the other way round where it is that already.
  fileprivate func turned(to column: Column, startsDescending: Bool) -> SortOrder {
    self.column == column
      ? SortOrder(column, isDescending: !isDescending) : SortOrder(column, isDescending: startsDescending)
  }
}
