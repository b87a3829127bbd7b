/// What one look at a key finds.
public enum KeyState: Sendable, Hashable {
  case value([UInt8], stamp: UInt64)
  case missing
  /// The name of the segment leads nowhere.
  case gone
}

/// Tells from looks at a key what has happened to it in between.
public struct KeyWatch {
  private var last: (state: KeyState, segment: UInt64)?

  public init() {}

  /// Takes what a look has found.
  ///
  /// - Parameter segment: the number of the object it was found in.
  /// - Returns: nil where nothing has happened.
  public mutating func take(_ state: KeyState, in segment: UInt64, at time: UInt64) -> KeyChange? {
    defer { last = (state, segment) }
    if let last, last.state == state, last.segment == segment || state == .gone { return nil }
    let isNewSegment = last.map { $0.segment != segment } ?? false
    let (what, value): (KeyChange.What, [UInt8]?) =
      switch state {
      case .value(let value, _): (last == nil ? .found : .put, value)
      case .missing: (last == nil || isNewSegment || last?.state == .gone ? .missing : .removed, nil)
      case .gone: (.gone, nil)
      }
    return KeyChange(time: time, what: what, value: value, isNewSegment: isNewSegment)
  }
}

/// Something that happened to a key that is watched.
public struct KeyChange: Sendable, Hashable, Encodable {
  public enum What: String, Sendable, Hashable, Encodable, CaseIterable {
    /// The value that the key had at the first look.
    case found
    /// It was put, perhaps several times since the last look.
    case put
    /// It was not there at the first look, or in a segment that is new under the name.
    case missing
    case removed
    /// The name of the segment leads nowhere.
    case gone
  }
  /// When it was seen, in nanoseconds since 1970.
  public let time: UInt64
  public let what: What
  /// nil where there is none.
  public let value: [UInt8]?
  /// The name leads to another segment than before.
  public let isNewSegment: Bool

  /// A line for a person.
  public func line(repertoire: SafeText.Repertoire) -> String {
    let shown: String? =
      switch what {
      case .found, .put: SafeText(value ?? [], repertoire: repertoire).text
      case .missing, .removed: nil
      case .gone: "(the segment is gone)"
      }
    // So that values stand below each other.
    let word = what.rawValue + String(repeating: " ", count: shown == nil ? 0 : 7 - what.rawValue.utf8.count)
    return [WallTime.precise(time), word, shown, isNewSegment ? "(in a new segment)" : nil]
      .compactMap { $0 }.joined(separator: "  ")
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(time, forKey: "time")
    try fields.encode(what, forKey: "what")
    try fields.encode(bytesIfAny: value, as: "value")
    try fields.encode(isNewSegment, forKey: "new_segment")
  }
}
