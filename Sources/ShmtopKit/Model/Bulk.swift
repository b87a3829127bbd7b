/// How far some work on many entries is, while the operator waits for it.
public struct BulkProgress: Sendable, Hashable {
  public enum Work: Sendable, Hashable { case remove, putBack, write }
  public let work: Work
  public let done: Int
  public let total: Int

  public init(_ work: Work, done: Int, total: Int) {
    self.work = work
    self.done = done
    self.total = total
  }
}

/// What came of a change of many entries.
public struct BulkOutcome: Sendable, Hashable {
  /// What was done: entries were removed, or put back after that.
  public enum Work: Sendable, Hashable { case remove, putBack }

  /// Bytes of what is removed that are kept, to put it back. Arbitrary: what goes beyond is in the journal.
  private static let undoLimit = 64 << 20

  public let work: Work
  public private(set) var done = 0
  /// Of these the value was another one by then; or the key was there again.
  public var changed = 0
  /// These were not there any more.
  public var gone = 0
  /// These were not tried: it was stopped, or failed.
  public var untried = 0
  /// Why it failed.
  public var failure: String?
  /// What is put back where it is taken back; nil where that is too much to be kept.
  public var undo: SeenEntries? = SeenEntries(areMarked: false)

  public init(_ work: Work) { self.work = work }

  /// Takes it that one has been made.
  public mutating func done(_ change: Change) {
    done += 1
    guard case .remove(let key, let seen?) = change, undo != nil else { return }
    undo?.append(key: key, value: seen, stamp: 0)
    if undo!.byteCount > Self.undoLimit { undo = nil }
  }

  /// What has been done, in words.
  var sentence: String {
    var words = ["\(work == .remove ? "Removed" : "Put") \(Inspector.entries(done))"]
    if work == .putBack { words[0] += " back" }
    let left = work == .remove ? "had changed" : changed == 1 ? "was there again" : "were there again"
    if changed > 0 {
      words.append("\(Quantity.exact(changed)) \(left) and \(changed == 1 ? "was" : "were") left")
    }
    if gone > 0 { words.append("\(Quantity.exact(gone)) \(gone == 1 ? "was" : "were") gone already") }
    if untried > 0 { words.append("\(Quantity.exact(untried)) \(untried == 1 ? "was" : "were") not tried") }
    return ([words.joined(separator: "; ") + "."] + [undoSentence, failure].compactMap { $0 })
      .joined(separator: " ")
  }

  private var undoSentence: String? {
    guard let undo else { return "u does not take that much back; shmtop load --undo does." }
    guard undo.count > 0 else { return nil }
    return work == .remove ? "u puts \(undo.count == 1 ? "it" : "them") back." : "u goes on with the rest."
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
