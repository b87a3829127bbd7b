internal import Synchronization

/// A named key-value store in POSIX shared memory: any process opens it by name, and puts and gets.
///
/// ```swift
/// let store = try SharedStore("sessions")
/// try store.put("user:1", "Ada")
/// print(try store.get("user:1") ?? "nobody")
/// ```
///
/// Keys have 1 to 65,535 bytes, values 1 to the segment's value limit (32 bytes unless another one was chosen
/// at creation). Reads take no lock and wait for nobody, whatever state a writer is in; only one that writers
/// have disturbed 64 times in a row takes the mutex, too. Writers take turns on one
/// robust mutex; one that dies holding it is noticed and repaired by the next, and no settled key is lost.
/// The segment grows by itself up to its reservation, and stays until it is unlinked or the machine restarts.
///
/// A handle may be shared by threads; a process may open a segment several times; a forked child goes on
/// with its parent's handle. A process that executes another program loses its handles; its participant rows
/// are shown until it opens the segment again or ends. What the Swift runtime guards for itself does not survive a
/// fork amid threads: a child forked while another thread uses a type for the first time may wait for ever. Fork before
/// there are threads, or after each kind of call has been made once.
public final class SharedStore: Sendable {
  /// The segment's name, without a leading slash.
  public let name: String
  /// How the store was opened.
  public let mode: OpenMode

  let segment: Segment
  /// `nil` for a read-only handle, which leaves no trace.
  let participant: Participant?
  let lockTimeout: Duration?
  /// The process this handle is ready for (see `ForkWatch`), or `Participant.closedToken`.
  private let token = Atomic<UInt64>(0)
  private let forkWatch = ForkWatch.shared

  /// How long an opening or closing handle waits for the mutex to write its event: what it came for matters
  /// more.
  private static let eventTimeout = Duration.milliseconds(10)

  /// Opens the store of a name.
  ///
  /// - Parameters:
  ///   - name: 1 to 254 bytes, no `/`, no NUL, not beginning with `.shs-`; one leading `/` is dropped.
  ///   - mode: shared (attach or create) unless said otherwise.
  ///   - options: bounds, permissions and timeouts.
  /// - Throws: `invalidName`, `invalidOption`; `notFound` (modes existing and readOnly); `notASegment`,
  ///   `perlSegment`, `unsupportedVersion`, `incompatible`, `corrupted`; `timedOut` when an object of this
  ///   name was still being set up after the attach timeout; `permissionDenied`, `otherOwner`;
  ///   `valueLimitDiffers`; `replaced` when an exclusive open came in between for as long as that; `noSpace`,
  ///   `noAddressSpace`; `system`.
  /// - Complexity: some 30 system calls, a listing of /dev/shm among them; proportional to the claimed pages, at about 10 ns a page.
  /// - Concurrency: waits for the mutex at most 10 ms, in exclusive mode for that of each segment it displaces at most 1 s;
  ///   repairs the segment if its last holder has died.
  public init(
    _ name: String, mode: OpenMode = .shared, options: StoreOptions = StoreOptions()
  ) throws(StoreError) {
    self.name = try SegmentName.normalised(name)
    self.mode = mode
    lockTimeout = options.lockTimeout
    // Before the object is opened: this needs a descriptor for a moment, and that one may be the last.
    let identity = mode == .readOnly ? nil : ProcessIdentity.current()
    segment = try SegmentAttacher(name: self.name, options: options).open(mode)
    participant =
      segment.isWritable
      ? Participant.make(segment, name: options.participantName, isInspector: options.isInspector) : nil
    if let identity { participant?.register(as: identity) }
    token.store(forkWatch.renew(), ordering: .relaxed)
    if let participant {
      let lock = StoreLock(segment, participant)
      if (try? lock.acquire(timeout: Self.eventTimeout)) != nil { lock.release() }
    }
  }

  // When this runs no thread is inside a call any more, so the mapping can go.
  deinit {
    close()
    participant?.destroy()
    SegmentRegistry.release(segment)
  }

  /// Gives the handle's participant row back; later calls throw `closed`. Closing twice is no fault.
  ///
  /// Other threads may be using the handle: their calls end or throw `closed`, and the memory stays mapped
  /// until the last reference to the handle is gone.
  ///
  /// - Concurrency: waits for the mutex at most 10 ms.
  public func close() {
    let old = token.exchange(Participant.closedToken, ordering: .acquiringAndReleasing)
    // A forked child that never used the handle has no row of its own to give back.
    guard old != Participant.closedToken, let participant, participant.token == forkWatch.token else {
      return
    }
    let lock = StoreLock(segment, participant)
    let locked = (try? lock.acquire(timeout: Self.eventTimeout)) != nil
    let departure = participant.unregister()
    guard locked else { return }
    if let (row, nanoseconds) = departure {
      EventRing(segment).append(.detached, UInt64(bitPattern: Int64(row)), nanoseconds)
    }
    lock.release()
  }

  /// Removes a segment's name. Handles attached to it go on with the nameless segment; whoever opens the
  /// name next in shared mode makes a new one.
  ///
  /// - Throws: `invalidName`, `notFound`, `notASegment`, `perlSegment`, `permissionDenied`, `system`.
  /// - Concurrency: takes no lock, but for the mutex of each segment that a killed exclusive open has left displaced: for
  ///   that it waits at most 10 ms.
  public static func unlink(_ name: String) throws(StoreError) {
    let name = try SegmentName.normalised(name)
    try SegmentAttacher(name: name, options: StoreOptions()).unlink()
  }

  /// The longest value of this segment, in bytes.
  public var valueLimit: Int { segment.valueLimit }

  /// Clears the participant rows of dead processes; their counts go to the departed ones.
  ///
  /// - Returns: how many rows.
  /// - Throws: `readOnly`, `closed`, and what taking the lock throws.
  /// - Concurrency: takes the lock.
  @discardableResult
  public func reap() throws(StoreError) -> Int {
    try locked { writer throws(StoreError) in
      let own = ProcessIdentity.ownNamespaces()
      var count = 0
      var last: Int32 = 0
      for (row, state, _) in Participant.deadRows(segment, seenFrom: own)
      where row.release(segment.words, expected: state) {
        count += 1
        last = Int32(truncatingIfNeeded: state)
      }
      if count > 0 {
        EventRing(segment).append(.reaped, UInt64(count), UInt64(UInt32(bitPattern: last)))
      }
      return count
    }
  }

  /// Checks the whole segment while nobody writes to it; see ``SegmentCheck``.
  ///
  /// - Returns: what is wrong; empty for a sound segment.
  /// - Throws: `readOnly`, `closed`, and what taking the lock throws.
  /// - Concurrency: takes the lock and holds it for the whole check.
  public func check() throws(StoreError) -> [SegmentCheck.Finding] {
    try locked { writer throws(StoreError) in SegmentCheck.run(writer.segment) }
  }

  // MARK: Before every operation

  @inline(__always) var forkToken: UInt64 { forkWatch.token }

  /// Sees to it that the handle is open and speaks for this process. One load and a comparison.
  @inline(__always)
  func ready() throws(StoreError) {
    if !isReady { try becomeReady() }
  }

  var isClosed: Bool { token.load(ordering: .relaxed) == Participant.closedToken }

  @inline(__always)
  var isReady: Bool { token.load(ordering: .relaxed) == forkWatch.token }

  /// The handle is closed, or was inherited by a forked child: then it gets a row of the child's own.
  @inline(never)
  private func becomeReady() throws(StoreError) {
    try ProcessLock.shared.withLock { () throws(StoreError) in
      let old = token.load(ordering: .relaxed)
      guard old != Participant.closedToken else { throw .closed(name: name) }
      let current = forkWatch.renew()
      guard old != current else { return }
      segment.forgetOwner(unless: current)
      participant?.register(as: .current())
      // A close may have come in between: then it stays closed.
      let (isReady, _) = token.compareExchange(expected: old, desired: current, ordering: .relaxed)
      if !isReady {
        _ = participant?.unregister()
        throw .closed(name: name)
      }
    }
  }

  /// Runs a body with the mutex held.
  func locked<R>(_ body: (TableWriter) throws(StoreError) -> R) throws(StoreError) -> R {
    let writer = try beginWriting()
    defer { endWriting(writer) }
    return try body(writer)
  }
}
