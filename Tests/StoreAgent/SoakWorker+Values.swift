import SharedSimple

/// The keys and values of a soak: what was put for a key can be told from its bytes.
extension SoakWorker {
  /// The first keys of each slot get values of any length; so few that the heap's size stays bounded.
  private static let largeKeyCount = 8
  private static let shortLimit = 200
  /// The last keys of each slot are numbers.
  static let numberKeyCount = 4

  /// A key of a slot. Lengths differ, a few are long.
  static func key(slot: Int, index: Int) -> [UInt8] {
    let text = Array("s\(slot)-\(index)".utf8)
    let padding = index % 61 == 60 ? 900 : index % 7 * 6
    return text + [UInt8](repeating: UInt8(ascii: "."), count: padding)
  }

  static func counter(_ index: Int) -> String { "counter\(index)" }

  func key(_ index: Int) -> [UInt8] { Self.key(slot: slotIndex, index: index) }

  static func isNumber(_ index: Int, keyCount: Int) -> Bool { index >= keyCount - numberKeyCount }

  func isNumber(_ index: Int) -> Bool { Self.isNumber(index, keyCount: slot.keyCount) }

  /// What a value's bytes say it is; `nil` if they were never put for this key.
  static func value(_ bytes: [UInt8]?, slot: Int, index: Int, keyCount: Int) -> SoakValue? {
    guard let bytes else { return .absent }
    if isNumber(index, keyCount: keyCount) {
      guard let number = UInt64(String(decoding: bytes, as: UTF8.self)) else { return nil }
      return SoakValue(sequence: number, byteCount: bytes.count)
    }
    guard let sequence = DescribedValue.sequence(of: bytes, key: key(slot: slot, index: index)) else {
      return nil
    }
    return SoakValue(sequence: sequence, byteCount: bytes.count)
  }

  mutating func newValue(_ index: Int) -> (SoakValue, [UInt8]) {
    let room = index < Self.largeKeyCount ? store.valueLimit : min(store.valueLimit, Self.shortLimit)
    let byteCount = DescribedValue.shortest + random.below(room - DescribedValue.shortest + 1)
    let value = SoakValue(sequence: slot.nextSequence(), byteCount: byteCount)
    return (
      value, DescribedValue.make(key: key(index), sequence: value.sequence, byteCount: byteCount)
    )
  }

  func bytes(_ value: SoakValue, of index: Int) -> [UInt8] {
    DescribedValue.make(key: key(index), sequence: value.sequence, byteCount: value.byteCount)
  }

  mutating func ownKey() -> Int { random.below(slot.keyCount - Self.numberKeyCount) }
}
