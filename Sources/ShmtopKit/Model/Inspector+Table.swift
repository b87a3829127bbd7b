public import SharedSimple

/// What is counted while the table view is open.
extension Inspector {
  /// Whether slots and blocks are to be counted.
  public var wantsSurvey: Bool { view == .table && timeline == nil && presence == .live }

  /// Counts slots and blocks on; see `TableModel.surveyOn`.
  ///
  /// - Returns: Whether the survey is complete.
  public mutating func surveyOn<E: Error>(_ survey: (inout TableSurvey) throws(E) -> Bool) throws(E) -> Bool {
    try table.surveyOn(survey)
  }

  /// Whether sizes of entries are to be counted.
  public var wantsSizes: Bool { view == .table && table.wantsSizes(of: entries.table) }

  /// Counts sizes of entries on.
  ///
  /// - Returns: Whether the screen has something new to show.
  public mutating func sizeOn(_ amount: Int) -> Bool { table.sizeOn(amount, entries.table) }
}
