/// Entries by what their keys begin with.
extension Inspector {
  mutating func toggleGroups() {
    entries.rangeStart = nil
    // A group that was opened is taken apart further: its filter stays, and so does the way back.
    entries.showGroups(entries.groups == nil)
  }

  /// Shows the entries of the selected group.
  mutating func openGroup() {
    guard let group = entries.groups?.selected else { return }
    guard let prefix = group.prefix, let filter = RowFilter.beginning(with: prefix) else {
      return say("These keys have nothing in common to filter by.", .warning)
    }
    let before: RowFilter?? = .some(entries.filter)
    entries.showGroups(false)
    applyFilter(filter)
    entries.cursor.reset()
    entries.filterBeforeGroup = before
  }

  /// Goes back from an opened group to all groups.
  mutating func closeGroup(_ before: RowFilter?) {
    applyFilter(before)
    entries.showGroups(true)
  }
}
