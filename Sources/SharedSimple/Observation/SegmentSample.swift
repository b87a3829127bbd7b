/// What an observer sees of a segment at one moment.
///
/// Taken without the lock, word by word: each number was true at some instant of the call, but two
/// numbers may belong to instants up to the call's own length apart. All counters only grow, unless
/// their comment says otherwise, so rates are differences of two samples. Times named `wall` are
/// nanoseconds since 1970; times named `monotonic` are nanoseconds of CLOCK_MONOTONIC, the same clock
/// in every process of the machine.
public struct SegmentSample: Sendable, Hashable, Codable {
  /// When the sample was taken.
  public var takenWall: UInt64 = 0
  /// When the sample was taken.
  public var takenMonotonic: UInt64 = 0
  /// What the name leads to now.
  public var binding: NameBinding = .bound
  /// The live table.
  public var table = TableSample()
  /// Bytes claimed and used.
  public var memory = MemorySample()
  /// Store-wide number of the last change. Each put, remove and `removeAll` adds one; one that failed, or was killed on
  /// the way, may have.
  public var sequence: UInt64 = 0
  /// The mutex.
  public var lock = LockSample()
  /// Transactions.
  public var transactions = TransactionSample()
  /// Attached handles, and rows of dead processes that nobody has reaped, in slot order.
  public var participants: [ParticipantSample] = []
  /// The number of rows there are; handles beyond it work unlisted.
  public var participantCapacity = 0
  /// Handles that found no row and have not been closed. A killed one stays counted.
  public var unlistedCount: UInt64 = 0
  /// Sums over handles that have given their row back.
  public var departed = OperationCounters()
  /// The last events, oldest first; at most 256.
  public var events: [SegmentEvent] = []

  /// Makes an empty sample, for tests and recordings.
  public init() {}

  /// Sums over the departed and all rows: what was done to the segment since creation, but for
  /// unlisted and read-only handles, which are not counted anywhere.
  public var totals: OperationCounters {
    participants.reduce(into: departed) { $0.add($1.counters) }
  }
}

/// What a segment's name leads to, seen from a mapping of the segment.
public enum NameBinding: String, Sendable, Hashable, Codable {
  /// The name leads to this segment.
  case bound
  /// The name leads to another object.
  case replaced
  /// The name leads nowhere: the segment was unlinked.
  case unlinked
}

/// What was fixed when the segment was made.
public struct SegmentIdentity: Sendable, Hashable, Codable {
  /// The name the observer attached by.
  public var name = ""
  /// The file system the object lies in, as `stat` numbers it.
  public var device: UInt64 = 0
  /// The object, as `stat` numbers it: another one under the same name has another number.
  public var inode: UInt64 = 0
  /// The user who owns the object.
  public var owner: UInt32 = 0
  /// The version of the format it is written in; 0 is that of the Perl module Shared::Simple.
  public var formatVersion = Int(SegmentFormat.version)
  /// When it was created.
  public var createdWall: UInt64 = 0
  /// The process that created it.
  public var creator: Int32 = 0
  /// The longest value, in bytes.
  public var valueLimit = 0
  /// The size of the object, in bytes; most of it is a hole.
  public var reservation = 0
  /// The slots its first table had, and each table after a `removeAll` has.
  public var initialSlots = 0
  /// The size of each of the two index windows, in bytes; a table can grow up to it.
  public var windowByteCount = 0
  /// The size of the record heap, in bytes.
  public var heapByteCount = 0

  /// Makes an empty identity, for tests and recordings.
  public init() {}
}

/// The live table, from one read of the table word and relaxed reads of two counts.
public struct TableSample: Sendable, Hashable, Codable {
  /// Grows by one with each new table.
  public var generation: UInt64 = 0
  /// Which of the two windows, or of their small tables, holds it, 0 or 1.
  public var window = 0
  /// Slots of the table, a power of two.
  public var slotCount = 0
  /// Live entries.
  public var entryCount = 0
  /// Slots whose entry was removed and that probes still pass.
  public var removedSlotCount = 0
  /// Used slots (live and removed) at which the next insert makes a new table.
  public var growthThreshold = 0
  /// An exclusive open has retired this segment.
  public var isRetired = false

  /// Makes an empty sample.
  public init() {}
}

/// Bytes of the segment. `heapLive + heapFree` is what lies below the heap's top, headers and padding
/// included.
public struct MemorySample: Sendable, Hashable, Codable {
  /// Claimed bytes of the header; they grow with the participant rows in use, and never shrink.
  public var headerByteCount = 0
  /// Claimed bytes of window 0 and window 1, with the small table of each, which
  /// ``SegmentIdentity/windowByteCount`` does not count; never shrink.
  public var windowClaimed: [Int] = [0, 0]
  /// Claimed bytes of the heap; never shrink.
  public var heapClaimed = 0
  /// Bytes of blocks that hold an entry.
  public var heapLive = 0
  /// Bytes of blocks that wait to be used again.
  public var heapFree = 0
  /// Bytes the system has allocated to the object (`st_blocks`).
  public var allocated = 0
  /// Bytes free in the file system that holds all segments (/dev/shm).
  public var systemFree = 0
  /// Size of that file system in bytes.
  public var systemTotal = 0

  /// All claimed bytes.
  public var claimed: Int { headerByteCount + windowClaimed.reduce(0, +) + heapClaimed }

  /// Makes an empty sample.
  public init() {}
}

/// The mutex and what was seen of it. All but the holder is written under the mutex.
public struct LockSample: Sendable, Hashable, Codable {
  /// The process that holds the mutex now, if one does. Set just after the mutex is taken and cleared
  /// just before it is given back. A dead process's stays until its successor has recovered.
  public var holder: Int32? = nil
  /// The holder's participant row (index into the table), if it has one.
  public var holderParticipant: Int? = nil
  /// Since when it is held (monotonic); known only if it was taken under contention or this
  /// acquisition was one of the sampled ones.
  public var heldSinceMonotonic: UInt64? = nil
  /// Number of times the mutex was taken.
  public var acquisitions: UInt64 = 0
  /// Of these, how many found it taken.
  public var contended: UInt64 = 0
  /// Sum of all waits, in nanoseconds.
  public var waitNanoseconds: UInt64 = 0
  /// The longest wait since creation, in nanoseconds; exact.
  public var longestWait: UInt64 = 0
  /// Waits by length: bucket b counts those of 2^b to 2^(b+1) − 1 ns. Exact; only waits that ended
  /// with the mutex taken.
  public var waits = LogHistogram()
  /// Holds by length, likewise, but only of sampled acquisitions: every 64th of a handle and the
  /// contended ones.
  public var sampledHolds = LogHistogram()
  /// How many times a dead holder's store was repaired.
  public var recoveries: UInt64 = 0

  /// Makes an empty sample.
  public init() {}
}

/// What transactions did, since creation. Written under the mutex.
public struct TransactionSample: Sendable, Hashable, Codable {
  /// Transactions that changed something.
  public var committed: UInt64 = 0
  /// Keys they put or removed.
  public var keys: UInt64 = 0
  /// Transactions that were rolled back, or failed, and changed nothing.
  public var rolledBack: UInt64 = 0

  /// Makes an empty sample.
  public init() {}
}

/// A histogram of nanoseconds with a bucket for each power of two.
public struct LogHistogram: Sendable, Hashable, Codable {
  /// 64 counts; bucket b covers 2^b to 2^(b+1) − 1 ns, bucket 0 also 0.
  public var counts: [UInt64]

  /// Makes a histogram of 64 counts; without any, an empty one.
  public init(counts: [UInt64] = Array(repeating: 0, count: 64)) { self.counts = counts }
}

/// What handles did.
public struct OperationCounters: Sendable, Hashable, Codable {
  /// Lock-free reads that found their key.
  public var hits: UInt64 = 0
  /// Lock-free reads that did not.
  public var misses: UInt64 = 0
  /// Values written, by whichever operation.
  public var puts: UInt64 = 0
  /// Keys removed one at a time.
  public var removes: UInt64 = 0
  /// Acquisitions of the mutex that had to wait.
  public var waits: UInt64 = 0
  /// Sum of these waits.
  public var waitNanoseconds: UInt64 = 0

  /// Makes counters that stand at 0.
  public init() {}

  /// Lock-free reads, found or not.
  public var gets: UInt64 { hits &+ misses }

  /// Adds another's counts.
  public mutating func add(_ other: OperationCounters) {
    hits &+= other.hits
    misses &+= other.misses
    puts &+= other.puts
    removes &+= other.removes
    waits &+= other.waits
    waitNanoseconds &+= other.waitNanoseconds
  }
}

/// One attached handle, or one whose process died without closing it.
///
/// Counts are per handle. Where threads share a handle, counts of reads may miss some (they are added
/// without a locked instruction); counts of writes are exact, but for those made while the handle is closed.
public struct ParticipantSample: Sendable, Hashable, Codable {
  /// The row's index in the table. A row can be given to another process later: the pair of slot and
  /// `attachedWall` names one attachment.
  public var slot = 0
  /// The process, as numbered in its own pid namespace.
  public var pid: Int32 = 0
  /// Start time of the process in clock ticks since boot (field 22 of /proc/PID/stat), 0 if unknown.
  public var startTime: UInt64 = 0
  /// Inode of the pid namespace `pid` belongs to, 0 if unknown.
  public var pidNamespace: UInt64 = 0
  /// Name given at opening, or the process's own; raw bytes, not fit for a terminal as they are.
  public var name: [UInt8] = []
  /// The handle is an inspector's, so what it did is not the app's.
  public var isInspector = false
  /// When the handle was opened, or used for the first time in a forked child.
  public var attachedWall: UInt64 = 0
  /// What the handle did so far.
  public var counters = OperationCounters()
  /// Waits of others that this one caused by holding the mutex.
  public var waitsCaused: UInt64 = 0
  /// Sum of these waits.
  public var waitNanosecondsCaused: UInt64 = 0
  /// Since when it waits for the mutex now (monotonic), if it does.
  public var waitingSinceMonotonic: UInt64? = nil
  /// For which process it waits.
  public var waitingFor: Int32? = nil
  /// What has become of the process, judged when the sample was taken.
  public var liveness: ProcessLiveness = .unknown

  /// Makes an empty row.
  public init() {}
}

/// What has become of a process.
public enum ProcessLiveness: String, Sendable, Hashable, Codable {
  /// It runs or sleeps.
  case running
  /// It is stopped (SIGSTOP, a debugger).
  case stopped
  /// It sleeps uninterruptibly in the kernel.
  case blocked
  /// It is gone, or a zombie, or its pid belongs to a younger process.
  case dead
  /// It lives in another pid namespace, or /proc cannot be read.
  case unknown
}

/// One entry of the event ring.
public struct SegmentEvent: Sendable, Hashable, Codable {
  /// What happened, and what the two numbers mean.
  public enum Kind: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// `first`: slots; `second`: value limit in bytes.
    case created = 1
    /// A larger table. `first`: slots before; `second`: slots after.
    case resized = 2
    /// A new table of the same size. `first`: slots; `second`: removed slots dropped.
    case rehashed = 3
    /// A dead holder's store was repaired. `pid`: who repaired; `first`: the dead pid, 0 where it cannot be
    /// told; `second`: entries dropped because they were damaged (0 after any kill).
    case recovered = 4
    /// `removeAll`. `first`: entries removed; `second`: slots before.
    case cleared = 5
    /// An exclusive open retired this segment.
    case replaced = 6
    /// `first`: participant slot, or −1 as a bit pattern where unlisted.
    case attached = 7
    /// `first`: participant slot; `second`: nanoseconds attached.
    case detached = 8
    /// Rows of dead processes were cleared. `first`: how many; `second`: the last one's pid.
    case reaped = 9
    /// The heap claimed more memory. `first`: claimed bytes before; `second`: after.
    case heapGrown = 10
    /// One transaction or several in a row, by whichever processes; `pid`: the last one's. `first`: how many;
    /// `second`: keys changed by them; `duration`: the longest one's commit.
    case committed = 11
    /// A recovery made what a dead process had decided in a transaction, but not all made. `first`: the dead
    /// pid, 0 where it cannot be told; `second`: keys.
    case completed = 12
  }
  /// Counts from 1 since creation; a gap says that the ring went round between two samples.
  public var number: UInt64 = 0
  /// What happened.
  public var kind: Kind = .created
  /// When it happened.
  public var wall: UInt64 = 0
  /// The process that did it.
  public var pid: Int32 = 0
  /// How long it took, in nanoseconds; 0 where that means nothing.
  public var duration: UInt64 = 0
  /// See `Kind`.
  public var first: UInt64 = 0
  /// See `Kind`.
  public var second: UInt64 = 0

  /// Makes an empty event.
  public init() {}
}

/// One point of the write clock: at `wall`, the store-wide sequence stood at `sequence`.
public struct WriteClockPoint: Sendable, Hashable, Codable {
  /// The store-wide sequence number.
  public var sequence: UInt64
  /// When the sequence stood there.
  public var wall: UInt64

  /// Makes a point.
  public init(sequence: UInt64, wall: UInt64) {
    self.sequence = sequence
    self.wall = wall
  }
}
