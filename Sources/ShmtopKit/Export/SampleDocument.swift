public import SharedSimple

/// One sample as `shmtop --json` prints it. Every field is described in `Assets/shmtop.schema.json`.
///
/// What is not known is left out. Times are nanoseconds since 1970. The fields' names are part of what scripts rely
/// on: one that is renamed or means something else raises the version, one that is added does not.
public struct SampleDocument: Sendable, Encodable {
  let version = 1
  let time: UInt64
  let segment: SegmentDocument
  let table: TableDocument
  let memory: MemoryDocument
  let lock: LockDocument
  let transactions: TransactionsDocument?
  /// Since creation.
  let operations: OperationsDocument?
  /// The number of changes since creation.
  let changes: UInt64?
  /// What happened since the sample before; left out where that was another segment.
  let interval: IntervalDocument?
  let participants: [ParticipantDocument]
  let participantCapacity: Int?
  let unlistedParticipants: UInt64?
  let hiddenProcesses: Int?
  let unreadEntries: Int?
  let events: [EventDocument]
  let remarks: [RemarkDocument]?

  /// - Parameter lastEvent: the number of the last event that was printed; events up to it are left out.
  public init(
    identity: SegmentIdentity, sample: SegmentSample, remarks: Remarks = Remarks(),
    difference: SampleDifference, after lastEvent: UInt64
  ) {
    let knowledge = identity.knowledge
    time = sample.takenWall
    segment = SegmentDocument(identity, state: sample.stateWord)
    table = TableDocument(sample.table, knowledge)
    memory = MemoryDocument(sample.memory, knowledge)
    lock = LockDocument(sample, knowledge, remarks)
    let isCounted = knowledge.contains(.counters)
    transactions =
      isCounted
      ? TransactionsDocument(
        committed: sample.transactions.committed, keys: sample.transactions.keys,
        rolledBack: sample.transactions.rolledBack) : nil
    operations = isCounted ? OperationsDocument(sample.totals) : nil
    changes = knowledge.contains(.writeTimes) ? sample.sequence : nil
    let isContinuous = difference.isContinuous
    interval = isContinuous ? IntervalDocument(difference, knowledge) : nil
    participants = difference.participants.compactMap {
      ParticipantDocument($0, at: sample.takenMonotonic, isContinuous: isContinuous, knowledge)
    }
    let isListed = knowledge.contains(.participants)
    participantCapacity = isListed ? sample.participantCapacity : nil
    unlistedParticipants = isListed ? sample.unlistedCount : nil
    hiddenProcesses = isListed ? nil : remarks.hiddenProcesses
    unreadEntries = remarks.unreadEntries == 0 ? nil : remarks.unreadEntries
    events = sample.events.filter { $0.number > lastEvent }.map { EventDocument($0, knowledge) }
    self.remarks = remarks.findings.isEmpty ? nil : remarks.findings.map(RemarkDocument.init)
  }
}

/// Something there is to say.
struct RemarkDocument: Sendable, Encodable {
  let subject: String
  let isGrave: Bool
  let text: String

  init(_ finding: Finding) {
    subject = Self.word(finding.subject)
    isGrave = finding.isGrave
    text = finding.sentence
  }

  static func word(_ subject: Finding.Subject) -> String { "\(subject)" }
}

/// What was fixed when the segment was made, and its state.
struct SegmentDocument: Sendable, Encodable {
  let name: String
  let state: String
  let createdTime: UInt64?
  let creatorPid: Int32?
  let owner: UInt32
  let format: String?
  let formatVersion: Int
  let valueLimitBytes: Int
  let reservationBytes: Int?
  let device: UInt64
  let inode: UInt64

  init(_ identity: SegmentIdentity, state: String) {
    name = identity.name
    self.state = state
    let isKnown = identity.knowledge.contains(.creation)
    createdTime = isKnown ? identity.createdWall : nil
    creatorPid = isKnown ? identity.creator : nil
    owner = identity.owner
    format = identity.formatWord
    formatVersion = identity.formatVersion
    valueLimitBytes = identity.valueLimit
    reservationBytes = isKnown ? identity.reservation : nil
    device = identity.device
    inode = identity.inode
  }
}

struct TableDocument: Sendable, Encodable {
  let entries: Int
  let slots: Int
  let removedSlots: Int?
  let growthThresholdSlots: Int?
  let generation: UInt64?

  init(_ table: TableSample, _ knowledge: Knowledge) {
    entries = table.entryCount
    slots = table.slotCount
    removedSlots = knowledge.contains(.removal) ? table.removedSlotCount : nil
    // A table whose data does not grow by itself grows with that, and in its place.
    let isRenewed = knowledge.contains(.growingHeap)
    growthThresholdSlots = isRenewed ? table.growthThreshold : nil
    generation = isRenewed ? table.generation : nil
  }
}

struct MemoryDocument: Sendable, Encodable {
  let claimedBytes: Int
  let headerBytes: Int
  let windowClaimedBytes: [Int]
  let heapClaimedBytes: Int
  let heapLiveBytes: Int
  let heapFreeBytes: Int?
  let allocatedBytes: Int
  let systemFreeBytes: Int
  let systemTotalBytes: Int

  init(_ memory: MemorySample, _ knowledge: Knowledge) {
    claimedBytes = memory.claimed
    headerBytes = memory.headerByteCount
    windowClaimedBytes = memory.windows(knowledge)
    heapClaimedBytes = memory.heapClaimed
    heapLiveBytes = memory.heapLive
    heapFreeBytes = knowledge.contains(.removal) ? memory.heapFree : nil
    allocatedBytes = memory.allocated
    systemFreeBytes = memory.systemFree
    systemTotalBytes = memory.systemTotal
  }
}

extension MemorySample {
  /// What each window for tables has claimed: a table that grows in its place has the first one alone.
  func windows(_ knowledge: Knowledge) -> [Int] {
    knowledge.contains(.growingHeap) ? windowClaimed : Array(windowClaimed.prefix(1))
  }
}

struct TransactionsDocument: Sendable, Encodable {
  let committed: UInt64
  let keys: UInt64
  let rolledBack: UInt64
}

struct OperationsDocument: Sendable, Encodable {
  let hits: UInt64
  let misses: UInt64
  let puts: UInt64
  let removes: UInt64
  let waits: UInt64
  let waitNanoseconds: UInt64

  init(_ counters: OperationCounters) {
    hits = counters.hits
    misses = counters.misses
    puts = counters.puts
    removes = counters.removes
    waits = counters.waits
    waitNanoseconds = counters.waitNanoseconds
  }
}

struct IntervalDocument: Sendable, Encodable {
  let seconds: Double
  let operations: OperationsDocument?
  let getsPerSecond: Double?
  let putsPerSecond: Double?
  let removesPerSecond: Double?
  let changes: UInt64?
  /// Where changes are not numbered.
  let entriesSeenChanged: UInt64?
  let acquisitions: UInt64?
  let contended: UInt64?
  let slowestWaitAtMostNanoseconds: UInt64?

  init(_ difference: SampleDifference, _ knowledge: Knowledge) {
    seconds = difference.seconds
    let isCounted = knowledge.contains(.counters)
    operations = isCounted ? OperationsDocument(difference.counts) : nil
    getsPerSecond = isCounted ? difference.getsPerSecond : nil
    putsPerSecond = isCounted ? difference.putsPerSecond : nil
    removesPerSecond = isCounted ? difference.removesPerSecond : nil
    let isNumbered = knowledge.contains(.writeTimes)
    changes = isNumbered ? difference.changes : nil
    entriesSeenChanged = isNumbered ? nil : difference.changes
    let isTimed = knowledge.contains(.lockTimes)
    acquisitions = isTimed ? difference.acquisitions : nil
    contended = isTimed ? difference.contended : nil
    slowestWaitAtMostNanoseconds = difference.slowestWaitBucket.map(LogHistogram.upperBound(ofBucket:))
  }
}

struct EventDocument: Sendable, Encodable {
  let number: UInt64
  let time: UInt64
  let kind: String
  let pid: Int32?
  let durationNanoseconds: UInt64?
  let first: UInt64
  let second: UInt64
  let text: String

  init(_ event: SegmentEvent, _ knowledge: Knowledge) {
    number = event.number
    time = event.wall
    kind = Self.word(event.kind)
    // Of what was noticed by comparing samples, neither is known.
    pid = knowledge.contains(.history) ? event.pid : nil
    durationNanoseconds = knowledge.contains(.history) ? event.duration : nil
    first = event.first
    second = event.second
    text = event.sentence()
  }

  static func word(_ kind: SegmentEvent.Kind) -> String {
    kind == .heapGrown ? "heap_grown" : "\(kind)"
  }
}
