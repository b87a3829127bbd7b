/// What a key asks for.
public enum Command: Sendable, Hashable {
  // Everywhere.
  case quit, suspend, redraw, help, back

  // Moving.
  case up, down, pageUp, pageDown, home, end, columnLeft, columnRight

  // Views.
  case view(ViewKind), nextView, previousView

  // What is shown.
  case pause, filter, search, searchNext, searchPrevious, sort, invert, follow, delay, slower, faster
  case resetTotals, period

  // Time.
  case frameForward, frameBack, nextEvent, previousEvent, playFaster, playSlower, goTo

  // Changing the segment; each opens a dialog first.
  case edit, add, remove, reap

  // The list of segments.
  case attach

  // Answers.
  case yes, no, overwrite, reload

  // A line of text.
  case accept, cancel, stepUp, stepDown
  case moveLeft, moveRight, moveHome, moveEnd, deleteBackward, deleteForward, deleteWord, deleteToStart
  case deleteToEnd
}
