public import SharedSimple

/// Looking at one entry closely.
extension Inspector {
  /// The key whose entry is to be looked up more often than samples are taken, while it is looked at closely.
  public var watchedKey: [UInt8]? {
    guard view == .entries, timeline == nil, presence == .live else { return nil }
    return detail?.key
  }

  /// Takes what the entry of ``watchedKey`` is now; nil where the key is gone.
  ///
  /// - Returns: Whether the screen has something new to show.
  public mutating func look(at entry: Entry?) -> Bool {
    guard let entry else { return detail?.takeGone(wall: now.wall) ?? false }
    guard entry.key == detail?.key else { return false }
    if detail?.goneWall != nil { dropStaleNotice() }
    return detail?.take(
      value: entry.value, length: entry.value.count, stamp: entry.stamp, wall: now.wall) ?? false
  }

  /// Opens the entry that the program has looked up.
  mutating func openDetail(_ entry: Entry) {
    let row = entries.table.row(of: entry.key)
    detail = DetailModel(
      key: entry.key, value: entry.value, length: entry.value.count, stamp: entry.stamp,
      history: row.map { entries.table.history($0) } ?? [], wall: now.wall)
  }

  /// Asks for the selected entry; of one that is past there is what was kept.
  mutating func askForDetail() -> [Effect] {
    guard let key = entries.selectedKey else { return [] }
    guard timeline != nil else { return [.open(key: key, purpose: .detail)] }
    detail = entries.table.row(of: key).map { keptDetail($0) }
    return []
  }

  /// The entry of a row, as far as it is kept.
  private func keptDetail(_ row: EntryTable.Row) -> DetailModel {
    let table = entries.table
    return DetailModel(
      key: table.key(row), value: table.valuePrefix(row), length: table.valueLength(row),
      stamp: table.stamp(row),
      history: table.history(row), wall: shownWall)
  }

  /// Goes on to look at an entry, on the same page, where what was seen of the segment was forgotten meanwhile.
  mutating func reopen(_ before: DetailModel, orSay words: String) {
    detail = nil
    guard let row = entries.table.row(of: before.key), entries.table.isLive(row) else {
      let key = SafeText(before.key, limit: 40).text
      return say(
        entries.isComplete ? "\(key) \(words)." : "Which entries were there then is not known.", .warning)
    }
    var kept = keptDetail(row)
    (kept.page, kept.scroll) = (before.page, before.scroll)
    detail = kept
  }

  /// Shows what the entry was at another moment.
  mutating func showDetailOfFrame() {
    guard let key = detail?.key else { return }
    let (table, wall) = (entries.table, shownWall)
    guard let row = table.row(of: key), table.mark(row) != .removed else {
      _ = detail?.takeGone(wall: wall)
      return
    }
    _ = detail?.take(
      value: table.valuePrefix(row), length: table.valueLength(row), stamp: table.stamp(row), wall: wall)
  }

  mutating func scrollDetail(by distance: Int) {
    let target = (detail?.scroll ?? 0) + distance
    let limit = scrollLimit
    detail?.scroll = max(0, min(limit, target))
  }

  mutating func chooseDetailPage(by distance: Int) {
    guard let page = detail?.page else { return }
    let all = DetailModel.Page.allCases
    detail?.page = all[(all.firstIndex(of: page)! + distance + all.count) % all.count]
    detail?.scroll = 0
  }

  /// The key that commands are about: of the entry that is looked at, else of the selected row.
  var subject: [UInt8]? { scope == .detail ? detail?.key : entries.selectedKey }
}
