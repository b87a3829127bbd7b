import SharedSimple

/// What is asked, in a frame over the rows.
struct DialogView {
  let inspector: Inspector
  let dialog: Dialog

  func draw(into screen: inout Screen) {
    switch dialog {
    case .edit(let key, let seen, let line, let problem):
      let frame = open("Change a value", lines: 5, into: &screen)
      field("key", bytes: key, frame, line: 0, into: &screen)
      field("was", bytes: seen, frame, line: 1, into: &screen)
      input("new", line, frame, line: 2, into: &screen)
      hint(
        problem, "Ctrl-U empties the line; Up and Down count; \\n \\x1b \\\\ are escapes.", frame, line: 4,
        into: &screen)
    case .addKey(let line, let problem):
      let frame = open("Add an entry", lines: 3, into: &screen)
      input("key", line, frame, line: 0, into: &screen)
      hint(
        problem, "\\n \\x1b \\u{20ac} \\\\ are escapes. The value is asked for next.", frame, line: 2,
        into: &screen)
    case .addValue(let key, let line, let problem):
      let frame = open("Add an entry", lines: 4, into: &screen)
      field("key", bytes: key, frame, line: 0, into: &screen)
      input("value", line, frame, line: 1, into: &screen)
      hint(problem, "\\n \\x1b \\u{20ac} \\\\ are escapes.", frame, line: 3, into: &screen)
    case .confirm(let change, let rows): drawQuestion(change, rows: rows, into: &screen)
    case .conflict(let change, let now, let times):
      drawConflict(change, now: now, times: times, into: &screen)
    case .unjournaled(let change, let reason):
      let yes = "changes it all the same"
      let frame = open("Without the journal?", lines: 5, answer: yes, into: &screen)
      field("key", bytes: change.key ?? [], frame, line: 0, into: &screen)
      text(wrapped(reason, screen, limit: 3), frame, line: 1, into: &screen)
      answers(yes, frame, line: 5, into: &screen)
    case .removeMany(let seen, let line, let problem): drawRemoval(seen, line, problem, into: &screen)
    case .putBack(let seen):
      let yes = "puts \(seen.count == 1 ? "it" : "all \(Quantity.exact(seen.count))") back"
      let frame = open("Put back what you removed?", lines: 3, answer: yes, into: &screen)
      text(["\(many(seen)): each whose key is still missing."], frame, line: 0, into: &screen)
      let first = SafeText(seen[0].key, limit: frame.width - 12, repertoire: screen.glyphs.repertoire)
      field("first", text: first.text, frame, line: 1, into: &screen)
      answers(yes, frame, line: 3, into: &screen)
    case .writeFile(let seen, let line, let problem):
      let sentence = wrapped("\(many(seen)), a JSON object a line, as shmtop dump writes it.", screen)
      let frame = open("Write entries to a file", lines: 3 + sentence.count, into: &screen)
      text(sentence, frame, line: 0, into: &screen)
      input("file", line, frame, line: sentence.count, into: &screen)
      hint(
        problem, "A file that is there is not written over unasked.", frame, line: 2 + sentence.count,
        into: &screen)
    case .overwriteFile(_, let file):
      let frame = open("Write over this file?", lines: 2, answer: "writes over it", into: &screen)
      field(
        "file", text: SafeText(file, limit: 60, repertoire: screen.glyphs.repertoire).text, frame, line: 0,
        into: &screen)
      answers("writes over it", frame, line: 2, into: &screen)
    case .bulk(let progress): drawProgress(progress, into: &screen)
    case .columns(let place):
      ChoicesView(inspector: inspector, title: "Columns", place: place, canMove: true).draw(into: &screen)
    case .kinds(let place):
      ChoicesView(inspector: inspector, title: "Kinds of events", place: place, canMove: false).draw(
        into: &screen)
    case .prompt: break
    }
  }

  private func drawQuestion(_ change: Change, rows: Int, into screen: inout Screen) {
    switch change {
    case .replace(let key, let seen, let new):
      let frame = open("Change this value?", lines: 4, answer: "changes it", into: &screen)
      field("key", bytes: key, frame, line: 0, into: &screen)
      field("from", bytes: seen ?? [], frame, line: 1, into: &screen)
      field("to", bytes: new, frame, line: 2, into: &screen)
      answers("changes it", frame, line: 4, into: &screen)
    case .add(let key, let value):
      let frame = open("Add this entry?", lines: 3, answer: "adds it", into: &screen)
      field("key", bytes: key, frame, line: 0, into: &screen)
      field("value", bytes: value, frame, line: 1, into: &screen)
      answers("adds it", frame, line: 3, into: &screen)
    case .remove(let key, let seen):
      let frame = open("Remove this entry?", lines: 3, answer: "removes it (1 entry)", into: &screen)
      field("key", bytes: key, frame, line: 0, into: &screen)
      field("value", bytes: seen ?? [], frame, line: 1, into: &screen)
      answers("removes it (1 entry)", frame, line: 3, into: &screen)
    case .undo(let change): drawUndo(change, into: &screen)
    case .reap:
      let frame = open("Clear the rows of dead processes?", lines: 3, answer: "clears them", into: &screen)
      let sentence = wrapped(
        (rows == 1 ? "1 row. It shows" : "\(rows) rows. They show")
          + " what the dead did; their counts stay in the sums.", screen)
      text(sentence, frame, line: 0, into: &screen)
      answers("clears them", frame, line: 3, into: &screen)
    }
  }

  private func drawRemoval(
    _ seen: SeenEntries, _ line: InputLine, _ problem: String?, into screen: inout Screen
  ) {
    let frame = open("Remove all marked entries?", lines: 6, into: &screen)
    let sentence = "\(many(seen)) would be removed, each only if its value still is what you saw."
    text(wrapped(sentence, screen), frame, line: 0, into: &screen)
    if seen.hiddenCount > 0 {
      screen.write(
        "\(Quantity.exact(seen.hiddenCount)) of them are hidden by the filter.",
        row: frame.row + 3, column: frame.column + 2, limit: frame.width - 4, role: .warning)
    }
    input("number", line, frame, line: 3, into: &screen)
    hint(problem, "Type the number of entries and Enter; Esc changes nothing.", frame, line: 5, into: &screen)
  }

  private func many(_ seen: SeenEntries) -> String {
    let noun = seen.count == 1 ? "entry" : "entries"
    return "\(Quantity.exact(seen.count)) \(seen.areMarked ? "marked " : "")\(noun)"
  }

  private func drawProgress(_ progress: BulkProgress, into screen: inout Screen) {
    let (title, end) =
      switch progress.work {
      case .remove: ("Removing", "what is removed stays removed")
      case .putBack: ("Putting back", "what is back stays")
      case .write: ("Writing", "no file is written")
      }
    let frame = open(title, lines: 3, into: &screen)
    text(
      ["\(Quantity.exact(progress.done)) of \(Quantity.exact(progress.total)) entries"], frame, line: 0,
      into: &screen)
    Gauge(live: Double(progress.done) / Double(max(1, progress.total)))
      .draw(into: &screen, row: frame.row + 2, column: frame.column + 2, width: frame.width - 4)
    screen.write(
      [
        Piece("Esc", .key), Piece(" stops: \(end)"),
      ],
      row: frame.row + 3, column: frame.column + 2, limit: frame.width - 4)
  }

  private func drawUndo(_ change: Change, into screen: inout Screen) {
    let frame = open("Take your last change back?", lines: 4, answer: "takes it back", into: &screen)
    field("key", bytes: change.key ?? [], frame, line: 0, into: &screen)
    switch change {
    case .replace(_, let seen, _), .remove(_, let seen):
      field("yours", bytes: seen ?? [], frame, line: 1, into: &screen)
    case .add, .undo, .reap: field("yours", text: "removal", frame, line: 1, into: &screen)
    }
    if let after = change.after {
      field("before", bytes: after, frame, line: 2, into: &screen)
    } else {
      field("before", text: "no such key", frame, line: 2, into: &screen)
    }
    answers("takes it back", frame, line: 4, into: &screen)
  }

  private func drawConflict(_ change: Change, now: [UInt8]?, times: Int, into screen: inout Screen) {
    // Of a key that was to be added, the operator has seen no value that could have changed.
    let isThere = if case .add = change { times == 1 } else { false }
    let title =
      isThere
      ? "This key is there already"
      : times > 1 ? "It has changed again (\(times) times)" : "It has changed meanwhile"
    let frame = open(title, lines: times > 1 ? 8 : isThere ? 6 : 7, into: &screen)
    // The first of the lines that follow what was seen.
    let line = isThere ? 1 : 2
    var verb = "writes yours over what is there now"
    field("key", bytes: change.key ?? [], frame, line: 0, into: &screen)
    switch change {
    case .replace(_, let seen, let new):
      field("you saw", bytes: seen ?? [], frame, line: 1, into: &screen)
      field("yours", bytes: new, frame, line: 3, into: &screen)
    case .add(_, let value):
      if !isThere { field("you saw", text: "no such key", frame, line: 1, into: &screen) }
      field("yours", bytes: value, frame, line: line + 1, into: &screen)
    case .remove(_, let seen):
      field("you saw", bytes: seen ?? [], frame, line: 1, into: &screen)
      field("yours", text: "removal", frame, line: 3, into: &screen)
      verb = "removes what is there now"
    case .reap, .undo: break
    }
    if let now {
      field("now", bytes: now, frame, line: line, into: &screen)
    } else {
      field("now", text: "gone", frame, line: line, into: &screen)
    }
    let column = frame.column + 2
    screen.write(
      [Piece("o", .key), Piece(" \(verb)   "), Piece("r", .key), Piece(" reload")],
      row: frame.row + line + 4, column: column, limit: frame.width - 4)
    if times > 1 {
      screen.write(
        [Piece("w", .key), Piece(" writes over whatever is there, seen or not")], row: frame.row + 7,
        column: column, limit: frame.width - 4)
    }
    screen.write(
      [Piece("l", .key), Piece(" leave (Enter, Esc): nothing is written", .strong)],
      row: frame.row + (times > 1 ? 8 : line + 5), column: column,
      limit: frame.width - 4)
  }

  // MARK: - Parts

  /// Draws the frame of a question, with room for so many lines and for the answers below them.
  private func open(_ title: String, lines: Int, answer yes: String, into screen: inout Screen) -> Area {
    open(title, lines: lines + answerLines(yes, screen).count, into: &screen)
  }

  /// Draws the frame, with room for so many lines.
  private func open(_ title: String, lines: Int, into screen: inout Screen) -> Area {
    let layout = inspector.layout
    // Over the rows where they are many; on a low screen over the header as well.
    let room =
      layout.body.height >= lines + 2
      ? layout.body
      : Area(row: 0, column: 0, height: layout.height - 1, width: layout.width)
    let frame = room.centered(height: lines + 2, width: frameWidth)
    // A frame as wide as the screen stands alone: what little would show beside it is only in the way.
    if frame.width >= layout.width - 4 {
      screen.fill(Area(row: frame.row, column: 0, height: frame.height, width: layout.width))
    }
    screen.frame(frame, title: title)
    return frame
  }

  private func label(_ text: String, _ frame: Area, line: Int, into screen: inout Screen) {
    screen.write(
      text, row: frame.row + 1 + line, column: frame.column + 2, columns: 8, alignment: .left, role: .faint)
  }

  private func field(_ name: String, bytes: [UInt8], _ frame: Area, line: Int, into screen: inout Screen) {
    let size = " (\(Quantity.counted(bytes.count, "byte", "bytes")))"
    let room = frame.width - 4 - 8
    let shown = SafeText(bytes, limit: max(4, room - size.count), repertoire: screen.glyphs.repertoire)
    label(name, frame, line: line, into: &screen)
    let row = frame.row + 1 + line
    let end = screen.write(shown.text, row: row, column: frame.column + 10, limit: room, role: .strong)
    if name != "key" { screen.write(size, row: row, column: end, role: .faint) }
  }

  private func field(_ name: String, text: String, _ frame: Area, line: Int, into screen: inout Screen) {
    label(name, frame, line: line, into: &screen)
    screen.write(text, row: frame.row + 1 + line, column: frame.column + 10, limit: frame.width - 12)
  }

  private func input(_ name: String, _ typed: InputLine, _ frame: Area, line: Int, into screen: inout Screen)
  {
    label(name, frame, line: line, into: &screen)
    InputView(line: typed).draw(
      into: &screen, row: frame.row + 1 + line, column: frame.column + 10, width: frame.width - 12)
  }

  private var frameWidth: Int { min(76, inspector.layout.width - 4) }

  /// A sentence in lines that have room in the frame. What stands behind the last one there may be makes that too
  /// long, and so is marked as left out.
  private func wrapped(_ sentence: String, _ screen: Screen, limit: Int = .max) -> [String] {
    let all = lines(of: screen.glyphs.spelled(sentence), width: frameWidth - 4)
    guard all.count > limit else { return all }
    return all.prefix(limit - 1) + [all[(limit - 1)...].joined(separator: " ")]
  }

  private func text(_ lines: [String], _ frame: Area, line: Int, into screen: inout Screen) {
    for (number, text) in lines.enumerated() {
      screen.write(
        text, row: frame.row + 1 + line + number, column: frame.column + 2, columns: frame.width - 4,
        alignment: .left)
    }
  }

  /// What there is to know, on this line; in the empty line above it as well, where it is longer.
  private func hint(_ problem: String?, _ hint: String, _ frame: Area, line: Int, into screen: inout Screen) {
    let lines = wrapped(problem ?? hint, screen, limit: 2)
    for (number, text) in lines.enumerated() {
      screen.write(
        text, row: frame.row + 2 + line - lines.count + number, column: frame.column + 2,
        columns: frame.width - 4, alignment: .left, role: problem == nil ? .faint : .warning)
    }
  }

  private func answers(_ yes: String, _ frame: Area, line: Int, into screen: inout Screen) {
    for (number, pieces) in answerLines(yes, screen).enumerated() {
      screen.write(
        pieces, row: frame.row + 1 + line + number, column: frame.column + 2, limit: frame.width - 4)
    }
  }

  /// What answers a question: in one line, or a line each where that is too long.
  private func answerLines(_ yes: String, _ screen: Screen) -> [[Piece]] {
    let yes = [Piece("y", .key), Piece(" \(yes)")]
    let no = [Piece("n", .key), Piece(" No (Enter, Esc): changes nothing", .strong)]
    let both = yes + [Piece("   ")] + no
    return screen.spelledColumns(both) <= frameWidth - 4 ? [both] : [yes, no]
  }
}
