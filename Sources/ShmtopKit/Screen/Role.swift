/// What a cell means. How a meaning looks is the terminal's theme to say; none is told by colour alone.
public enum Role: Character, Sendable, CaseIterable {
  case plain = "."
  /// Units, names of numbers, what is there to be read second.
  case faint = ","
  /// Numbers and names to be read first.
  case strong = "B"
  /// The segment's name, titles of dialogs.
  case heading = "H"
  /// Titles above columns.
  case columnTitle = "t"
  /// The title of the column that is explained, and that `s` sorts by.
  case chosenTitle = "T"
  /// The row that keys act on.
  case selected = "s"
  /// The view that is shown, among the names of all views.
  case openTab = "O"
  case good = "g"
  case warning = "w"
  case critical = "c"
  /// A row that has changed in the last samples.
  case changed = "C"
  /// A row that was not there a sample ago.
  case added = "a"
  /// A row that is gone from the segment and is about to go from the screen.
  case removed = "r"
  /// Parts of a gauge.
  case gaugeLive = "L"
  case gaugeRemoved = "R"
  case gaugeFree = "-"
  case gaugeMark = "M"
  /// Bars of waits, and of holds, in charts.
  case waitBar = "1"
  case holdBar = "2"
  /// A key in the bar of keys, and what it does.
  case key = "k"
  case keyAction = "n"
  /// A key that cannot act now.
  case keyDimmed = "d"
  /// The frame of a dialog, and the line a text is typed into.
  case frame = "F"
  case input = "i"
}
