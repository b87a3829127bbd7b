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
  case resetTotals, period, saveSettings

  // Time.
  case frameForward, frameBack, nextEvent, previousEvent, playFaster, playSlower, goTo

  // Entries.
  case detail, nextPage, previousPage, groups, openGroup
  case mark, markRange, unmarkAll, extendUp, extendDown, pin, copy, copyKey, writeFile

  // What a list shows.
  case columns, kinds, toggleChoice, moveChoiceBack, moveChoiceOn, nextGrowth, previousGrowth

  case mouse

  // Changing the segment; each opens a dialog first.
  case edit, add, remove, reap, undo

  // The list of segments.
  case attach

  // Answers.
  case yes, no, overwrite, insist, reload

  // Work on many entries.
  case stop

  // A line of text.
  case accept, cancel, stepUp, stepDown
  case moveLeft, moveRight, moveHome, moveEnd, deleteBackward, deleteForward, deleteWord, deleteToStart
  case deleteToEnd
}
