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
  /// Makes a change; the answer is `Inspector.finished`.
  case apply(Change)
}

/// What an entry is read for.
public enum OpenPurpose: Sendable, Hashable { case edit, remove }
