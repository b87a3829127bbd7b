/// What the operator is asked. A dialog keeps the key it was opened for, whatever the rows do meanwhile.
public enum Dialog: Sendable, Hashable {
  /// A new value for a key is typed.
  case edit(key: [UInt8], seen: [UInt8], line: InputLine, problem: String?)
  /// The key of a new entry is typed.
  case addKey(line: InputLine, problem: String?)
  /// Its value is typed.
  case addValue(key: [UInt8], line: InputLine, problem: String?)
  /// Asks whether to make the change.
  case confirm(Change, rows: Int)
  /// The number of marked entries is typed, to remove them all.
  case removeMany(SeenEntries, line: InputLine, problem: String?)
  /// Asks whether to put entries back that were removed together.
  case putBack(SeenEntries)
  /// The name of a file for entries is typed.
  case writeFile(SeenEntries, line: InputLine, problem: String?)
  /// Asks whether to write over a file.
  case overwriteFile(SeenEntries, file: String)
  /// Work on many entries is under way.
  case bulk(BulkProgress)
  /// Columns are chosen and moved.
  case columns(place: Int)
  /// Kinds of events are chosen.
  case kinds(place: Int)
  /// The value became another one between the question and the answer, so many times by now.
  case conflict(Change, now: [UInt8]?, times: Int)
  /// The journal cannot keep the change, for this reason: asks whether to make it all the same.
  case unjournaled(Change, reason: String)
  /// A setting is typed below the rows.
  case prompt(Prompt, line: InputLine, problem: String?)

  public enum Prompt: Sendable, Hashable {
    case filter, search, delay, time

    public var title: String {
      switch self {
      case .filter: "Filter (TEXT, !TEXT, ^TEXT, /REGEX/)"
      case .search: "Search"
      case .delay: "Seconds between samples (0.1 to 60)"
      case .time: "Go to (17:25:03, +90, -5m)"
      }
    }
  }

  var scope: Scope {
    switch self {
    case .edit, .addKey, .addValue, .prompt, .removeMany, .writeFile: .input
    case .confirm, .putBack, .overwriteFile, .unjournaled: .question
    case .bulk: .progress
    case .columns, .kinds: .choices
    case .conflict: .conflict
    }
  }
}
