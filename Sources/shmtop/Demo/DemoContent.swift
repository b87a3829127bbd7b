/// The keys and values of the demo: what a web application keeps in such a store.
struct DemoContent {
  /// Longer than the default, for a look at values that do not fit their column.
  static let valueLimit = 96

  let keyCount: Int
  var random = DemoRandom()

  init(keyCount: Int) { self.keyCount = keyCount }

  /// Half of the keys belong to users, the other half to sessions.
  private var userCount: Int { max(1, keyCount / 4) }
  var sessionLimit: Int { max(1, keyCount / 2) }

  /// A user, the first ones far more often than the last.
  private mutating func user() -> String {
    let share = Double.random(in: 0..<1, using: &random)
    let number = String(Int(Double(userCount) * share * share * share))
    return "user:" + String(repeating: "0", count: max(0, 4 - number.count)) + number
  }

  mutating func userEntry() -> (key: [UInt8], value: [UInt8]) {
    let user = user()
    if Int.random(in: 0..<3, using: &random) == 0 {
      return (Array("\(user):name".utf8), Array(Self.names.randomElement(using: &random)!.utf8))
    }
    return (Array("\(user):visits".utf8), Array(String(Int.random(in: 1...99_999, using: &random)).utf8))
  }

  mutating func userKey() -> [UInt8] {
    Array((user() + (Bool.random(using: &random) ? ":name" : ":visits")).utf8)
  }

  mutating func session() -> (key: [UInt8], value: [UInt8]) {
    let number = String(UInt32.random(in: .min ... .max, using: &random), radix: 16)
    let key = "session:" + String(repeating: "0", count: 8 - number.count) + number
    let octet = Int.random(in: 1...254, using: &random)
    return (Array(key.utf8), Array("\(user()) from 10.0.\(octet % 8).\(octet) via https".utf8))
  }

  mutating func counter() -> [UInt8] {
    let share = Int.random(in: 0..<100, using: &random)
    return Array((share < 90 ? "counter:requests" : share < 98 ? "counter:logins" : "counter:errors").utf8)
  }

  mutating func setting() -> (key: [UInt8], value: [UInt8]) { Self.settings.randomElement(using: &random)! }

  /// A setting that somebody mistyped and no process writes again, so that it can be mended.
  static let mistake = (key: Array("config:log_level".utf8), value: Array("warnnig".utf8))

  private static let names = [
    "Ada", "Grace Hopper", "Zoë", "Łukasz", "Søren", "Ольга", "美咲", "محمد", "Ἀριστοτέλης", "Nguyễn An",
    "😀 Kim", "O'Brien", "Jean-Luc", "Björk",
  ]

  /// Some are text of several lines, some not text at all.
  private static let settings: [(key: [UInt8], value: [UInt8])] = [
    (Array("config:max_connections".utf8), Array("512".utf8)),
    (Array("config:feature.dark_mode".utf8), Array("on".utf8)),
    (Array("config:motd".utf8), Array("Maintenance tonight\n22:00 to 23:00 UTC\n".utf8)),
    (Array("config:größe".utf8), Array("größer als gedacht".utf8)),
    (Array("config:mail.template".utf8), Array("Dear {{name}},\tyour order {{id}} is on its way.\r\n".utf8)),
    (Array("cache:icon.png".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D]),
    (Array("cache:token".utf8), (0..<24).map { UInt8(truncatingIfNeeded: $0 * 73 + 201) }),
    ([0x69, 0x64, 0x78, 0x00, 0xFF, 0x01], [0x00]),
  ]
}

/// SplitMix64: far cheaper than the system's generator, whose calls would be most of the demo's work.
struct DemoRandom: RandomNumberGenerator {
  private var state = UInt64.random(in: .min ... .max)

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
