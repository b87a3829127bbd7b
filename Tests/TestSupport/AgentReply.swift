/// What the agent answered to a command.
public enum AgentReply: Equatable, Sendable {
  /// Done; what came of it.
  case done([String])
  /// The store refused: the error's case and its associated values by label.
  case refused(String, [String: String])

  /// Reads a line: `ok` or `error`, then fields, with tabs between them.
  init(line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    if fields[0] == "error" {
      let pairs = fields.dropFirst(2).map { field in
        field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      }
      let values = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
      self = .refused(fields.count > 1 ? fields[1] : "", values)
    } else {
      self = .done(Array(fields.dropFirst()))
    }
  }

  /// The first result, if there is one.
  public var value: String? {
    guard case .done(let fields) = self else { return nil }
    return fields.first
  }

  /// The first result as a number.
  public var number: Int? { value.flatMap { Int($0) } }

  /// The first result as bytes; `nil` if the agent found nothing.
  public var bytes: [UInt8]? { value.flatMap { [UInt8](hex: $0) } }

  /// The name of the error's case, if it was refused.
  public var refusal: String? {
    guard case .refused(let name, _) = self else { return nil }
    return name
  }

  /// An associated value of the error.
  public func detail(_ label: String) -> String? {
    guard case .refused(_, let values) = self else { return nil }
    return values[label]
  }
}
