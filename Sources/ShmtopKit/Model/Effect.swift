/// What the model asks of the program around it.
public enum Effect: Sendable, Hashable {
  case quit
  case suspend
  /// Draws every cell again, whatever the terminal is thought to show.
  case redraw
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
  /// Makes a change; the answer is `Inspector.finished`.
  case apply(Change)
}

/// What an entry is read for.
public enum OpenPurpose: Sendable, Hashable { case edit, remove }
