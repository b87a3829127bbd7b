/// One entry as `shmtop dump` writes it and `shmtop load` reads it: `{"key":"…","value":"…"}`, with `key_base64` or
/// `value_base64` in the place of what is not valid UTF-8.
public struct DumpLine: Sendable, Hashable, Codable {
  public let key: [UInt8]
  public let value: [UInt8]

  public init(key: [UInt8], value: [UInt8]) {
    self.key = key
    self.value = value
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: FieldName.self)
    try fields.requireNoFields(but: [], bytes: ["key", "value"])
    key = try fields.bytes("key")
    value = try fields.bytes("value")
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(bytes: key, as: "key")
    try fields.encode(bytes: value, as: "value")
  }
}
