import SharedSimple

/// A command: a verb, positional words, and `name=value` words.
struct Request {
  let verb: String
  private let words: [Substring]
  private let options: [Substring: Substring]

  /// A word that is missing or makes no sense: a fault of the test, not of the store.
  struct Misspelt: Error { let complaint: String }

  init(line: String) {
    let all = line.split(separator: " ")
    verb = all.first.map(String.init) ?? ""
    words = all.dropFirst().filter { !$0.contains("=") }
    let pairs = all.dropFirst().filter { $0.contains("=") }.map { $0.split(separator: "=", maxSplits: 1) }
    options = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { _, last in last }
  }

  /// A positional word.
  func text(_ index: Int) throws -> String {
    guard words.indices.contains(index) else {
      throw Misspelt(complaint: "\(verb): word \(index) is missing")
    }
    return String(words[index])
  }

  /// A positional word that is bytes in hex.
  func bytes(_ index: Int) throws -> [UInt8] {
    guard let bytes = Hex.decode(Substring(try text(index))) else {
      throw Misspelt(complaint: "\(verb): word \(index) is not hex")
    }
    return bytes
  }

  func number(_ index: Int) throws -> Int {
    guard let number = Int(try text(index)) else {
      throw Misspelt(complaint: "\(verb): word \(index) is not a number")
    }
    return number
  }

  func option(_ name: Substring) -> String? { options[name].map { String($0) } }
  func number(_ name: Substring) -> Int? { options[name].flatMap { Int($0) } }
  func number(_ name: Substring, or standard: Int) -> Int { number(name) ?? standard }
  func seed(_ name: Substring = "seed") -> UInt64 { options[name].flatMap { UInt64($0) } ?? 1 }

  /// Everything after the verb, for a command that carries another.
  var rest: String {
    (words.map(String.init) + options.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
  }

  /// The options of opening a store.
  func storeOptions() -> StoreOptions {
    var result = StoreOptions()
    result.valueLimit = number("valueLimit")
    if let reservation = number("reservation") { result.reservation = reservation }
    if let slots = number("slots") { result.initialSlots = slots }
    if let permissions = number("permissions") { result.permissions = UInt32(permissions) }
    if let wait = number("attachTimeout") { result.attachTimeout = .milliseconds(wait) }
    if let wait = number("lockTimeout") { result.lockTimeout = .milliseconds(wait) }
    result.participantName = option("participant")
    result.isInspector = number("inspector") == 1
    result.acceptsOtherOwner = number("otherOwner") == 1
    return result
  }

  /// The mode of opening a store.
  func mode() throws -> OpenMode {
    switch option("mode") ?? "shared" {
    case "shared": return .shared
    case "exclusive": return .exclusive
    case "existing": return .existing
    case "readOnly": return .readOnly
    case let other: throw Misspelt(complaint: "there is no mode \(other)")
    }
  }
}
