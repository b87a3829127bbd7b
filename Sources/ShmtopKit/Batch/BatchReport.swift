import OriginalSegment
public import SharedSimple

/// One sample of a segment and what changed since the one before, as plain text.
public struct BatchReport: Sendable {
  public let identity: SegmentIdentity
  public let sample: SegmentSample
  public let remarks: Remarks
  public let difference: SampleDifference
  public let glyphs: GlyphSet
  /// The number of the last event that was told before; nil where none was, at the first sample of a segment.
  public let lastEvent: UInt64?

  /// How many of the events are listed that were before the first sample.
  public static let eventLimit = 5

  public init(
    identity: SegmentIdentity, sample: SegmentSample, remarks: Remarks = Remarks(),
    difference: SampleDifference, after lastEvent: UInt64? = nil, glyphs: GlyphSet = .unicode
  ) {
    self.identity = identity
    self.sample = sample
    self.remarks = remarks
    self.difference = difference
    self.lastEvent = lastEvent
    self.glyphs = glyphs
  }

  public var lines: [String] {
    var lines = [title, entries, memory, rates] + lock
    lines += remarks.findings.map { ($0.isGrave ? "Grave    " : "Note     ") + $0.sentence }
    lines += [""] + participants
    let events = events
    if !events.isEmpty { lines += [""] + events }
    return lines.map(glyphs.spelled)
  }

  private var knowledge: Knowledge { identity.knowledge }

  private var title: String {
    var parts = [
      "shmtop \(WallTime.full(sample.takenWall))", safe(Array(identity.name.utf8)), sample.stateWord,
    ]
    if let word = identity.formatWord { parts.append(word) }
    if knowledge.contains(.creation) {
      parts.append("created \(Quantity.age(from: identity.createdWall, to: sample.takenWall)) ago")
    }
    parts.append(Quantity.counted(sample.livingCount, "process", "processes"))
    if remarks.hiddenProcesses > 0 {
      parts.append("\(Quantity.exact(remarks.hiddenProcesses)) not looked into")
    }
    if sample.deadCount > 0 { parts.append("\(sample.deadCount) dead") }
    if sample.unlistedCount > 0 { parts.append("\(Quantity.exact(sample.unlistedCount)) unlisted") }
    return parts.joined(separator: "  ")
  }

  private var entries: String {
    let table = sample.table
    let share = Quantity.percent(
      part(Double(table.entryCount) + Double(table.removedSlotCount), of: table.slotCount))
    if let outlook = GrowthOutlook(sample, knowledge) {
      return
        "Entries  \(Quantity.exact(table.entryCount)) in \(Quantity.exact(table.slotCount)) slots, \(share) used, data "
        + "\(Quantity.percent(outlook.dataShare)) used; grows after \(Quantity.exact(outlook.entriesLeft)) more, by "
        + (outlook.first == .data ? "data" : "slots")
    }
    return
      "Entries  \(Quantity.exact(table.entryCount)) in \(Quantity.exact(table.slotCount)) slots, \(share) used, "
      + "\(Quantity.exact(table.removedSlotCount)) removed; "
      + "new table at \(Quantity.exact(table.growthThreshold)) used"
  }

  private var memory: String {
    let memory = sample.memory
    let reuse =
      knowledge.contains(.removal) ? ", \(Quantity.bytes(memory.heapFree)) free to reuse, " : ", "
    return
      "Memory   \(Quantity.bytes(memory.heapLive)) in entries" + reuse
      + "\(Quantity.bytes(memory.claimed)) claimed; "
      + "/dev/shm \(Quantity.bytes(memory.systemFree)) free of \(Quantity.bytes(memory.systemTotal))"
  }

  private var rates: String {
    guard difference.isContinuous else {
      return "A second not known yet: this is the first sample of this segment"
    }
    guard knowledge.contains(.counters) else {
      return
        "Changes  \(Quantity.counted(difference.changes, "entry", "entries")) seen new or "
        + "changed in \(Quantity.fixed(difference.seconds, decimals: 1)) s; gets and puts are not counted"
    }
    return
      "A second gets \(Quantity.rate(difference.getsPerSecond)) (hits \(Quantity.percent(difference.hitRate))), "
      + "puts \(Quantity.rate(difference.putsPerSecond)), removes \(Quantity.rate(difference.removesPerSecond)); "
      + "over \(Quantity.fixed(difference.seconds, decimals: 1)) s"
  }

  private var lock: [String] {
    let lock = sample.lock
    if let looks = remarks.looks { return [words(looks)] }
    let slowest = difference.slowestWaitBucket.map { atMost(LogHistogram.upperBound(ofBucket: $0)) } ?? "none"
    let waits = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)].compactMap { label, share in
      // A bucket's end may lie beyond the longest wait, which is known.
      lock.waits.percentile(share).map { "\(label) \(atMost(min($0, max(lock.longestWait, 1))))" }
    }
    var always = [
      "\(Quantity.exact(lock.acquisitions)) taken",
      "\(Quantity.percent(part(Double(lock.contended), of: lock.acquisitions))) contended",
    ]
    if !waits.isEmpty { always.append("waits " + waits.joined(separator: " ")) }
    if lock.longestWait > 0 { always.append("longest \(duration(lock.longestWait))") }
    always.append(Quantity.counted(lock.recoveries, "recovery", "recoveries"))
    return [
      "Lock     taken \(Quantity.rate(difference.acquisitionsPerSecond)) a second, "
        + "\(Quantity.percent(difference.contentionShare)) contended, slowest wait that ended \(slowest); \(holder)",
      "         since creation: " + always.joined(separator: ", "),
    ]
  }

  /// What looks at the lock have seen.
  private func words(_ looks: LockWatch) -> String {
    guard !looks.isUnknown else { return "Lock     of a kind not known here" }
    let run = looks.longestRun
    let longest =
      switch run.looks {
      case 0: ""
      case 1: ", thread \(run.owner) seen once"
      default:
        ", longest with one owner \(duration(run.nanoseconds)) (thread \(run.owner), \(run.looks) looks)"
      }
    return
      "Lock     in \(Quantity.counted(looks.looks, "look", "looks")) \(Quantity.percent(looks.heldShare)) held, "
      + "\(Quantity.percent(looks.waitedShare)) with somebody waiting\(longest); \(holder)"
  }

  /// Who holds the mutex and how many wait for it.
  private var holder: String {
    let lock = sample.lock
    let waiting = sample.waitingCount
    let isExact = remarks.waiterCount(seen: waiting) != nil
    let longest = LockQueue(sample).waiters.first?.waitingSinceMonotonic.map { since in
      ", \(waiting == 1 ? "" : "the longest ")for \(duration(elapsed(from: since, to: sample.takenMonotonic)))"
    }
    let queue =
      waiting == 0
      ? (isExact ? "nobody waits" : "somebody may wait")
      : (isExact ? "" : "at least ") + "\(waiting) \(waiting == 1 ? "waits" : "wait")" + (longest ?? "")
    guard let pid = lock.holder else { return "free, \(queue)" }
    let row = sample.participants.first { $0.slot == lock.holderParticipant && $0.pid == pid }
    let name = row.map { $0.name.isEmpty ? "" : " (\(safe($0.name)))" } ?? ""
    // Looks that find the same owner do not prove that it never let go.
    let seen = knowledge.contains(.lockTimes) ? "for" : "in each look for"
    let since =
      lock.heldSinceMonotonic.map { " \(seen) \(duration(elapsed(from: $0, to: sample.takenMonotonic)))" }
      ?? ""
    let comma = since.isEmpty ? "" : ","
    let state = row.map { $0.liveness == .running ? "" : ", \($0.liveness.rawValue)\(comma)" } ?? ""
    return "held by \(pid)\(name)\(state)\(since), \(queue)"
  }

  /// The busiest first; the dead, who do nothing any more, at the end.
  private var participants: [String] {
    guard knowledge.contains(.counters) else { return processes }
    var table = TextTable([
      .right("PID"), .left("NAME"), .left("STATE"), .right("GETS/S"), .right("HITS"), .right("PUTS/S"),
      .right("REMOVES/S"), .right("WAITS/S"), .right("MEAN WAIT"), .right("CAUSED/S"), .right("ATTACHED"),
      .left("WAITING NOW"),
    ])
    for row in difference.participants.sorted(by: { rank($0) < rank($1) }) { table.append(cells(row)) }
    table.append(totals)
    return table.lines
  }

  /// Where processes are only found, and do not count.
  private var processes: [String] {
    var table = TextTable([.right("PID"), .left("NAME"), .left("STATE"), .left("WAITING NOW")])
    for process in sample.participants {
      table.append([
        String(process.pid), safe(process.name), process.liveness.rawValue, waiting(process) ?? "-",
      ])
    }
    return table.lines
  }

  private func waiting(_ participant: ParticipantSample) -> String? {
    participant.waitingSinceMonotonic.map { since in
      duration(elapsed(from: since, to: sample.takenMonotonic))
        + (participant.waitingFor.map { " for \($0)" } ?? "")
    }
  }

  private func rank(_ row: ParticipantRates) -> (group: Int, idleness: Double, slot: Int) {
    guard let participant = row.participant else { return (2, 0, 0) }
    let operations = row.getsPerSecond + row.putsPerSecond + row.removesPerSecond
    return (participant.liveness == .dead ? 1 : 0, -operations, participant.slot)
  }

  private func cells(_ row: ParticipantRates) -> [String] {
    let numbers = [
      Quantity.rate(row.getsPerSecond), Quantity.percent(row.hitRate), Quantity.rate(row.putsPerSecond),
      Quantity.rate(row.removesPerSecond), Quantity.rate(row.waitsPerSecond),
      row.meanWaitNanoseconds.map { duration(UInt64($0)) } ?? "-",
    ]
    guard let participant = row.participant else { return ["-", "(closed)", "-"] + numbers }
    return [
      String(participant.pid), safe(participant.name) + (participant.isInspector ? " (inspector)" : ""),
      participant.liveness.rawValue,
    ] + numbers + [
      Quantity.rate(row.waitsCausedPerSecond),
      Quantity.age(from: participant.attachedWall, to: sample.takenWall), waiting(participant) ?? "-",
    ]
  }

  private var totals: [String] {
    let counts = difference.counts
    let mean = counts.waits == 0 ? nil : counts.waitNanoseconds / counts.waits
    return [
      "", "total", "", Quantity.rate(difference.getsPerSecond), Quantity.percent(difference.hitRate),
      Quantity.rate(difference.putsPerSecond), Quantity.rate(difference.removesPerSecond),
      Quantity.rate(counts.waits.rate(over: difference.seconds)), mean.map(duration) ?? "-",
    ]
  }

  private var events: [String] {
    let told = lastEvent.map { last in sample.events.filter { $0.number > last }[...] }
    return (told ?? sample.events.suffix(Self.eventLimit)).map { event in
      let sentence = event.sentence(repertoire: glyphs.repertoire)
      let process = knowledge.contains(.history) ? "pid \(event.pid)  " : ""
      return "Event    \(WallTime.full(event.wall))  \(process)\(sentence)"
    }
  }

  private func safe(_ bytes: [UInt8]) -> String { SafeText(bytes, repertoire: glyphs.repertoire).text }

  private func duration(_ nanoseconds: UInt64) -> String { Quantity.duration(nanoseconds: nanoseconds) }

  private func atMost(_ nanoseconds: UInt64) -> String { glyphs.atMost + duration(nanoseconds) }

  private func part(_ part: Double, of whole: some BinaryInteger) -> Double? {
    whole > 0 ? part / Double(whole) : nil
  }
}
