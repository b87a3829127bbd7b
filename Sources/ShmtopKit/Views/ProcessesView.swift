import SharedSimple

/// The processes: who does what to the store.
struct ProcessesView {
  let inspector: Inspector

  /// One order, whether somebody waits or not: columns that came and went would move all others.
  private static let importance: [ProcessColumn] = [
    .pid, .name, .state, .gets, .puts, .waits, .waiting, .caused, .removes, .hitRate, .meanWait, .causedTime,
    .attached,
  ]

  /// The columns, named for what the numbers are counted over.
  static func columns(perSecond: Bool) -> [Column<ProcessColumn>] {
    let rate = perSecond ? "/s" : ""
    let over = perSecond ? "a second" : "in all"
    return [
      Column(id: .pid, title: "PID", width: 7, meaning: "Process id."),
      Column(
        id: .name, title: "NAME", width: 12, grows: true, alignment: .left,
        meaning: "Name given on opening; (shmtop) marks inspectors."),
      Column(
        id: .state, title: "STATE", width: 8, alignment: .left,
        meaning: "running, stopped, blocked in the kernel, dead, or unknown: of another pid namespace."),
      Column(id: .gets, title: "GETS\(rate)", width: 7, meaning: "Reads \(over), found or not."),
      Column(id: .puts, title: "PUTS\(rate)", width: 7, meaning: "Values written \(over)."),
      Column(id: .removes, title: "REMS\(rate)", width: 7, meaning: "Keys removed \(over)."),
      Column(id: .hitRate, title: "HITS", width: 6, meaning: "Share of its gets that found their key."),
      Column(
        id: .waits, title: "WAITS\(rate)", width: 8, meaning: "Times it found the lock taken, \(over)."),
      Column(id: .meanWait, title: "MEAN", width: 7, meaning: "Mean of its waits for the lock."),
      Column(
        id: .caused, title: "CAUSED\(rate)", width: 9,
        meaning: "Waits of others that it caused by holding the lock, \(over). 3 shows how long."),
      Column(
        id: .causedTime, title: "COST", width: 7, meaning: "How long others waited because of it, added up."),
      Column(
        id: .waiting, title: "WAITING FOR", width: 13, alignment: .left,
        meaning: "For whom it waits now, and since when."),
      Column(id: .attached, title: "SINCE", width: 5, meaning: "How long ago it attached."),
    ]
  }

  func draw(into screen: inout Screen) {
    var area = inspector.layout.rows
    let sumArea = area.takeBottom(1)
    let processes = inspector.processes
    let columns = layout
    screen.writeTitles(
      columns, row: inspector.layout.titles.row, width: area.width, sort: processes.sort,
      chosen: processes.column)
    let top = processes.cursor.top
    for (line, place) in (top..<min(max(top, processes.rows.count), top + area.height)).enumerated() {
      draw(processes.rows[place], columns, into: &screen, row: area.row + line)
    }
    if processes.rows.isEmpty {
      screen.write(emptySentence, row: area.row, column: 1, limit: area.width - 2, role: .faint)
    }
    drawSum(columns, into: &screen, row: sumArea.row)
    if processes.cursor.selected != nil, processes.cursor.isVisible(height: area.height) {
      screen.cursor = Screen.Position(row: area.row + processes.cursor.place - top, column: 0)
    }
  }

  /// The chosen columns, as many as fit.
  var layout: ColumnLayout<ProcessColumn> {
    let processes = inspector.processes
    return ColumnLayout(
      Self.columns(perSecond: isPerSecond).arranged(as: processes.columns.shown).filter {
        inspector.knowledge.contains(.counters) || [.pid, .name, .state, .waiting].contains($0.id)
      }, importance: [.pid, .name, processes.sort.column] + Self.importance,
      chosen: processes.column, start: 1, width: inspector.layout.width - 2)
  }

  private var emptySentence: String {
    inspector.processes.filter == nil
      ? "Nobody is attached." : "No process matches the filter. Esc ends it."
  }

  private var isPerSecond: Bool { inspector.period == .interval }

  private func draw(
    _ process: ProcessRow, _ columns: ColumnLayout<ProcessColumn>, into screen: inout Screen, row: Int
  ) {
    let isSelected = inspector.processes.cursor.selected == .some(process.id)
    let role: Role = isSelected ? .selected : process.participant == nil ? .faint : .plain
    if isSelected { screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .selected) }
    let glyphs = screen.glyphs
    screen.writeCells(columns, row: row, role: role) { column, width in
      cell(process, column, width: width, glyphs)
    }
  }

  private func cell(
    _ process: ProcessRow, _ column: ProcessColumn, width: Int, _ glyphs: GlyphSet
  ) -> (String, Role?) {
    let rates = process.rates
    switch column {
    case .pid: return (process.participant.map { String($0.pid) } ?? "", nil)
    case .name: return (name(process.participant, width: width, glyphs), nil)
    case .state: return state(process.participant)
    case .gets: return (count(rates.counts.gets), nil)
    case .puts: return (count(rates.counts.puts), nil)
    case .removes: return (count(rates.counts.removes), nil)
    case .hitRate: return (Quantity.percent(rates.hitRate), nil)
    case .waits: return (count(rates.counts.waits), nil)
    case .meanWait:
      return (rates.meanWaitNanoseconds.map { Quantity.duration(nanoseconds: UInt64($0)) } ?? "-", nil)
    case .caused: return (count(rates.waitsCaused), nil)
    case .causedTime:
      return (
        rates.waitNanosecondsCaused == 0 ? "-" : Quantity.duration(nanoseconds: rates.waitNanosecondsCaused),
        nil
      )
    case .waiting: return waiting(process.participant)
    case .attached:
      return (
        process.participant.map { Quantity.age(from: $0.attachedWall, to: inspector.shownWall) } ?? "", nil
      )
    }
  }

  private func count(_ count: UInt64) -> String {
    guard isPerSecond else { return Quantity.count(count) }
    let seconds = inspector.difference?.seconds ?? 0
    return Quantity.rate(seconds > 0 ? Double(count) / seconds : 0)
  }

  private func name(_ participant: ParticipantSample?, width: Int, _ glyphs: GlyphSet) -> String {
    guard let participant else { return "(left)" }
    let name = SafeText(participant.name, limit: width, repertoire: glyphs.repertoire).text
    return participant.isInspector ? "(\(name))" : name
  }

  private func state(_ participant: ParticipantSample?) -> (String, Role?) {
    switch participant?.liveness {
    case .running: ("running", .good)
    case .stopped: ("STOPPED", .critical)
    case .blocked: ("BLOCKED", .warning)
    case .dead: ("DEAD", .warning)
    case .unknown: ("unknown", .faint)
    case nil: ("", nil)
    }
  }

  private func waiting(_ participant: ParticipantSample?) -> (String, Role?) {
    guard let participant, let since = participant.waitingSinceMonotonic else { return ("", nil) }
    let now = inspector.sample?.takenMonotonic ?? 0
    let nanoseconds = elapsed(from: since, to: now)
    let whom = participant.waitingFor.map { "\($0) " } ?? ""
    return (
      whom + Quantity.duration(nanoseconds: nanoseconds),
      nanoseconds >= inspector.thresholds.longHold ? .critical : nil
    )
  }

  /// The sum below the rows: the very numbers of the header.
  private func drawSum(_ columns: ColumnLayout<ProcessColumn>, into screen: inout Screen, row: Int) {
    let total = inspector.processes.total
    let caused = inspector.processes.totalCaused
    screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .strong)
    screen.writeCells(columns, row: row, role: .strong) { column, _ in
      switch column {
      case .name: ("all", nil)
      case .gets: (count(total.gets), nil)
      case .puts: (count(total.puts), nil)
      case .removes: (count(total.removes), nil)
      case .hitRate: (Quantity.percent(total.gets == 0 ? nil : Double(total.hits) / Double(total.gets)), nil)
      case .waits: (count(total.waits), nil)
      case .meanWait:
        (total.waits == 0 ? "-" : Quantity.duration(nanoseconds: total.waitNanoseconds / total.waits), nil)
      case .caused: (count(caused.count), nil)
      case .causedTime:
        (caused.nanoseconds == 0 ? "-" : Quantity.duration(nanoseconds: caused.nanoseconds), nil)
      case .pid, .state, .waiting, .attached: ("", nil)
      }
    }
  }
}
