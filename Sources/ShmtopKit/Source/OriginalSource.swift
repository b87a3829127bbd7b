import Glibc
public import OriginalSegment
public import SharedSimple

/// A segment of the Perl module Shared::Simple, seen as any other one.
///
/// It keeps no statistics of itself: what is told here was noticed by comparing samples and by looking at its
/// mutex.
public final class OriginalSource: SegmentSource {
  public let identity: SegmentIdentity
  public let access: Access
  private let reader: OriginalReader
  private let editor: OriginalEditor?
  private let looksForProcesses: Bool
  private var last = OriginalSample()
  /// When it was taken, on the monotonic clock.
  private var lastTaken: UInt64 = 0
  /// Why no newer one could be taken.
  private var staleReason: String?
  private var collision: OriginalSample.Collision?
  private var stamps = OriginalStamps()
  private var events: [SegmentEvent] = []
  private var people = OriginalPeople()
  private var lock = LockWatch()
  /// Entries that the pass under way has handed on.
  private var passed = 0

  /// - Parameters:
  ///   - readOnlyReason: why nothing is changed; nil where changes are allowed, which need the module's mutex.
  ///   - acceptsOtherOwner: allows them also in another user's segment.
  ///   - looksForProcesses: whether those that map it are looked for, which can wait for a process that hangs in
  ///     the kernel.
  /// - Throws: what opening throws.
  public init(
    _ name: String, readOnlyReason: String?, acceptsOtherOwner: Bool = false, looksForProcesses: Bool = true
  ) throws(SourceError) {
    reader = try OriginalReader.opening(name)
    let owner = reader.identity.owner
    let isOthers = owner != geteuid() && owner != 0 && !acceptsOtherOwner
    if let reason = readOnlyReason ?? (isOthers ? "it belongs to user \(owner)" : nil) {
      editor = nil
      access = .readOnly(reason)
    } else {
      do { editor = try OriginalEditor(reader) } catch { throw .original(error) }
      access = .shared
    }
    self.looksForProcesses = looksForProcesses
    var identity = SegmentIdentity()
    identity.name = name
    identity.device = reader.identity.device
    identity.inode = reader.identity.control
    identity.owner = owner
    identity.formatVersion = 0
    identity.valueLimit = OriginalSample.valueLimit
    identity.initialSlots = OriginalSample.firstSlotCount
    self.identity = identity
  }

  public var binding: NameBinding {
    switch reader.binding {
    case .bound: .bound
    case .replaced: .replaced
    case .unlinked: .unlinked
    }
  }

  // MARK: - Samples

  public func sample() throws(SourceError) -> SegmentSample {
    do throws(OriginalError) {
      try takeSample()
      staleReason = nil
    } catch {
      // The sample before stays, marked, where the app is at work; what else fails is said.
      guard case .unsettled = error, lastTaken > 0 else { throw .original(error) }
      staleReason = error.description
    }
    return makeSample(of: last)
  }

  /// A sample without a look at the entries.
  public func glance() throws(SourceError) -> SegmentSample {
    do { return makeSample(of: try reader.glance()) } catch { throw .original(error) }
  }

  private func takeSample() throws(OriginalError) {
    let sample = try reader.sample()
    noteGrowth(to: sample)
    stamps.note(sample)
    collision = sample.collision
    last = sample
    lastTaken = Clock.monotonic
  }

  private func makeSample(of original: OriginalSample) -> SegmentSample {
    var sample = SegmentSample()
    sample.takenWall = WallTime.now
    sample.takenMonotonic = Clock.monotonic
    sample.binding = binding
    sample.sequence = stamps.sequence
    sample.table.generation = UInt64(original.growthCount)
    sample.table.slotCount = original.slotCount
    sample.table.entryCount = original.entryCount
    // It grows when every slot is in use, or the data is full, whichever comes first.
    sample.table.growthThreshold = original.slotCount
    sample.memory.headerByteCount = OriginalSample.controlByteCount
    sample.memory.windowClaimed = [original.indexByteCount, 0]
    sample.memory.heapClaimed = original.dataByteCount
    sample.memory.heapLive = original.dataBytesUsed
    sample.memory.allocated = original.allocated
    (sample.memory.systemFree, sample.memory.systemTotal) = reader.fileSystem
    lookAtLock()
    if looksForProcesses { people.look(at: reader.identity, now: sample.takenMonotonic) }
    people.list(in: &sample, mutex: try? reader.mutex(), run: lock.run)
    sample.events = events
    return sample
  }

  private func noteGrowth(to sample: OriginalSample) {
    guard lastTaken > 0, sample.slotCount != last.slotCount else { return }
    var event = SegmentEvent()
    event.number = (events.last?.number ?? 0) + 1
    event.kind = .resized
    event.wall = WallTime.now
    event.first = UInt64(last.slotCount)
    event.second = UInt64(sample.slotCount)
    events.append(event)
    if events.count > 256 { events.removeFirst() }
  }

  public var remarks: Remarks {
    var remarks = Remarks()
    remarks.findings =
      OriginalFindings(
        identity: reader.identity, sample: last, collision: collision, staleReason: staleReason,
        mutex: try? reader.mutex(), hasStrangers: people.hasStrangers
      ).all
    remarks.looks = lock
    remarks.hiddenProcesses = people.hidden
    remarks.unreadEntries = last.restlessEntries + last.damagedSlots
    return remarks
  }

  public func check() throws(SourceError) -> [CheckFinding] {
    do { return try reader.check().map(CheckFinding.init) } catch { throw .original(error) }
  }

  // MARK: - Entries

  public func writeClock() -> [WriteClockPoint] { [] }

  public func entry(_ key: [UInt8]) throws(SourceError) -> Entry? {
    // A sample copies all there is, three times: not for each of the many rows that are asked for at once.
    if Clock.monotonic >= lastTaken + Self.freshNanoseconds {
      do throws(OriginalError) {
        try takeSample()
      } catch {
        guard case .unsettled = error, lastTaken > 0 else { throw .original(error) }
      }
    }
    return stamps.entry(key)
  }

  /// Half the time between two looks at a single entry.
  private static let freshNanoseconds: UInt64 = 50_000_000

  public func beginPass() { passed = 0 }

  public func readOn(
    slots: Int, _ note: (RawSpan, RawSpan, UInt64) -> Void
  ) -> (goesOn: Bool, progress: Double) {
    let end = min(passed + slots, last.entries.count)
    for entry in last.entries[min(passed, end)..<end] {
      unsafe note(entry.key.span.bytes, entry.value.span.bytes, stamps.stamp(of: entry.key))
    }
    passed = end
    return (end < last.entries.count, last.entries.isEmpty ? 1 : Double(end) / Double(last.entries.count))
  }

  public func survey(_ survey: inout TableSurvey, slotLimit: Int) -> Bool {
    survey = TableSurvey(
      isUsed: last.isUsed, probeLengths: last.entries.map(\.probeLength),
      recordByteCounts: last.entries.map(\.recordByteCount))
    return false
  }

  // MARK: - The lock

  /// Fifty looks a second: a system call each, and waking up for it, in all half a per cent of a core.
  public var lookInterval: UInt64? { 20_000_000 }

  public func lookAtLock() {
    if let mutex = try? reader.mutex() { lock.note(mutex, monotonic: Clock.monotonic) }
  }

  // MARK: - Changing

  public func apply(_ change: Change, triedMilliseconds: Int) -> ChangeOutcome {
    guard let editor else { return .failed("Original segments are changed only with --edit-original.") }
    do throws(OriginalError) {
      switch change {
      case .replace(let key, let seen, let new):
        let expected = seen ?? stamps.entry(key)?.value
        return outcome(try editor.put(key, new, expected: expected, milliseconds: 10), before: expected)
      case .add(let key, let value):
        return outcome(try editor.put(key, value, expected: nil, milliseconds: 10), before: nil)
      case .undo(let change): return apply(change, triedMilliseconds: triedMilliseconds)
      case .remove:
        return .failed("Nothing can be removed from an original segment: the module has no such call.")
      case .reap: return .failed("An original segment keeps no rows of processes.")
      }
    } catch {
      if case .lockTimeout(let name, let owner, _) = error {
        let whole = OriginalError.lockTimeout(name: name, owner: owner, milliseconds: triedMilliseconds)
        return .busy(LockWait(holder: max(0, owner), failure: SafeText(whole.description).text))
      }
      return .failed(SafeText(error.description).text)
    }
  }

  private func outcome(_ outcome: OriginalEditor.Outcome, before: [UInt8]?) -> ChangeOutcome {
    switch outcome {
    case .done: .done(before: before)
    case .conflict(let now): .conflict(now: now)
    }
  }

  public func close() {}
}

extension OriginalReader {
  /// Opens the segment, and tells where one of its two names leads to a segment of this package's store.
  public static func opening(_ name: String) throws(SourceError) -> OriginalReader {
    do throws(OriginalError) {
      let reader = try OriginalReader(name)
      let data = reader.identity.dataName
      guard (try? SegmentObserver(data, attachTimeout: .zero)) == nil else {
        throw .dataIsStore(name: name, data: data)
      }
      return reader
    } catch { throw .original(error) }
  }
}
