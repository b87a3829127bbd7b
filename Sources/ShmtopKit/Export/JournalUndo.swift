/// Takes changes of a journal back, the last one first.
///
/// Each is taken back only where the key still has the value that the change left. Where it has not, somebody has
/// changed it since, and the earlier changes of that key are left too: a value that happens to be an old one
/// again is not the one that was written then.
public struct JournalUndo {
  public private(set) var undoneCount = 0
  /// Those that were left, the last one first.
  public private(set) var left: [JournalLine] = []

  private let changes: [JournalLine]

  /// - Parameter changes: those of one segment, in the order in which they were made.
  public init(of changes: [JournalLine]) { self.changes = changes }

  /// Takes them back.
  ///
  /// - Parameter change: sets a key to `new`, `nil` for none, if it still has `expected`; says whether it had.
  public mutating func run<E: Error>(
    by change: (_ key: [UInt8], _ expected: [UInt8]?, _ new: [UInt8]?) throws(E) -> Bool
  ) throws(E) {
    var changedSince: Set<[UInt8]> = []
    for line in changes.reversed() where line.before != line.after {
      if !changedSince.contains(line.key), try change(line.key, line.after, line.before) {
        undoneCount += 1
      } else {
        changedSince.insert(line.key)
        left.append(line)
      }
    }
  }
}
