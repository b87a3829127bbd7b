import SharedSimple

/// The one line that answers a command: `ok` or `error`, then fields, with tabs between them.
struct Reply: CustomStringConvertible {
  let description: String

  fileprivate init(_ fields: [String]) {
    description = fields.map { field in
      String(field.map { $0 == "\t" || $0.isNewline ? " " : $0 })
    }.joined(separator: "\t")
  }

  static func done(_ fields: String...) -> Reply { Reply(["ok"] + fields) }
  static func done(_ fields: [String]) -> Reply { Reply(["ok"] + fields) }

  static func found(_ bytes: [UInt8]?) -> Reply { .done(bytes.map(Hex.encode) ?? "-") }
  static func found(_ number: some BinaryInteger) -> Reply { .done("\(number)") }
  static func found(_ truth: Bool) -> Reply { .done(truth ? "yes" : "no") }

  /// An error: its case, then its associated values as `label=value`.
  static func refused(_ error: any Error) -> Reply {
    switch error {
    case StoreError.emptyKey: return Reply(["error", "emptyKey"])
    case StoreError.emptyValue: return Reply(["error", "emptyValue"])
    case is StoreError: break
    default: return Reply(["error", "other", "what=\(error)"])
    }
    guard let (name, payload) = Mirror(reflecting: error).children.first.map({ ($0.label ?? "", $0.value) })
    else { return Reply(["error", "\(error)"]) }
    let values = Mirror(reflecting: payload).children.map { "\($0.label ?? "")=\($0.value)" }
    return Reply(["error", name] + values)
  }

  /// Something that must never happen did.
  static func violated(_ what: String) -> Reply { Reply(["error", "violation", "what=\(what)"]) }
}

extension Reply {
  /// Another process's answer, as it came.
  static func relayed(_ line: String) -> Reply { Reply(line.split(separator: "\t").map(String.init)) }
}
