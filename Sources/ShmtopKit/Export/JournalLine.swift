/// One change made with shmtop, as its journal keeps it and `shmtop load --undo` takes it back.
///
/// `{"time":…,"segment":"…","key":"…","before":"…","after":"…"}`: bytes that are not valid UTF-8 under the name with
/// `_base64` behind it; `null` where there was no value.
public struct JournalLine: Sendable, Hashable, Codable {
  /// When it was made, in nanoseconds since 1970.
  public let time: UInt64
  /// The name of the segment.
  public let segment: String
  public let key: [UInt8]
  /// The value before; nil where the key was missing.
  public let before: [UInt8]?
  /// The value after; nil where the key was removed.
  public let after: [UInt8]?

  public init(time: UInt64, segment: String, key: [UInt8], before: [UInt8]?, after: [UInt8]?) {
    self.time = time
    self.segment = segment
    self.key = key
    self.before = before
    self.after = after
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: FieldName.self)
    try fields.requireNoFields(but: ["time", "segment"], bytes: ["key", "before", "after"])
    for name in ["time", "segment"] as [FieldName] where !fields.contains(name) {
      throw JSONLineError("It has no “\(name.stringValue)”.")
    }
    time = try fields.decode(UInt64.self, forKey: "time")
    segment = try fields.decode(String.self, forKey: "segment")
    key = try fields.bytes("key")
    before = try fields.bytesIfAny("before")
    after = try fields.bytesIfAny("after")
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(time, forKey: "time")
    try fields.encode(segment, forKey: "segment")
    try fields.encode(bytes: key, as: "key")
    try fields.encode(bytesIfAny: before, as: "before")
    try fields.encode(bytesIfAny: after, as: "after")
  }
}
