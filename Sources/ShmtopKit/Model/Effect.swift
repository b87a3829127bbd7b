/// What the model asks of the program around it.
public enum Effect: Sendable, Hashable {
  case quit
  case suspend
  /// Draws every cell again, whatever the terminal is thought to show.
  case redraw
  /// Writes what the screen is set to into the settings file; the answer is `Inspector.saved`.
  case saveSettings
  /// Attaches to a segment.
  case attach(String)
  /// Reads one entry whole; the answer is `Inspector.opened`.
  case open(key: [UInt8], purpose: OpenPurpose)
  /// Leaves the screen as it is, so that other moments can be looked at, while the segment is followed behind it.
  case pause
  /// Shows what is there now again.
  case resume
  /// Shows another moment.
  case time(TimeStep)
  /// Sends a text to the terminal's clipboard.
  case copy(String)
  /// Takes the mouse, or leaves it to the terminal.
  case mouse(Bool)
  /// Removes entries that still are what was seen; the answer is `Inspector.changedMany`.
  case removeAll(SeenEntries)
  /// Puts entries back that were removed; the answer is `Inspector.changedMany`.
  case putBackAll(SeenEntries)
  /// Writes entries to a file; the answer is `Inspector.wrote`.
  case write(SeenEntries, file: String, overwrites: Bool)
  /// Stops a change of many or a file that is under way.
  case stop
  /// Makes a change; the answer is `Inspector.finished`.
  case apply(Change)
  /// Makes a change that the journal cannot keep.
  case applyUnjournaled(Change)
  /// Tries no more to make the change that waits for the lock.
  case giveUp
}

/// What an entry is read for.
public enum OpenPurpose: Sendable, Hashable {
  case edit, remove, detail, copy
  /// To see whether a key that is to be added is there already.
  case add
}
