import SharedSimple

/// The line that names the views, and says what part of the rows is shown.
struct TabsView {
  let inspector: Inspector

  func draw(into screen: inout Screen) {
    let area = inspector.layout.tabs
    guard area.height > 0 else { return }
    var column = 1
    for tab in Self.tabs {
      column = screen.write(
        tab.title, row: area.row, column: tab.start, role: tab.view == inspector.view ? .openTab : .faint)
    }
    let state = statePieces(screen.glyphs)
    let room = inspector.layout.width - 1 - column - 2
    let short = state.map {
      $0 == Self.filterLabel ? Piece("  ") : $0 == Self.kindsLabel ? Piece("  kinds", .warning) : $0
    }
    let shown = screen.spelledColumns(state) <= room ? state : short
    screen.write(
      shown, row: area.row,
      column: max(column + 2, inspector.layout.width - 1 - screen.spelledColumns(shown)), limit: room)
  }

  private static let tabs: [(view: ViewKind, title: String, start: Int)] = {
    var column = 1
    return ViewKind.allCases.map { view in
      let title = " \(view.number) \(view.title) "
      defer { column += title.count }
      return (view, title, column)
    }
  }()

  /// The view whose tab stands on a column of the terminal.
  static func view(at column: Int) -> ViewKind? {
    tabs.first { ($0.start..<($0.start + $0.title.count)).contains(column) }?.view
  }

  /// The views in a few columns, for the header's first line on a low screen.
  static func compactPieces(_ inspector: Inspector) -> [Piece] {
    ViewKind.allCases.map { view in
      view == inspector.view
        ? Piece(" \(view.number) \(view.title) ", .openTab) : Piece(" \(view.number) ", .faint)
    }
  }

  /// The same, where the names stand in the header's first line.
  static func compactView(at column: Int, _ inspector: Inspector) -> ViewKind? {
    let pieces = compactPieces(inspector)
    var start = inspector.layout.width - 1 - pieces.columns
    for (view, piece) in zip(ViewKind.allCases, pieces) {
      if (start..<(start + piece.text.count)).contains(column) { return view }
      start += piece.text.count
    }
    return nil
  }

  /// Which rows there are, and what is being done to show them.
  func statePieces(_ glyphs: GlyphSet) -> [Piece] {
    var pieces: [Piece] = []
    switch inspector.view {
    case .entries:
      let entries = inspector.entries
      // Short passes are over before anybody could read how far they are.
      if let chore = entries.chore {
        pieces.append(Piece("\(chore.word) \(Int(chore.share * 100)) %  ", .warning))
      } else if !entries.isComplete || entries.table.rowCount > 200_000 {
        if let progress = entries.passProgress {
          pieces.append(Piece("reading \(Int(progress * 100)) %  ", .faint))
        } else if let progress = entries.sortProgress {
          pieces.append(Piece("sorting \(Int(progress * 100)) %  ", .faint))
        }
      }
      if inspector.isPaused, entries.readAt > 0 {
        // The numbers above stand still as of another moment than the list.
        pieces.append(Piece("as of \(WallTime.clock(entries.readAt))  ", .warning))
      } else if let age = staleness {
        pieces.append(Piece("as of \(Quantity.age(nanoseconds: age)) ago  ", .warning))
      }
      if let range = entries.range {
        pieces.append(Piece("range of \(Quantity.exact(range.count))  ", .warning))
      }
      if entries.table.markedCount > 0 {
        pieces.append(Piece("\(Quantity.exact(entries.table.markedCount)) marked  ", .strong))
      }
      if entries.groups == nil {
        pieces += hiddenSort(
          entries.sort, EntriesView(inspector: inspector).layout, EntriesView.columns, glyphs)
      }
      if let groups = entries.groups {
        pieces.append(
          Piece(
            Quantity.counted(groups.rows.count, "group", "groups"), .strong))
      } else if entries.filter != nil {
        pieces.append(
          Piece(
            "\(Quantity.exact(entries.rows.count)) of \(Quantity.exact(entries.table.liveCount))", .strong))
      }
      pieces += filterPieces(entries.filter, glyphs)
    case .processes:
      let view = ProcessesView(inspector: inspector)
      pieces =
        (inspector.knowledge.contains(.counters)
          ? hiddenSort(inspector.processes.sort, view.layout, ProcessesView.columns(perSecond: false), glyphs)
          : [])
        + [Piece(periodName, .faint)] + filterPieces(inspector.processes.filter, glyphs)
    case .lock: pieces = [Piece(periodName, .faint)]
    case .table:
      if let progress = inspector.table.progress {
        pieces = [Piece("counting \(Int(progress * 100)) %", .faint)]
      }
    case .events:
      pieces =
        [
          inspector.events.rows.count < inspector.events.knownCount
            ? Piece("\(inspector.events.rows.count) of \(inspector.events.knownCount)", .strong)
            : Piece("\(inspector.events.knownCount) known", .faint),
          inspector.events.hidesKinds ? Self.kindsLabel : Piece(""),
        ]
        + filterPieces(inspector.events.filter, glyphs)
    }
    return pieces
  }

  /// What the rows are sorted by, where no title can say it.
  private func hiddenSort<ID>(
    _ sort: SortOrder<ID>, _ layout: ColumnLayout<ID>, _ columns: [Column<ID>], _ glyphs: GlyphSet
  ) -> [Piece] {
    guard !layout.places.contains(where: { $0.column.id == sort.column }),
      let title = columns.first(where: { $0.id == sort.column })?.title
    else { return [] }
    return [Piece("by \(title)\(sort.isDescending ? glyphs.descending : glyphs.ascending)  ", .strong)]
  }

  /// What gives way where there is no room for all.
  private static let filterLabel = Piece("  filter: ", .faint)
  private static let kindsLabel = Piece("  kinds chosen", .warning)

  private func filterPieces(_ filter: RowFilter?, _ glyphs: GlyphSet) -> [Piece] {
    filter.map {
      [
        Self.filterLabel,
        Piece(
          DisplayWidth.truncate(
            $0.text.map(glyphs.typed).joined(), to: 20, ellipsis: String(glyphs.ellipsis)), .warning),
      ]
    } ?? []
  }

  /// How old the list is, where writes have gone on for more than a few samples since it was read.
  private var staleness: UInt64? {
    let readAt = inspector.entries.readAt
    guard readAt > 0, inspector.shownWall > readAt, (inspector.difference?.changes ?? 0) > 0 else {
      return nil
    }
    let age = inspector.shownWall - readAt
    return age > UInt64(inspector.delay * 3e9) ? age : nil
  }

  private var periodName: String {
    switch inspector.period {
    case .interval: "of the last interval"
    case .sinceZero: "since \(inspector.zero.map { WallTime.clock($0.takenWall) } ?? "0 was pressed")"
    case .sinceCreation: "since creation"
    }
  }
}
