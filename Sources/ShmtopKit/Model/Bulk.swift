/// How far some work on many entries is, while the operator waits for it.
public struct BulkProgress: Sendable, Hashable {
  public enum Work: Sendable, Hashable { case remove, write }
  public let work: Work
  public let done: Int
  public let total: Int

  public init(_ work: Work, done: Int, total: Int) {
    self.work = work
    self.done = done
    self.total = total
  }
}

/// What came of the removal of many entries.
public struct BulkRemoval: Sendable, Hashable {
  public var removed = 0
  /// Of these the value was another one by then.
  public var changed = 0
  /// These were not there any more.
  public var gone = 0
  /// These were not tried: it was stopped, or failed.
  public var untried = 0
  /// Why it failed.
  public var failure: String?

  public init() {}

  /// What has been done, in words.
  var sentence: String {
    var words = ["Removed \(Inspector.entries(removed))"]
    if changed > 0 {
      words.append("\(Quantity.exact(changed)) had changed and \(changed == 1 ? "was" : "were") left")
    }
    if gone > 0 { words.append("\(Quantity.exact(gone)) \(gone == 1 ? "was" : "were") gone already") }
    if untried > 0 { words.append("\(Quantity.exact(untried)) \(untried == 1 ? "was" : "were") not tried") }
    return words.joined(separator: "; ") + "." + (failure.map { " " + $0 } ?? "")
  }
}

/// What came of a file.
public enum FileOutcome: Sendable, Hashable {
  /// So many entries are in it; so many were gone before they could be read.
  case done(count: Int, gone: Int)
  /// There is a file of that name.
  case exists
  case stopped
  case failed(String)
}
