import SharedSimple

/// The lines above every view: is the app alive, how busy, is there room, does anybody wait.
struct HeaderView {
  let inspector: Inspector
  static let labelWidth = 8

  func draw(into screen: inout Screen) {
    let area = inspector.layout.header
    drawIdentity(into: &screen, row: area.row)
    guard let sample = inspector.sample else {
      screen.write("Waiting for the first sample.", row: area.row + 1, column: 1, role: .faint)
      return
    }
    drawEntries(sample, into: &screen, row: area.row + 1)
    drawMemory(sample, into: &screen, row: area.row + 2)
    drawOperations(into: &screen, row: area.row + 3)
    drawLock(sample, into: &screen, row: area.row + 4)
    if area.height > 5 { drawTrend(into: &screen, row: area.row + 5) }
  }

  var width: Int { inspector.layout.width }
  var isCompact: Bool { inspector.layout.isCompact }

  // MARK: - Name and state

  private func drawIdentity(into screen: inout Screen, row: Int) {
    let states = states
    let name = SafeText(inspector.name, repertoire: screen.glyphs.repertoire)
    // The name gives way last: it says what all the rest is about.
    let left = min(name.columns, 16) + 1 + screen.spelledColumns(states)
    let wordings = isCompact ? [TabsView.compactPieces(inspector)] : surroundings
    let right = wordings.first { left + 4 + screen.spelledColumns($0) <= width } ?? wordings.last!
    let rightStart = width - 1 - screen.spelledColumns(right)
    let nameRoom = max(8, rightStart - 3 - screen.spelledColumns(states) - 1)
    let end = screen.write(
      SafeText(inspector.name, limit: nameRoom, repertoire: screen.glyphs.repertoire).text, row: row,
      column: 1,
      role: .heading)
    screen.write(states, row: row, column: end + 1, limit: max(0, rightStart - end - 2))
    screen.write(right, row: row, column: rightStart)
  }

  /// On a low screen what goes without saying gives way, so that the rest stands in whole words.
  private var states: [Piece] {
    if inspector.isReplay { return replayStates }
    let (isPaused, isHeld) = (inspector.isPaused, inspector.isOrderHeld)
    var words: [Piece] = []
    if !(isCompact && isPaused && isHeld) {
      switch inspector.access {
      case .shared: words.append(Piece("[SHARED]", .strong))
      case .readOnly: words.append(Piece("[READ-ONLY]", .warning))
      }
    }
    switch inspector.presence {
    case .live, .unpicked: if !(isCompact && (isPaused || isHeld)) { words.append(Piece("live", .good)) }
    case .gone(let since): words.append(Piece("GONE since \(WallTime.clock(since))", .critical))
    case .retired: words.append(Piece("RETIRED", .critical))
    case .failing: words.append(Piece("NOT SAMPLED", .critical))
    }
    if let word = inspector.identity?.formatWord { words.append(Piece(word, .strong)) }
    if isPaused { words.append(Piece("PAUSED", .warning)) }
    if isHeld { words.append(Piece("ORDER HELD", .warning)) }
    return spaced(words)
  }

  private var replayStates: [Piece] {
    let isHeld = inspector.isOrderHeld
    var words = [Piece("[REPLAY]", .warning)]
    if let word = inspector.identity?.formatWord { words.append(Piece(word, .strong)) }
    switch inspector.presence {
    case .live, .unpicked, .failing: break
    case .gone(let since): words.append(Piece("GONE since \(WallTime.clock(since))", .critical))
    case .retired: words.append(Piece("RETIRED", .critical))
    }
    if inspector.timeline?.isPlaying == false, !(isCompact && isHeld) {
      words.append(Piece("PAUSED", .warning))
    }
    if isHeld { words.append(Piece("ORDER HELD", .warning)) }
    return spaced(words)
  }

  private func spaced(_ words: [Piece]) -> [Piece] {
    Array(words.map { [$0] }.joined(separator: [Piece(" ")]))
  }

  /// Who is there, how often is sampled, and the time of the sample, in more words and in fewer.
  private var surroundings: [[Piece]] {
    let delay = Quantity.fixed(inspector.delay, decimals: inspector.delay < 1 ? 1 : 0)
    let clock = Piece(WallTime.clock(inspector.shownWall))
    if inspector.isReplay { return [people + [Piece("  "), clock], [clock]] }
    return [
      people + [Piece("  every \(delay) s  ", .faint), clock],
      people + [Piece("  "), clock],
      [clock],
    ]
  }

  /// How many are attached, in as few words as there is room for.
  var people: [Piece] {
    guard let sample = inspector.sample else { return [] }
    let (living, dead) = (sample.livingCount, sample.deadCount)
    let noun =
      switch (isCompact, living) {
      case (true, 1): " proc"
      case (true, _): " procs"
      case (false, 1): " process"
      case (false, _): " processes"
      }
    var pieces = [Piece("\(living)", .strong), Piece(noun, .faint)]
    if sample.unlistedCount > 0 {
      pieces.append(
        Piece(isCompact ? "+\(sample.unlistedCount)" : ", \(sample.unlistedCount) unlisted", .faint))
    }
    if dead > 0 { pieces.append(Piece(", \(dead) dead", .warning)) }
    return pieces
  }

  // MARK: - Words

  func label(_ text: String, into screen: inout Screen, row: Int) {
    screen.write(text, row: row, column: 1, limit: Self.labelWidth, role: .faint)
  }

  /// A share in five columns, so that what stands behind it does not move.
  static func percent(_ share: Double?) -> String {
    DisplayWidth.fit(Quantity.percent(share), to: 5, alignment: .right)
  }
}
