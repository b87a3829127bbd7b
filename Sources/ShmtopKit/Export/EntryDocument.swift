public import SharedSimple

/// One entry as `shmtop get --json` prints it.
public struct EntryDocument: Sendable, Encodable {
  private let entry: Entry

  /// Whether its stamp means something beyond the program that read it.
  private let isNumbered: Bool

  public init(_ entry: Entry, _ knowledge: Knowledge = .everything) {
    self.entry = entry
    isNumbered = knowledge.contains(.writeTimes)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(bytes: entry.key, as: "key")
    try fields.encode(bytes: entry.value, as: "value")
    if isNumbered { try fields.encode(entry.stamp, forKey: "stamp") }
  }
}
