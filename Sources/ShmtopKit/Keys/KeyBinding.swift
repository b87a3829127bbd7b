/// One row of the table of keys.
public struct KeyBinding: Sendable {
  /// The keys that ask for it; the bar shows the first one.
  public let keys: [Key]
  public let command: Command
  /// Where they do.
  public let scopes: Set<Scope>
  /// Its word in the bar of keys; nil where the bar leaves it out.
  public let label: String?
  /// Whether the bar shows it only while other moments than now are shown.
  public let isOfPast: Bool
  /// What it does, in a few words.
  public let help: String
  /// The heading it stands under in the help.
  public let group: Group

  public enum Group: String, Sendable, CaseIterable {
    case moving = "Moving"
    case views = "Views"
    case shown = "What is shown"
    case changing = "Changing the segment"
    case many = "Marking, copying, writing"
    case answers = "Answers"
    case typing = "Typing"
    case program = "The program"
  }
}
