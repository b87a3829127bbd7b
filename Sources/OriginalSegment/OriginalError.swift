/// What can be wrong with an original segment, or with what is asked of it.
public enum OriginalError: Error, Sendable, Hashable {
  /// There is no object of that name.
  case notFound(name: String)
  /// The control object is there, but not its data.
  case dataMissing(name: String, data: String)
  /// Only the data object is there.
  case controlMissing(name: String, data: String)
  /// It is the data object of a segment, which is named by its control object.
  case dataOfAnother(name: String, control: String)
  /// Its control object is laid out as on another kind of machine.
  case otherKind(name: String, byteCount: Int, expected: Int)
  /// A segment of this package's own store has the name of its data.
  case dataIsStore(name: String, data: String)
  /// It is not an original segment.
  case foreign(name: String, detail: String)
  /// A process is still setting it up, or died doing so.
  case settingUp(name: String)
  /// The file may not be read, or not be written for a change.
  case permissionDenied(name: String, forWriting: Bool)
  /// Its data is larger than what is copied for a sample.
  case tooLarge(name: String, byteCount: Int, limit: Int)
  /// No state was met that several copies agree on.
  case unsettled(name: String, detail: String)
  /// The mutex was not free in time.
  case lockTimeout(name: String, owner: Int32, milliseconds: Int)
  /// The mutex is not laid out as known here, so nobody but the module should touch it.
  case unknownMutex(name: String, kind: Int32)
  /// The change would make the table grow.
  case wouldGrow(name: String, reason: String)
  /// The module's keys and values hold no NUL, are not empty, and a value has at most 32 bytes.
  case unfit(reason: String)
  /// The lock's owner is alive, or may be.
  case ownerAlive(name: String, owner: Int32, process: String)
  /// Nobody holds the mutex.
  case notLocked(name: String)
  /// The owner died in the midst of growth, which keeps the only copy in the memory of the process.
  case lostInGrowth(name: String)
  /// A system call failed.
  case system(name: String, call: String, errno: Int32)
}

extension OriginalError: CustomStringConvertible {
  /// What happened, and what to do.
  public var description: String {
    switch self {
    case .notFound(let name): "There is no segment named “\(name)”."
    case .dataMissing(let name, let data):
      "“\(name)” is the control object of an original (Perl) segment, but its data, “\(data)”, is missing: it is being replaced, or was half removed. An app that opens it EXCLUSIVE makes both anew."
    case .controlMissing(let name, let data):
      "“\(data)” is there, but not the control object “\(name)” that belongs to it: what is left of an original (Perl) segment. No process can open it; if no program uses it, its file may be removed."
    case .dataOfAnother(let name, let control):
      "“\(name)” is the data of the original (Perl) segment “\(control)”: 'shmtop \(control)' shows it."
    case .otherKind(let name, let byteCount, let expected):
      "“\(name)” is an original (Perl) segment of another word size or C library: its control object has \(byteCount) bytes, and here it has \(expected). Only programs built as the app is can read it."
    case .dataIsStore(let name, let data):
      "“\(name)” is the control object of an original (Perl) segment, but “\(data)”, where its data should be, is a segment of this store: the two cannot use these names side by side. 'shmtop \(data)' shows the store; let one of the two have another name."
    case .foreign(let name, let detail): "“\(name)” is not an original (Perl) segment: \(detail)."
    case .settingUp(let name):
      "“\(name)” is an original (Perl) segment that is still being set up. Where that lasts, the process that did it has died: open it EXCLUSIVE to make it anew."
    case .permissionDenied(let name, let forWriting):
      "“\(name)” may not be \(forWriting ? "written" : "read") by you: it belongs to another user. Run as that user."
    case .tooLarge(let name, let byteCount, let limit):
      "“\(name)” says it holds \(byteCount) bytes; at most \(limit) are copied for a sample."
    case .unsettled(let name, let detail): "“\(name)” is not to be read just now: \(detail)."
    case .lockTimeout(let name, let owner, let milliseconds):
      "The lock of “\(name)” was not free within \(shown(milliseconds))\(owner > 0 ? "; thread \(owner) holds it" : ""). Nothing was changed."
    case .unknownMutex(let name, let kind):
      "The lock of “\(name)” is of a kind not known here (\(kind)): it is not touched."
    case .wouldGrow(let name, let reason):
      "\(reason); the next insert makes “\(name)” grow, which only the app itself should do: it moves all data through its own memory, and a death meanwhile loses it. Nothing was changed."
    case .unfit(let reason): reason
    case .ownerAlive(let name, let owner, let process):
      "The lock of “\(name)” is held by thread \(owner) (\(process)), which is alive: unlocking it would let two processes write at once. Nothing was changed."
    case .notLocked(let name): "Nobody holds the lock of “\(name)”: there is nothing to unlock."
    case .lostInGrowth(let name):
      "The lock's owner died while it made “\(name)” grow, and the only copy of the data died with it. Restart the app with EXCLUSIVE."
    case .system(let name, let call, let errno): "“\(name)”: \(call) failed (error \(errno))."
    }
  }
}

/// A time as people say it: `850 ms`, and from a second on `1.5 s`.
private func shown(_ milliseconds: Int) -> String {
  guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
  let tenths = (milliseconds + 50) / 100
  return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " s"
}
