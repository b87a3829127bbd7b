/// Entries as the operator saw them: each key, its value where that is short, and the stamp of the write that made
/// it. A stamp is never given twice, so an entry that still has it still has the very bytes.
public struct SeenEntries: Sendable, Hashable {
  /// All keys and values, end to end.
  private var bytes: [UInt8] = []
  /// Where each key ends, and the value behind it.
  private var ends: [(key: Int, value: Int)] = []
  private var stamps: [UInt64] = []
  /// How many of them the list does not show now.
  public internal(set) var hiddenCount = 0
  /// Whether they are what the operator has marked; else they are the rows of the list.
  public let areMarked: Bool

  init(areMarked: Bool) { self.areMarked = areMarked }

  public var count: Int { stamps.count }
  /// Bytes of all keys and values.
  public var byteCount: Int { bytes.count }

  /// One of them; no value where it was too long to be kept.
  public subscript(place: Int) -> (key: [UInt8], value: [UInt8]?, stamp: UInt64) {
    let start = place == 0 ? 0 : ends[place - 1].value
    let end = ends[place]
    return (
      Array(bytes[start..<end.key]), end.value > end.key ? Array(bytes[end.key..<end.value]) : nil,
      stamps[place]
    )
  }

  /// All but the first ones.
  public func dropFirst(_ count: Int) -> SeenEntries {
    var rest = SeenEntries(areMarked: areMarked)
    for place in count..<self.count {
      let (key, value, stamp) = self[place]
      rest.append(key: key, value: value, stamp: stamp)
    }
    return rest
  }

  mutating func append(
    key: some Collection<UInt8>, value: (some Collection<UInt8>)?, stamp: UInt64
  ) {
    bytes.append(contentsOf: key)
    let keyEnd = bytes.count
    if let value { bytes.append(contentsOf: value) }
    ends.append((keyEnd, bytes.count))
    stamps.append(stamp)
  }

  public static func == (left: SeenEntries, right: SeenEntries) -> Bool {
    left.bytes == right.bytes && left.stamps == right.stamps && left.hiddenCount == right.hiddenCount
      && left.areMarked == right.areMarked && left.ends.elementsEqual(right.ends, by: ==)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(stamps)
    hasher.combine(areMarked)
  }
}
