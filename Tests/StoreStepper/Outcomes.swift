/// A store's entries.
typealias Contents = [[UInt8]: [UInt8]]

/// What an operation may leave, at whichever instruction it is killed: all of it, or nothing of it.
///
/// `nil` stands for no segment of the name.
struct Outcomes {
  var before: Contents?
  var after: Contents?

  /// Of an operation that changes no entry.
  init(unchanged contents: Contents) { (before, after) = (contents, contents) }

  init(before: Contents?, after: Contents?) { (self.before, self.after) = (before, after) }

  var allowsNoSegment: Bool { before == nil || after == nil }
  func allows(_ contents: Contents) -> Bool { contents == before || contents == after }

  /// Every key that may be there.
  var keys: [[UInt8]] { Array(Set((before ?? [:]).keys).union((after ?? [:]).keys)) }
  /// As a reader without the lock may find them: of several keys, some may be changed before others.
  func allowsEach(_ contents: Contents) -> Bool {
    Set(contents.keys).isSubset(of: keys) && keys.allSatisfy { allows(contents[$0], of: $0) }
  }
  func allows(_ value: [UInt8]?, of key: [UInt8]) -> Bool {
    [before, after].contains { $0 != nil && $0?[key] == value }
  }
}

/// Keys that those who look on put themselves; no part of any outcome.
enum Bystander {
  static let key = Array("bystander".utf8)
}

extension Contents {
  var withoutBystander: Contents { filter { $0.key != Bystander.key } }
}
