/// What is shown of a list, chosen in a dialog: its columns, or the kinds of events.
extension Inspector {
  /// The lines of the dialog that is open.
  var choices: [(title: String, isShown: Bool)] {
    switch (dialog, view) {
    case (.columns, .entries):
      entries.columns.order.map { column in
        (EntriesView.columns.first { $0.id == column }!.title, entries.columns.isShown(column))
      }
    case (.columns, .processes):
      processes.columns.order.map { column in
        (
          ProcessesView.columns(perSecond: period == .interval).first { $0.id == column }!.title,
          processes.columns.isShown(column)
        )
      }
    case (.kinds, _): events.kindChoices
    default: []
    }
  }

  mutating func moveChoice(by distance: Int) {
    let last = choices.count - 1
    switch dialog {
    case .columns(let place): dialog = .columns(place: min(max(0, place + distance), last))
    case .kinds(let place): dialog = .kinds(place: min(max(0, place + distance), last))
    default: break
    }
  }

  mutating func toggleChoice() {
    switch (dialog, view) {
    case (.columns(let place), .entries):
      if !entries.columns.toggle(entries.columns.order[place]) {
        say("The key stays: it says what a row is.")
      }
      keepColumnShown()
    case (.columns(let place), .processes):
      if !processes.columns.toggle(processes.columns.order[place]) {
        say("The pid stays: it says what a row is.")
      }
      keepColumnShown()
    case (.kinds(let place), _):
      events.toggleKind(place)
      events.settle(height: pageHeight)
    default: break
    }
  }

  /// Moves the column that the dialog stands on.
  mutating func moveColumn(by distance: Int) {
    guard case .columns(let place) = dialog else { return }
    switch view {
    case .entries: dialog = .columns(place: entries.columns.move(place: place, by: distance))
    case .processes: dialog = .columns(place: processes.columns.move(place: place, by: distance))
    default: break
    }
  }

  /// The column that is explained is one of those that are shown.
  private mutating func keepColumnShown() {
    entries.choose(column: entries.columns.neighbour(of: entries.column, 0))
    processes.choose(column: processes.columns.neighbour(of: processes.column, 0))
  }
}
