public import SharedSimple

/// How the table and the heap are used, as far as it has been counted.
public struct TableModel {
  /// The last survey that was completed.
  public internal(set) var survey: TableSurvey?
  /// Sizes of the entries, of the last pass that was counted.
  public internal(set) var sizes: SizeSurvey?
  /// The survey under way.
  private var counting: TableSurvey?
  private var sizing: SizeSurvey?
  /// The pass whose entries were counted last.
  private var sizedPass: UInt32 = 0

  public init() {}

  /// Counts slots and blocks on, through `survey`, which does a piece of it.
  ///
  /// - Returns: Whether there is something new to show.
  mutating func surveyOn<E: Error>(_ survey: (inout TableSurvey) throws(E) -> Bool) throws(E) -> Bool {
    var now = counting ?? TableSurvey()
    counting = nil
    if try survey(&now) {
      counting = now
      return false
    }
    self.survey = now
    return true
  }

  /// How far the survey is; nil where none is under way.
  public var progress: Double? { counting?.progress }

  /// Whether sizes are to be counted: a pass has ended since they were.
  func wantsSizes(of table: EntryTable) -> Bool {
    sizing != nil || (table.passes > 0 && table.passes != sizedPass)
  }

  /// Counts sizes on.
  ///
  /// - Returns: Whether there is something new to show.
  mutating func sizeOn(_ amount: Int, _ table: EntryTable) -> Bool {
    var now = sizing ?? SizeSurvey()
    sizing = nil
    sizedPass = table.passes
    if now.countOn(amount, table) {
      sizing = now
      return false
    }
    sizes = now
    return true
  }
}
