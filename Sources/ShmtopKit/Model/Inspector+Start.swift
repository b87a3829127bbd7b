extension Inspector {
  /// Takes what the command line asks for.
  ///
  /// - Parameters:
  ///   - view: nil where none is named: the one that `sort` is about, else `standard`.
  ///   - sort: the name of a column of that view, with a leading `-` for descending.
  /// - Throws: ``UsageError``, for a name there is not.
  public mutating func start(
    view: ViewKind?, standard: ViewKind = .entries, sort: String?, filter: String?
  ) throws(UsageError) {
    self.view = view ?? standard
    if let sort {
      if view == nil { self.view = try Self.view(sortedBy: sort, standard: standard) }
      switch self.view {
      case .entries: entries.sort(by: try Self.order(sort, of: .entries))
      case .processes: processes.sort(by: try Self.order(sort, of: .processes))
      case .lock, .events, .table:
        throw UsageError(description: "The view \(self.view.rawValue) cannot be sorted.")
      }
    }
    do {
      applyFilter(try RowFilter(filter ?? ""))
    } catch {
      throw UsageError(description: error.description)
    }
  }

  /// The view that has the column: the standard one, if it does.
  private static func view(sortedBy sort: String, standard: ViewKind) throws(UsageError) -> ViewKind {
    let views = viewsWithColumn(sort)
    guard let view = views.contains(standard) ? standard : views.first else {
      throw UsageError(
        description:
          "There is no column \(columnName(sort)); use \(list(EntryColumn.allCases)) of the entries, or "
          + "\(list(ProcessColumn.allCases)) of the processes.")
    }
    return view
  }

  private static func order<Column>(_ sort: String, of view: ViewKind) throws(UsageError) -> SortOrder<Column>
  where Column: RawRepresentable<String>, Column: CaseIterable {
    if let order = SortOrder<Column>(written: sort) { return order }
    let name = columnName(sort)
    if let other = viewsWithColumn(sort).first {
      throw UsageError(
        description:
          "\(name) is a column of the view \(other.rawValue), not of \(view.rawValue): use -v \(other.rawValue)."
      )
    }
    throw UsageError(description: "There is no column \(name); use \(list(Column.allCases)).")
  }

  private static func viewsWithColumn(_ sort: String) -> [ViewKind] {
    (SortOrder<EntryColumn>(written: sort) == nil ? [] : [.entries])
      + (SortOrder<ProcessColumn>(written: sort) == nil ? [] : [.processes])
  }

  private static func columnName(_ sort: String) -> String {
    sort.hasPrefix("-") ? String(sort.dropFirst()) : sort
  }

  private static func list(_ names: some Collection<some RawRepresentable<String>>) -> String {
    names.map(\.rawValue).joined(separator: ", ")
  }
}

/// Something was asked for that there is not.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
