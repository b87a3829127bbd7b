/// How a meaning looks: attributes of the terminal, and one of its own colours.
public struct Look: Sendable, Hashable {
  public struct Attributes: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
  }

  /// A colour by the number that terminals have for it; what it looks like is theirs to say.
  public enum Color: Int16, Sendable, Hashable {
    case red = 1
    case green, yellow, blue
    case magenta, cyan
  }

  public var attributes: Attributes
  /// nil for the terminal's own.
  public var color: Color?
}
