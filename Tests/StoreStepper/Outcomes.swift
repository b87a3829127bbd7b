/// A store's entries.
typealias Contents = [[UInt8]: [UInt8]]

/// What an operation may leave, at whichever instruction it is killed: all of it, or nothing of it.
///
/// `nil` stands for no segment of the name.
struct Outcomes {
  var before: Contents?
  var after: Contents?
  /// What readers without the lock may find of each key: of several keys, some may be changed before others, and
  /// a transaction that is decided may still be to be done by the recovery.
  private var readable: [Contents]

  init(before: Contents?, after: Contents?) {
    (self.before, self.after) = (before, after)
    readable = [before ?? [:], after ?? [:]]
  }

  /// Of an operation that changes no entry.
  init(unchanged contents: Contents) { self.init(before: contents, after: contents) }

  /// Of the recovery from a kill within an operation, which settles on some entries.
  init(of operation: Outcomes, settledOn contents: Contents) {
    (before, after) = (contents, contents)
    readable = operation.readable
  }

  var allowsNoSegment: Bool { before == nil || after == nil }
  func allows(_ contents: Contents) -> Bool { contents == before || contents == after }

  /// Every key that may be there.
  var keys: [[UInt8]] { Array(Set(readable.flatMap(\.keys))) }
  func allows(_ value: [UInt8]?, of key: [UInt8]) -> Bool { readable.contains { $0[key] == value } }

  func allowsEach(_ contents: Contents) -> Bool {
    Set(contents.keys).isSubset(of: keys) && keys.allSatisfy { allows(contents[$0], of: $0) }
  }
}

/// Keys that those who look on put themselves; no part of any outcome.
enum Bystander {
  static let key = Array("bystander".utf8)
}

extension Contents {
  var withoutBystander: Contents { filter { $0.key != Bystander.key } }
}
