import SharedSimple

extension Inspector {
  /// Takes what the operator did.
  public mutating func handle(_ input: Input) -> [Effect] {
    switch input {
    case .resize(let width, let height):
      layout = ScreenLayout(width: width, height: height)
      entries.resize(height: pageHeight)
      processes.cursor.reveal(pageHeight)
      events.cursor.reveal(pageHeight)
      picker.cursor.reveal(pageHeight)
      return []
    case .paste(let text):
      paste(text)
      return []
    case .mouse(let event):
      return handle(event)
    case .key(let key):
      if notice?.kind == .failure { notice = nil }
      return handle(key)
    }
  }

  /// What was said of what the operator did before is not said of what is done now. That the lock is waited for, and
  /// how a range is marked, goes on to be so.
  mutating func dropRemark() {
    guard notice?.kind == .information || notice?.kind == .warning else { return }
    if isWaitingForLock || (entries.rangeStart != nil && notice?.text == Self.rangeHint) { return }
    notice = nil
  }

  private mutating func handle(_ key: Key) -> [Effect] {
    // On a screen too small to show what is asked, nothing is answered.
    guard layout.fits || KeyTable.command(for: key, in: scope) == .quit else { return [] }
    if isDialogOutdated {
      if key == .escape || key == .control("g") { dialog = nil }
      guard key == .control("l") || key == .control("z") else { return [] }
    }
    if let command = KeyTable.command(for: key, in: scope) {
      dropRemark()
      return attempt(command)
    }
    if scope == .input, case .character(let character) = key {
      type(character)
    } else if scope != .input {
      say("\(Sentence(escaped: key.name).shown(.unicode)) does nothing here\(hint(on: key)).")
    }
    return []
  }

  /// Where a key works that does nothing here, or how to find out.
  private func hint(on key: Key) -> String {
    // Where something is asked, the bar has all keys that answer.
    guard Scope.browsing.contains(scope) else { return "" }
    let views = ViewKind.allCases.filter { KeyTable.command(for: key, in: $0.scope) != nil }
    guard Scope.views.contains(scope), !views.isEmpty else { return "; ? shows all keys" }
    // A pane over the entries is in the same view as they are.
    if view == .entries, views.contains(.entries) { return "; it works in the list of entries, after Esc" }
    let names = views.map { "\($0.number) (\($0.title))" }
    let list = names.dropLast().joined(separator: ", ")
    return "; it works in view \(list)\(list.isEmpty ? "" : " and ")\(names.last!)"
  }

  /// Does what is asked for, or says why it cannot be done now.
  mutating func attempt(_ command: Command) -> [Effect] {
    if let reason = reasonAgainst(command) {
      say(reason, .warning)
      return []
    }
    return perform(command)
  }

  /// Why a command cannot act now; nil where it can. What the bar of keys dims, and says.
  public func reasonAgainst(_ command: Command) -> String? {
    switch command {
    case .edit: return reasonAgainstWriting ?? reasonAgainstSelected
    case .remove:
      if let reason = reasonAgainstWriting ?? reasonAgainstRemoval ?? reasonAgainstRange { return reason }
      return scope == .entries && entries.table.markedCount > 0 ? nil : reasonAgainstSelected
    case .detail, .pin, .copyKey, .markRange, .mark, .extendUp, .extendDown: return reasonAgainstSelected
    case .copy:
      return reasonAgainstSelected ?? reasonAgainstPast
    case .unmarkAll: return entries.table.markedCount == 0 ? "No entry is marked: Space marks one." : nil
    case .writeFile:
      return reasonAgainstPast ?? reasonAgainstRange
        ?? (entries.rows.isEmpty ? "There is no entry to write." : nil)
    case .moveChoiceBack, .moveChoiceOn:
      if case .kinds = dialog { return "Kinds of events have no order." }
      return nil
    case .openGroup: return entries.groups?.selected == nil ? "No group is selected." : nil
    case .nextGrowth, .previousGrowth:
      return events.rows.contains { $0.isGrowth } ? nil : "No growth of the table is among these events."
    case .add: return reasonAgainstWriting
    case .undo:
      if let reason = reasonAgainstWriting { return reason }
      guard undoable.isEmpty else { return nil }
      return hasChangedAnything ? "Nothing left to take back." : "You have not changed anything yet."
    case .insist:
      if case .conflict(_, _, let times) = dialog, times > 1 { return nil }
      return "o writes over the value that is shown."
    case .reap:
      if let reason = reasonAgainstWriting { return reason }
      guard knowledge.contains(.participants) else { return "This segment keeps no rows of processes." }
      return processes.deadCount == 0 ? "No process is dead: there is nothing to clear." : nil
    case .searchNext, .searchPrevious:
      return searched.isEmpty ? "Nothing has been searched for yet; / does." : nil
    case .frameForward, .nextEvent, .goTo:
      return isPaused || isReplay ? nil : "This is now: Z pauses, and T goes a sample back."
    case .playFaster, .playSlower: return isReplay ? nil : "Only a recording is played (--replay FILE)."
    case .delay, .slower, .faster:
      return isReplay ? "A recording has its own samples; [ and ] play it slower and faster." : nil
    case .attach:
      guard let listing = picker.selected else { return "There is no segment on this machine." }
      return listing.refusal.map { SafeText($0.description).text }
    default: return nil
    }
  }

  /// Whether a command can never act in what is shown, so that the bar of keys need not dim it.
  func isOutOfPlace(_ command: Command) -> Bool {
    switch command {
    case .moveChoiceBack, .moveChoiceOn: if case .kinds = dialog { true } else { false }
    case .edit, .add, .remove, .reap, .delay, .copy, .writeFile: isReplay
    default: false
    }
  }

  private var reasonAgainstPast: String? {
    if isReplay { return "A recording has the beginning of a value only." }
    return timeline == nil ? nil : "Of what is past there is the beginning of a value only: Z goes on."
  }

  private var reasonAgainstRemoval: String? {
    knowledge.contains(.removal) ? nil : "Nothing can be removed: the module that made it has no such call."
  }

  private var reasonAgainstSelected: String? { subject == nil ? "No row is selected." : nil }

  private var reasonAgainstRange: String? {
    entries.rangeStart == nil ? nil : "A range is being marked: v marks it, Esc does not."
  }

  private var reasonAgainstWriting: String? {
    if isReplay { return "This is a recording: it cannot be changed." }
    if isPaused { return "What is shown is past: Z goes on, then it can be changed." }
    if case .readOnly(let reason) = access { return "Read-only: \(reason)." }
    if isWaitingForLock { return "A change waits for the lock; Esc gives it up." }
    return switch presence {
    case .gone: "The segment is gone."
    case .retired: "The segment has been replaced."
    case .unpicked: "No segment is being watched."
    case .live, .failing: nil
    }
  }

  private mutating func perform(_ command: Command) -> [Effect] {
    switch command {
    case .quit: return [.quit]
    case .suspend: return [.suspend]
    case .redraw: return [.redraw]
    case .help:
      isHelpOpen = true
      scroll = 0
    case .back:
      if isWaitingForLock { return [.giveUp] }
      goBack()
    case .undo: askToUndo()
    case .up, .down, .pageUp, .pageDown, .home, .end: move(command)
    case .columnLeft: chooseColumn(by: -1)
    case .columnRight: chooseColumn(by: 1)
    case .view(let view): open(view)
    case .nextView: open(neighbour: 1)
    case .previousView: open(neighbour: -1)
    case .pause: return pause()
    case .frameBack: return isPaused || isReplay ? [.time(.frame(-1))] : pause() + [.time(.frame(-1))]
    case .frameForward: return [.time(.frame(1))]
    case .nextEvent: return [.time(.event(1))]
    case .previousEvent: return isPaused || isReplay ? [.time(.event(-1))] : pause() + [.time(.event(-1))]
    case .playFaster: return [.time(.speed(1))]
    case .playSlower: return [.time(.speed(-1))]
    case .goTo: ask(.time)
    case .filter: ask(.filter)
    case .search: ask(.search)
    case .delay: ask(.delay)
    case .searchNext: search(from: 1, by: 1)
    case .searchPrevious: search(from: -1, by: -1)
    case .sort: sort()
    case .invert: invert()
    case .follow: follow()
    case .slower: setDelay(min(60, delay < 1 ? delay + 0.1 : delay + 1))
    case .faster: setDelay(max(0.1, delay <= 1 ? delay - 0.1 : delay - 1))
    case .resetTotals:
      zero = sample
      period = .sinceZero
      rearrange()
      say("Counting from now on; p shows other periods.")
    case .period:
      let all = ProcessesModel.Period.allCases
      period = all[(all.firstIndex(of: period)! + 1) % all.count]
      rearrange()
    case .saveSettings: return [.saveSettings]
    case .edit: return open(.edit)
    case .remove: return askToRemove()
    case .detail: return askForDetail()
    case .nextPage: chooseDetailPage(by: 1)
    case .previousPage: chooseDetailPage(by: -1)
    case .groups: toggleGroups()
    case .openGroup: openGroup()
    case .mark: mark()
    case .markRange: markRange()
    case .extendUp: extendRange(.up)
    case .extendDown: extendRange(.down)
    case .unmarkAll: unmarkAll()
    case .pin: pin()
    case .copy: return open(.copy)
    case .copyKey: return subject.map { copy($0, what: "key") } ?? []
    case .writeFile: askToWrite()
    case .columns: dialog = .columns(place: 0)
    case .kinds: dialog = .kinds(place: 0)
    case .toggleChoice: toggleChoice()
    case .moveChoiceBack: moveColumn(by: -1)
    case .moveChoiceOn: moveColumn(by: 1)
    case .nextGrowth: goToGrowth(by: 1)
    case .previousGrowth: goToGrowth(by: -1)
    case .stop: return [.stop]
    case .mouse:
      isMouseReleased.toggle()
      say(
        isMouseReleased
          ? "The mouse is the terminal's: M takes it again." : "Click selects, a title sorts, a tab opens.")
      return [.mouse(!isMouseReleased)]
    case .add: dialog = .addKey(line: InputLine(), problem: nil)
    case .reap: dialog = .confirm(.reap, rows: processes.deadCount)
    case .attach: return picker.selected.map { [.attach($0.name)] } ?? []
    default: return answer(command)
    }
    return []
  }

  private mutating func goBack() {
    if isHelpOpen {
      isHelpOpen = false
      scroll = 0
    } else if scope == .detail {
      detail = nil
    } else if entries.chore != nil {
      entries.dropChore()
    } else if view == .entries, entries.rangeStart != nil {
      entries.rangeStart = nil
    } else if isOrderHeld {
      releaseOrder()
    } else if view == .entries, let before = entries.filterBeforeGroup {
      closeGroup(before)
    } else if scope == .groups {
      entries.showGroups(false)
    } else if currentFilter != nil {
      applyFilter(nil)
    }
    notice = nil
  }

  private mutating func open(_ view: ViewKind) {
    self.view = view
    scroll = 0
    entries.rangeStart = nil
    dropRemark()
    if isOrderHeld { releaseOrder() }
  }

  private mutating func open(neighbour distance: Int) {
    let all = ViewKind.allCases
    open(all[(all.firstIndex(of: view)! + distance + all.count) % all.count])
  }

  private mutating func pause() -> [Effect] {
    if isReplay { return [.time(.play)] }
    if isPaused { return [.resume] }
    pausedSince = now
    return [.pause]
  }

  mutating func setDelay(_ seconds: Double) {
    delay = (seconds * 10).rounded() / 10
    say("A sample every \(Quantity.fixed(delay, decimals: 1)) s.")
  }
}
