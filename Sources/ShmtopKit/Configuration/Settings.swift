import Glibc

/// What the settings file says; nil where it says nothing. The command line has the last word.
public struct Settings: Sendable, Hashable {
  /// Seconds between samples.
  public var delay: Double?
  public var view: ViewKind?
  /// dark, light or mono.
  public var theme: String?
  /// Draws without Unicode.
  public var ascii: Bool?
  /// Patterns of names of segments that nothing is written to.
  public var readOnly: [String]?
  public var entriesSort: SortOrder<EntryColumn>?
  public var processesSort: SortOrder<ProcessColumn>?
  /// The columns that are shown, from left to right.
  public var entriesColumns: [EntryColumn]?
  public var processesColumns: [ProcessColumn]?
  /// Kinds of events that are not shown, by their titles.
  public var hiddenEvents: [String]?
  /// Takes the mouse.
  public var mouse: Bool?
  public var thresholds = Thresholds()

  public init() {}

  /// The first pattern that a segment's name matches, as a shell matches the names of files.
  public func readOnlyPattern(matching name: String) -> String? {
    // Both texts are handed over for the length of the call.
    readOnly?.first { unsafe fnmatch($0, name, 0) == 0 }
  }
}
