extension Inspector {
  /// Takes what the command line asks for.
  ///
  /// - Parameter sort: the name of a column of that view, with a leading `-` for descending.
  /// - Throws: ``UsageError``, for a name there is not.
  public mutating func start(view: String, sort: String?, filter: String?) throws(UsageError) {
    guard let kind = ViewKind(rawValue: view) else {
      throw UsageError(description: "There is no view \(view); use \(Self.list(ViewKind.allCases)).")
    }
    self.view = kind
    if let sort {
      let isDescending = sort.hasPrefix("-")
      let name = isDescending ? String(sort.dropFirst()) : sort
      switch kind {
      case .entries: entries.sort(by: SortOrder(try Self.column(name), isDescending: isDescending))
      case .processes: processes.sort(by: SortOrder(try Self.column(name), isDescending: isDescending))
      case .lock, .events, .table: throw UsageError(description: "The view \(view) cannot be sorted.")
      }
    }
    do {
      applyFilter(try RowFilter(filter ?? ""))
    } catch {
      throw UsageError(description: error.description)
    }
  }

  private static func column<Column>(_ name: String) throws(UsageError) -> Column
  where Column: RawRepresentable<String>, Column: CaseIterable {
    let column = Column.allCases.first { $0.rawValue.lowercased() == name.lowercased() }
    guard let column else {
      throw UsageError(description: "There is no column \(name); use \(list(Column.allCases)).")
    }
    return column
  }

  private static func list(_ names: some Collection<some RawRepresentable<String>>) -> String {
    names.map(\.rawValue).joined(separator: ", ")
  }
}

/// Something was asked for that there is not.
public struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
