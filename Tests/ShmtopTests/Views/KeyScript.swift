import SharedSimple

@testable import ShmtopKit

/// Keys as a file has them, one a line: letters as they are, other keys by their names in angle brackets, `#` before a
/// remark, `!` before what the store does meanwhile.
struct KeyScript {
  let name: String
  private let lines: [String]

  init(name: String, text: String) {
    self.name = name
    lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  /// Presses the keys, and does for the store what the program around the model would do.
  func run(on staged: inout StagedStore) {
    for line in lines {
      if line.hasPrefix("!") {
        happen(line.dropFirst().split(separator: " ").map(String.init), &staged)
      } else {
        carryOut(staged.press(line), &staged)
      }
      staged.settle()
    }
  }

  private func carryOut(_ effects: [Effect], _ staged: inout StagedStore) {
    for effect in effects {
      switch effect {
      case .open(let key, let purpose):
        let entry = StagedStore.entries(2).first { $0.key == key }
        carryOut(
          staged.inspector.opened(key: key, value: entry?.value, stamp: entry?.stamp ?? 0, purpose: purpose),
          &staged)
      default: break
      }
    }
  }

  private func happen(_ words: [String], _ staged: inout StagedStore) {
    func number(_ place: Int) -> Int { Int(words[place])! }
    switch words[0] {
    case "look":
      let key = staged.inspector.watchedKey!
      _ = staged.inspector.look(
        at: Entry(key: key, value: Array(words[1].utf8), stamp: UInt64(words[2])!))
    case "gone": _ = staged.inspector.look(at: nil)
    case "progress":
      staged.inspector.progressed(
        BulkProgress(words[1] == "remove" ? .remove : .write, done: number(2), total: number(3)))
    case "removed":
      var outcome = BulkOutcome(.remove)
      for place in 0..<number(1) {
        outcome.done(.remove(key: Array("user:\(1000 + place)".utf8), seen: Array("name".utf8)))
      }
      (outcome.changed, outcome.gone) = (number(2), number(3))
      staged.inspector.changedMany(outcome)
    case "exists": staged.inspector.wrote(.exists, SeenEntries(areMarked: false), to: "billing.jsonl")
    default: fatalError("\(name): \(words[0])")
    }
  }
}
