import OriginalSegment
import SharedSimple
import ShmtopKit

/// A segment of this package's store: a mapping that cannot be written to look through, and unless read-only a
/// handle to make changes with.
final class StoreSource: SegmentSource {
  private let observer: SegmentObserver
  let access: Access
  /// What was found out about the name on opening it.
  let remarks: Remarks
  private let acceptsOtherOwner: Bool
  private var store: SharedStore?
  private var cursor = TableCursor()

  /// How long one try to make a change waits for the lock. Keys wait meanwhile, and are answered between two.
  private static let lockTimeout = Duration.milliseconds(10)

  /// Attaches. Never creates.
  ///
  /// - Parameters:
  ///   - readOnlyReason: why nothing is written to it; nil where changes are allowed.
  ///   - acceptsOtherOwner: writes to another user's segment, too.
  ///   - attachTimeout: how long to wait for a segment that is still being set up.
  init(
    _ name: String, readOnlyReason: String?, acceptsOtherOwner: Bool, attachTimeout: Duration
  ) throws(StoreError) {
    self.acceptsOtherOwner = acceptsOtherOwner
    observer = try SegmentObserver(name, attachTimeout: attachTimeout)
    remarks = Self.remarks(on: name)
    if let reason = readOnlyReason {
      access = .readOnly(reason)
      return
    }
    do {
      store = try Self.open(name, acceptsOtherOwner: acceptsOtherOwner)
      access = .shared
    } catch {
      switch error {
      case .permissionDenied: access = .readOnly("you may only read its file")
      case .otherOwner: access = .readOnly("it belongs to another user")
      // The lock is stuck, or the segment is being replaced: looking goes on, a change tries again.
      case .lockTimeout, .unrecoverable, .replaced, .noSpace: access = .shared
      default: throw error
      }
    }
  }

  var identity: SegmentIdentity { observer.identity }
  var binding: NameBinding { observer.binding() }

  private static func remarks(on name: String) -> Remarks {
    var remarks = Remarks()
    let data = name + "_data"
    if OriginalReader.isData(data) {
      let shown = (SafeText(name).text, SafeText(data).text)
      remarks.findings = [
        Finding(
          .segment,
          "“\(shown.0)” is a segment of this store, and “\(shown.1)” what is left of an original (Perl) segment of the "
            + "same name: an app of the module that still opens it cannot work. Let one have another name.")
      ]
    }
    return remarks
  }

  private static func open(_ name: String, acceptsOtherOwner: Bool) throws(StoreError) -> SharedStore {
    var options = StoreOptions.inspector(lockTimeout: lockTimeout, acceptsOtherOwner: acceptsOtherOwner)
    // The observer has seen it complete.
    options.attachTimeout = .zero
    return try SharedStore(name, mode: .existing, options: options)
  }

  /// Gives the participant row back.
  func close() { store?.close() }

  // MARK: - Looking

  func sample() throws(SourceError) -> SegmentSample {
    try Self.wrap { () throws(StoreError) in try observer.sample() }
  }

  func writeClock() throws(SourceError) -> [WriteClockPoint] {
    try Self.wrap { () throws(StoreError) in try observer.writeClock() }
  }

  func entry(_ key: [UInt8]) throws(SourceError) -> Entry? {
    try Self.wrap { () throws(StoreError) in try observer.entry(key) }
  }

  var sequence: UInt64? { try? observer.sequence() }

  func beginPass() { cursor = TableCursor() }

  func readOn(
    slots: Int, _ note: (RawSpan, RawSpan, UInt64) -> Void
  ) throws(SourceError) -> (goesOn: Bool, progress: Double) {
    let goesOn = try Self.wrap { () throws(StoreError) in try observer.scan(&cursor, slotLimit: slots, note) }
    return (goesOn, cursor.progress)
  }

  func survey(_ survey: inout TableSurvey, slotLimit: Int) throws(SourceError) -> Bool {
    try Self.wrap { () throws(StoreError) in try observer.survey(&survey, slotLimit: slotLimit) }
  }

  func check() throws(SourceError) -> [CheckFinding] {
    try Self.wrap { () throws(StoreError) in
      try SegmentCheck.run(identity.name).map(CheckFinding.init)
    }
  }

  private static func wrap<R>(_ body: () throws(StoreError) -> R) throws(SourceError) -> R {
    do { return try body() } catch { throw .store(error) }
  }

  // MARK: - Changing

  func apply(_ change: Change, triedMilliseconds: Int) -> ChangeOutcome {
    do throws(StoreError) {
      return try apply(change, to: try writable())
    } catch {
      guard case .lockTimeout(let name, let holder, let state, _) = error else {
        return .failed(SafeText(error.description).text)
      }
      let whole = StoreError.lockTimeout(
        name: name, holder: holder, holderState: state, milliseconds: triedMilliseconds)
      return .busy(
        LockWait(holder: holder, holderState: state, failure: SafeText(whole.description).text))
    }
  }

  private func apply(_ change: Change, to store: SharedStore) throws(StoreError) -> ChangeOutcome {
    switch change {
    case .replace(let key, nil, let new):
      return .done(
        before: try regardless(store) { section throws(StoreError) in
          let before = try section.bytes(key)
          try section.put(key, new)
          return before
        })
    case .remove(let key, nil):
      let before = try regardless(store) { section throws(StoreError) in
        let before = try section.bytes(key)
        try section.remove(key)
        return before
      }
      return before == nil ? .conflict(now: nil) : .done(before: before)
    case .replace(let key, let seen?, let new):
      return try store.compareAndSwap(key, expected: seen, new: new)
        ? .done(before: seen) : .conflict(now: store.bytes(key))
    case .add(let key, let value):
      return try store.putIfAbsent(key, value) ? .done(before: nil) : .conflict(now: store.bytes(key))
    case .remove(let key, let seen?):
      return try store.remove(key, ifValue: seen) ? .done(before: seen) : .conflict(now: store.bytes(key))
    case .undo(let change): return try apply(change, to: store)
    case .reap: return .reaped(try store.reap())
    }
  }

  /// Two operations in one hold of the mutex, so that what was there before is known.
  private func regardless(
    _ store: SharedStore, _ body: (borrowing LockedSection) throws(StoreError) -> [UInt8]?
  ) throws(StoreError) -> [UInt8]? {
    do {
      return try store.withLock { section in try body(section) }
    } catch {
      throw error as? StoreError ?? .busy(name: identity.name)
    }
  }

  private func writable() throws(StoreError) -> SharedStore {
    if let store { return store }
    guard case .shared = access else { throw .readOnly(name: identity.name) }
    let opened = try Self.open(identity.name, acceptsOtherOwner: acceptsOtherOwner)
    store = opened
    return opened
  }
}
