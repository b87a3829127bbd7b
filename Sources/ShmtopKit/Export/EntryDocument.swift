public import SharedSimple

/// One entry as `shmtop get --json` prints it.
public struct EntryDocument: Sendable, Encodable {
  private let entry: Entry

  public init(_ entry: Entry) { self.entry = entry }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(bytes: entry.key, as: "key")
    try fields.encode(bytes: entry.value, as: "value")
    try fields.encode(entry.stamp, forKey: "stamp")
  }
}
