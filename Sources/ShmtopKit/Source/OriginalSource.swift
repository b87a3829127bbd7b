internal import Glibc
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
  private var last = OriginalSample()
  /// When it was taken, on the monotonic clock.
  private var lastTaken: UInt64 = 0
  private var isStale: String?
  private var stamps = Stamps()
  private var events: [SegmentEvent] = []
  private var processes: OriginalProcesses
  private var processesLooked: UInt64 = 0
  private var lock = LockWatch()
  /// Entries that the pass under way has handed on.
  private var passed = 0

  /// - Parameters:
  ///   - editing: nil: only look; else whether changes are allowed, which need the module's mutex.
  /// - Throws: what opening and a first sample throw; not where the app is just making it grow.
  public init(_ name: String, editing: Bool) throws(SourceError) {
    do throws(OriginalError) {
      reader = try OriginalReader(name)
      if editing {
        editor = try OriginalEditor(reader)
        access = .shared
      } else {
        editor = nil
        access = .readOnly("an original (Perl) segment is changed only with --edit-original")
      }
    } catch { throw .original(error) }
    processes = OriginalProcesses(mapping: reader.identity)
    var identity = SegmentIdentity()
    identity.name = name
    identity.device = reader.identity.device
    identity.inode = reader.identity.control
    identity.owner = reader.identity.owner
    identity.formatVersion = 0
    identity.valueLimit = 32
    identity.initialSlots = 64
    self.identity = identity
  }

  public func sample() throws(SourceError) -> SegmentSample {
    do throws(OriginalError) {
      try takeSample()
      isStale = nil
    } catch {
      // The sample before stays, marked, where the app is at work; what else fails is said.
      guard case .unsettled = error, last.slotCount > 0 else { throw .original(error) }
      isStale = error.description
    }
    // A look through /proc costs some milliseconds: every two seconds, that is under 1 % of a core.
    let now = Self.monotonic
    if now >= processesLooked + 2_000_000_000 {
      processes = OriginalProcesses(mapping: reader.identity)
      processesLooked = now
    }
    return makeSample()
  }

  private func takeSample() throws(OriginalError) {
    let sample = try reader.sample()
    noteGrowth(to: sample)
    stamps.note(sample)
    last = sample
    lastTaken = Self.monotonic
  }

  private func makeSample() -> SegmentSample {
    var sample = SegmentSample()
    sample.takenWall = WallTime.now
    sample.takenMonotonic = Self.monotonic
    sample.binding =
      switch reader.binding {
      case .bound: .bound
      case .replaced: .replaced
      case .unlinked: .unlinked
      }
    sample.sequence = stamps.sequence
    sample.table.slotCount = last.slotCount
    sample.table.entryCount = last.entryCount
    // It grows when every slot is in use, never earlier.
    sample.table.growthThreshold = last.slotCount
    sample.memory.headerByteCount = 312
    sample.memory.windowClaimed = [24 + last.slotCount * 8, 0]
    sample.memory.heapClaimed = last.unitCount * 4
    sample.memory.heapLive = last.unitsUsed * 4
    sample.memory.allocated = last.allocated
    (sample.memory.systemFree, sample.memory.systemTotal) = reader.fileSystem
    if let mutex = try? reader.mutex(), mutex.isKnown, mutex.isHeld, mutex.owner > 0 {
      sample.lock.holder = mutex.owner
      if lock.run.owner == mutex.owner { sample.lock.heldSinceMonotonic = lock.run.first }
    }
    for (slot, process) in processes.processes.enumerated() {
      var row = ParticipantSample()
      row.slot = slot
      row.pid = process.pid
      row.name = process.name
      row.liveness = process.state.liveness
      if process.pid == sample.lock.holder { sample.lock.holderParticipant = slot }
      if process.waitsInFutex, sample.lock.holder != nil { row.waitingFor = sample.lock.holder }
      sample.participants.append(row)
    }
    sample.participantCapacity = sample.participants.count
    sample.events = events
    return sample
  }

  private func noteGrowth(to sample: OriginalSample) {
    guard last.slotCount > 0, sample.slotCount != last.slotCount else { return }
    var event = SegmentEvent()
    event.number = UInt64(events.count)
    event.kind = .resized
    event.wall = WallTime.now
    event.first = UInt64(last.slotCount)
    event.second = UInt64(sample.slotCount)
    events.append(event)
    if events.count > 256 { events.removeFirst() }
  }

  private static var monotonic: UInt64 {
    var time = timespec()
    // Into our own variable.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  // MARK: - Entries

  public func writeClock() -> [WriteClockPoint] { [] }

  public func entry(_ key: [UInt8]) throws(SourceError) -> Entry? {
    // A sample copies all there is, three times: not for each of the many rows that are asked for at once.
    if Self.monotonic >= lastTaken + Self.freshNanoseconds {
      do throws(OriginalError) {
        try takeSample()
      } catch {
        guard case .unsettled = error else { throw .original(error) }
      }
    }
    guard let entry = last.entries.first(where: { $0.key == key }) else { return nil }
    return Entry(key: key, value: entry.value, stamp: stamps.stamp(of: key))
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
      recordByteCounts: last.entries.map { ($0.key.count / 4 + 1) * 4 + 32 })
    return false
  }

  // MARK: - The lock

  public var lockLooks: LockWatch? { lock }

  /// A hundred looks a second, a system call each: some tenths of a per mille of a core.
  public var lookInterval: UInt64? { 10_000_000 }

  public func lookAtLock() {
    if let mutex = try? reader.mutex() { lock.note(mutex, monotonic: Self.monotonic) }
  }

  public var findings: [Finding] {
    var findings: [Finding] = []
    if let isStale {
      findings.append(
        Finding("STALE: what is shown is the last that could be read. " + isStale, isGrave: true))
    }
    let mutex = (try? reader.mutex())
    if let mutex, mutex.isKnown, mutex.isHeld, mutex.owner > 0 {
      let owner = OriginalThread(mutex.owner)
      let name = SafeText(owner.name).text
      switch owner.state {
      case .gone where !processes.hasStrangers:
        findings.append(
          Finding(
            "The lock's owner, pid \(mutex.owner), is gone; every process that calls put or get hangs. Restart the "
              + "app with EXCLUSIVE, or free the lock with 'shmtop original-unlock \(SafeText(identity.name).text)'.",
            isGrave: true))
      case .stopped:
        findings.append(
          Finding(
            "The lock's owner, pid \(mutex.owner) (\(name)), is stopped; every process that calls put or get hangs "
              + "until it goes on: 'kill -CONT \(mutex.owner)'.", isGrave: true))
      default: break
      }
    }
    if lock.isUnknown {
      findings.append(Finding("The lock is of a kind not known here: nothing is said of it."))
    }
    if let collision = last.collision {
      let suffix = SafeText(collision.suffix).text
      let keys = collision.keys.prefix(3).map { "“\(SafeText($0).text)”" }.joined(separator: ", ")
      findings.append(
        Finding(
          "A search takes up to \(last.longestProbe) steps: keys that end alike collide"
            + (suffix.isEmpty ? "" : " (“…\(suffix)”)")
            + ", such as \(keys). Let keys differ in their last bytes."))
    }
    if last.isHeldThroughout {
      findings.append(
        Finding("The lock was held all the time while this was read: one value may be half written."))
    }
    if last.damagedSlots > 0 {
      findings.append(Finding("\(last.damagedSlots) slots lead to records that make no sense."))
    }
    return findings
  }

  // MARK: - Changing

  public func apply(_ change: Change, triedMilliseconds: Int) -> ChangeOutcome {
    guard let editor else { return .failed("Original segments are changed only with --edit-original.") }
    do throws(OriginalError) {
      switch change {
      case .replace(let key, let seen, let new):
        let expected = seen ?? last.entries.first { $0.key == key }?.value
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
        return .busy(
          SafeText(
            OriginalError.lockTimeout(name: name, owner: owner, milliseconds: triedMilliseconds).description
          )
          .text)
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

/// Numbers for values that have none: another one whenever a sample finds another value.
private struct Stamps {
  private var known: [[UInt8]: (value: [UInt8], stamp: UInt64)] = [:]
  private(set) var sequence: UInt64 = 0

  mutating func note(_ sample: OriginalSample) {
    for entry in sample.entries {
      guard let seen = known[entry.key] else {
        sequence += 1
        known[entry.key] = (entry.value, sequence)
        continue
      }
      guard seen.value != entry.value else { continue }
      sequence += 1
      known[entry.key] = (entry.value, sequence)
    }
  }

  func stamp(of key: [UInt8]) -> UInt64 { known[key]?.stamp ?? 0 }
}

extension OriginalThread.State {
  fileprivate var liveness: ProcessLiveness {
    switch self {
    case .running, .sleeping: .running
    case .stopped: .stopped
    case .blocked: .blocked
    case .gone: .dead
    case .unknown: .unknown
    }
  }
}
