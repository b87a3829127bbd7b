/// What a value is if it is a number: all that its bytes can mean.
struct NumberReadings {
  struct Reading: Hashable {
    let name: String
    let text: String
  }

  let readings: [Reading]

  init(_ value: [UInt8]) {
    var readings: [Reading] = []
    if let text = String(validating: value, as: UTF8.self), value.count <= 40 {
      if let number = Int64(text) {
        readings.append(Reading(name: "decimal text", text: Quantity.exact(number)))
        if number >= 0 { readings.append(Reading(name: "in hexadecimal", text: Self.hex(UInt64(number)))) }
        readings += Self.times(number, "text")
      } else if let number = UInt64(text) {
        readings.append(Reading(name: "decimal text", text: Quantity.exact(number)))
      } else if let number = Double(text), number.isFinite {
        readings.append(Reading(name: "decimal text", text: "\(number)"))
      }
    }
    switch value.count {
    case 1: readings += Self.integers(value, UInt8.self, Int8.self)
    case 2: readings += Self.integers(value, UInt16.self, Int16.self)
    case 4:
      readings += Self.integers(value, UInt32.self, Int32.self)
      readings += Self.floats(value) { "\(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))" }
    case 8:
      readings += Self.integers(value, UInt64.self, Int64.self)
      readings += Self.floats(value) { "\(Double(bitPattern: $0))" }
    default: break
    }
    self.readings = readings
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func integers<Unsigned, Signed>(
    _ value: [UInt8], _ unsigned: Unsigned.Type, _ signed: Signed.Type
  ) -> [Reading] where Unsigned: FixedWidthInteger, Signed: FixedWidthInteger {
    let bits = Unsigned.bitWidth
    let orders =
      bits == 8
      ? [("", number(value))]
      : [
        (" little-endian", number(value.reversed())), (" big-endian", number(value)),
      ]
    return orders.flatMap { order, pattern in
      let plain = Unsigned(truncatingIfNeeded: pattern)
      let negative = Signed(truncatingIfNeeded: pattern)
      var readings = [Reading(name: "uint\(bits)\(order)", text: Quantity.exact(plain))]
      if negative < 0 { readings.append(Reading(name: "int\(bits)\(order)", text: Quantity.exact(negative))) }
      readings += times(Int64(clamping: pattern), "uint\(bits)\(order)")
      return readings
    }
  }

  private static func floats(_ value: [UInt8], _ text: (UInt64) -> String) -> [Reading] {
    let bits = value.count * 8
    return [
      Reading(name: "float\(bits) little-endian", text: text(number(value.reversed()))),
      Reading(name: "float\(bits) big-endian", text: text(number(value))),
    ]
  }

  /// The time that a number is, in whichever unit makes it one between the years 2000 and 2100.
  private static func times(_ number: Int64, _ name: String) -> [Reading] {
    for (unit, nanoseconds) in [("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1000), ("ns", 1)]
      as [(String, Int64)]
    {
      let (wall, overflows) = number.multipliedReportingOverflow(by: nanoseconds)
      if !overflows, (946_684_800_000_000_000..<4_102_444_800_000_000_000).contains(wall) {
        return [Reading(name: "\(name) as time in \(unit)", text: WallTime.full(UInt64(wall)))]
      }
    }
    return []
  }

  private static func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
}
