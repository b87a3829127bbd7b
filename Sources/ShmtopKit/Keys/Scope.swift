/// Where a key works. Exactly one of these is in force at a time.
public enum Scope: Sendable, Hashable, CaseIterable {
  case entries, processes, lock, events, table
  /// Entries counted by what their keys begin with.
  case groups
  /// One entry, looked at closely.
  case detail
  /// The list of segments to pick from.
  case picker
  case help
  /// A line of text is being typed.
  case input
  /// A question with yes and no.
  case question
  /// Choosing what a list shows.
  case choices
  /// Work on many entries, under way.
  case progress
  /// The value changed while it was being edited.
  case conflict

  /// The views of a segment.
  static let views: Set<Scope> = [.entries, .processes, .lock, .events, .table, .groups, .detail]
  /// Where there are rows to choose from.
  static let lists: Set<Scope> = [.entries, .processes, .events, .picker, .groups]
  /// Where rows can be filtered.
  static let filtered: Set<Scope> = [.entries, .processes, .events]
  /// Where nothing is asked.
  static let browsing: Set<Scope> = views.union([.picker])
}
