/// Reads what a sample shows from the words of a header: of a live segment's mapping, or of a copy.
///
/// Touches nothing behind the header. What is read twice in a live one, to be sure of it (events, rows, the holder's
/// time), proves nothing in a copy: there, what was being written just then may be half of it.
struct SegmentSampler: Sendable {
  let identity: SegmentIdentity
  private let segment: Segment
  private let ownNamespaces = ProcessIdentity.ownNamespaces()

  /// - Parameter name: what the segment was opened as; it may have others.
  init(_ segment: Segment, name: String) {
    self.segment = segment
    identity = SegmentIdentity(name: name, segment)
  }

  /// - Parameter status: of the object, just asked for.
  func sample(_ status: ObjectStatus) -> SegmentSample {
    let (words, header) = (segment.words, segment.header)
    var sample = SegmentSample()
    sample.takenWall = SystemClock.wall
    sample.takenMonotonic = SystemClock.monotonic
    sample.binding = binding()
    sample.lock = lockSample()
    sample.transactions = TransactionStatistics(segment).sample
    sample.sequence = header.sequence
    sample.table = tableSample()
    sample.memory = memorySample(status)
    sample.departed = ParticipantRow.departed(words)
    sample.participants = ParticipantRow.all(of: segment).compactMap {
      $0.read(words, seenFrom: ownNamespaces)
    }
    sample.participantCapacity = SegmentFormat.participantCapacity
    sample.unlistedCount = header.unlisted
    sample.events = EventRing(segment).read()
    return sample
  }

  /// What the segment's name leads to now.
  func binding() -> NameBinding {
    guard let status = try? SharedMemoryObject.status(name: identity.name) else { return .unlinked }
    return status.device == identity.device && status.inode == identity.inode ? .bound : .replaced
  }

  private func tableSample() -> TableSample {
    let header = segment.header
    let table = header.table
    var sample = TableSample()
    sample.generation = table.generation
    sample.window = table.window
    sample.slotCount = (3...segment.geometry.slotsLog2Limit).contains(table.slotsLog2) ? table.slotCount : 0
    // Counts are shown as they stand, but never as more than the table can hold.
    sample.entryCount = min(Int(clamping: header.liveCount), sample.slotCount)
    sample.removedSlotCount = min(Int(clamping: header.removedCount), sample.slotCount)
    sample.growthThreshold = TableGrowth.threshold(slotCount: sample.slotCount)
    sample.isRetired = table.isRetired
    return sample
  }

  private func memorySample(_ status: ObjectStatus) -> MemorySample {
    let (header, geometry) = (segment.header, segment.geometry)
    func claimed(_ region: Region) -> Int {
      min(Int(clamping: header.watermark(region)), geometry.byteCount(region))
    }
    func bytes(_ granules: UInt64) -> Int {
      Int(clamping: min(granules, UInt64(geometry.heapByteCount / SegmentFormat.granuleByteCount)))
        * SegmentFormat.granuleByteCount
    }
    var sample = MemorySample()
    sample.headerByteCount = SegmentFormat.participants + claimed(.participants)
    sample.windowClaimed = (0...1).map {
      SegmentFormat.smallTable(window: $0).count + claimed(.window($0))
    }
    sample.heapClaimed = claimed(.heap)
    sample.heapFree = bytes(header.freeGranules)
    let top = header.heapTop
    sample.heapLive = max(0, bytes(top &- min(top, UInt64(SegmentFormat.firstRecord))) - sample.heapFree)
    sample.allocated = status.allocatedByteCount
    (sample.systemFree, sample.systemTotal) = SharedMemoryObject.fileSystem()
    return sample
  }

  private func lockSample() -> LockSample {
    let header = segment.header
    var sample = LockSample()
    let holder = header.holder
    if holder.isHeld {
      sample.holder = holder.pid
      sample.holderParticipant = holder.row
      let since = header.heldSince
      if since != 0, header.holder == holder { sample.heldSinceMonotonic = since }
    }
    sample.acquisitions = header.acquisitions
    sample.contended = header.contended
    sample.waitNanoseconds = header.waitNanoseconds
    sample.longestWait = header.longestWait
    let statistics = LockStatistics(segment)
    sample.waits = statistics.waits
    sample.sampledHolds = statistics.sampledHolds
    sample.recoveries = header.recoveries
    return sample
  }
}

extension SegmentIdentity {
  init(name: String, _ segment: Segment) {
    let geometry = segment.geometry
    self.name = name
    device = segment.status.device
    inode = segment.status.inode
    owner = segment.status.owner
    formatVersion = Int(SegmentFormat.version)
    createdWall = geometry.createdWall
    creator = geometry.creator
    valueLimit = geometry.valueLimit
    reservation = geometry.reservation
    initialSlots = 1 << geometry.initialSlotsLog2
    windowByteCount = geometry.windowByteCount
    heapByteCount = geometry.heapByteCount
  }
}
