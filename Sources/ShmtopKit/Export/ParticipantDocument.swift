import SharedSimple

struct ParticipantDocument: Sendable, Encodable {
  private let row: ParticipantSample
  private let interval: OperationsDocument?
  private let waitingNanoseconds: UInt64?
  private let knowledge: Knowledge

  /// - Returns: nil for the row that sums up those who left.
  init?(_ rates: ParticipantRates, at now: UInt64, isContinuous: Bool, _ knowledge: Knowledge) {
    guard let participant = rates.participant else { return nil }
    row = participant
    self.knowledge = knowledge
    interval = isContinuous && knowledge.contains(.counters) ? OperationsDocument(rates.counts) : nil
    waitingNanoseconds = participant.waitingSinceMonotonic.map { elapsed(from: $0, to: now) }
  }

  /// By hand for the name, which may be any bytes.
  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: FieldName.self)
    try fields.encode(row.slot, forKey: "slot")
    try fields.encode(row.pid, forKey: "pid")
    try fields.encode(bytes: row.name, as: "name")
    try fields.encode(row.isInspector, forKey: "is_inspector")
    try fields.encode(row.liveness.rawValue, forKey: "state")
    if knowledge.contains(.participants) {
      try fields.encode(row.attachedWall, forKey: "attached_time")
      try fields.encode(row.startTime, forKey: "start_ticks")
      try fields.encode(row.pidNamespace, forKey: "pid_namespace")
    }
    if knowledge.contains(.counters) {
      try fields.encode(OperationsDocument(row.counters), forKey: "operations")
      try fields.encodeIfPresent(interval, forKey: "interval")
      try fields.encode(row.waitsCaused, forKey: "waits_caused")
      try fields.encode(row.waitNanosecondsCaused, forKey: "wait_nanoseconds_caused")
    }
    try fields.encodeIfPresent(waitingNanoseconds, forKey: "waiting_nanoseconds")
    try fields.encodeIfPresent(row.waitingFor, forKey: "waiting_for_pid")
  }
}
