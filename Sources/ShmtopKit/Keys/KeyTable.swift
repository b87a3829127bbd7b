/// Every key of the screen. Dispatch, the bar of keys, and the help are all made from this table.
public enum KeyTable {
  public static let bindings: [KeyBinding] =
    program + changing + shown + many + views + moving + answers + typing

  /// What a key asks for in a scope; nil where it does nothing.
  public static func command(for key: Key, in scope: Scope) -> Command? { commands[scope]?[key] }

  /// The rows that hold in a scope, in the order of the bar.
  public static func bindings(in scope: Scope) -> [KeyBinding] {
    bindings.filter { $0.scopes.contains(scope) }
  }

  private static let commands: [Scope: [Key: Command]] = {
    var commands: [Scope: [Key: Command]] = [:]
    for binding in bindings {
      for scope in binding.scopes {
        for key in binding.keys { commands[scope, default: [:]][key] = binding.command }
      }
    }
    return commands
  }()

  private static func row(
    _ keys: [Key], _ command: Command, in scopes: Set<Scope>, _ group: KeyBinding.Group,
    bar label: String? = nil, ofPast isOfPast: Bool = false,
    _ help: String
  ) -> KeyBinding {
    KeyBinding(
      keys: keys, command: command, scopes: scopes, label: label, isOfPast: isOfPast, help: help, group: group
    )
  }

  private static let program: [KeyBinding] = [
    row([.character("?"), .function(1)], .help, in: Scope.browsing, .program, bar: "Help", "all keys"),
    row(
      [.character("q"), .function(10)], .quit, in: Scope.browsing.subtracting([.detail]), .program,
      bar: "Quit",
      "leaves; the segment stays as it is"),
    row([.control("l")], .redraw, in: Set(Scope.allCases), .program, "draws the whole screen again"),
    row([.control("z")], .suspend, in: Set(Scope.allCases), .program, "suspends; fg comes back"),
    row(
      [.escape], .back, in: Scope.browsing, .program, "back: closes, lets go of a held order, ends a filter"),
    row(
      [.character("M")], .mouse, in: Scope.browsing, .program,
      "gives the mouse to the terminal, or takes it again"),
    row(
      [.escape, .character("q"), .character("?"), .function(1)], .back, in: [.help], .program, bar: "Back",
      "closes the help"),
  ]

  private static let views: [KeyBinding] =
    ViewKind.allCases.map { view in
      row(
        [.character(Character(String(view.number)))], .view(view), in: Scope.views, .views,
        "\(view.title): \(view.purpose)")
    } + [
      row([.tab], .nextView, in: Scope.views, .views, "the next view"),
      row([.backTab], .previousView, in: Scope.views, .views, "the view before"),
    ]

  private static let changing: [KeyBinding] = [
    row([.enter], .attach, in: [.picker], .views, bar: "Watch", "watches the selected segment"),
    row([.enter], .detail, in: [.entries], .views, bar: "Detail", "the whole value, and what it has been"),
    row([.enter], .openGroup, in: [.groups], .views, bar: "Open", "the entries of the selected group"),
    row(
      [.right, .character("l")], .nextPage, in: [.detail], .views, bar: "Page",
      "text, hex, numbers, history, key"),
    row([.left, .character("h")], .previousPage, in: [.detail], .views, "the page before"),
    row([.enter, .character("q")], .back, in: [.detail], .views, bar: "Close", "back to the entries"),
    row(
      [.character("e")], .edit, in: [.entries, .detail], .changing, bar: "Edit",
      "changes the selected value, if it still is what you saw"),
    row(
      [.character("a")], .add, in: [.entries], .changing, bar: "Add", "puts a new key, if there is none yet"),
    row(
      [.character("D"), .delete], .remove, in: [.entries, .detail], .changing, bar: "Remove",
      "removes the selected key, or all marked ones, whose values still are what you saw"),
    row(
      [.character("u")], .undo, in: Scope.views, .changing,
      "takes back your last change, if what it left is still so"),
    row(
      [.character("R")], .reap, in: [.processes], .changing, bar: "Reap",
      "clears the rows of dead processes"),
  ]

  private static let many: [KeyBinding] = [
    row(
      [.character(" ")], .mark, in: [.entries], .many, bar: "Mark", "marks the row, or takes its mark away"),
    row(
      [.character("v")], .markRange, in: [.entries], .many, bar: "Range",
      "begins a range of rows; again: marks them"),
    row([.shiftUp], .extendUp, in: [.entries], .many, "a range, up"),
    row([.shiftDown], .extendDown, in: [.entries], .many, "a range, down"),
    row([.character("U")], .unmarkAll, in: [.entries], .many, bar: "Unmark", "takes all marks away"),
    row(
      [.character("w")], .writeFile, in: [.entries], .many, bar: "Write",
      "writes the marked entries, or all shown, to a file, as shmtop dump does"),
    row(
      [.character("y")], .copy, in: [.entries, .detail], .many, bar: "Copy",
      "sends the value, with escapes, to the terminal's clipboard"),
    row([.character("Y")], .copyKey, in: [.entries, .detail], .many, "the key, likewise"),
    row(
      [.escape, .character("q"), .control("g")], .stop, in: [.progress], .many, bar: "Stop",
      "stops; what is done stays done"),
  ]

  private static let shown: [KeyBinding] = [
    row(
      [.character("\\"), .function(4)], .filter, in: Scope.filtered, .shown, bar: "Filter",
      "shows rows that contain TEXT; !TEXT: those that do not; ^TEXT: begin with it; /REGEX/"),
    row(
      [.character("/"), .function(3)], .search, in: Scope.filtered, .shown, bar: "Search",
      "goes to the next row that contains TEXT"),
    row([.character("f")], .kinds, in: [.events], .shown, bar: "Kinds", "which kinds of events"),
    row(
      [.character(">")], .nextGrowth, in: [.events], .shown, bar: "Growth",
      "down to the next growth of the table"),
    row([.character("<")], .previousGrowth, in: [.events], .shown, "up to the growth before"),
    row(
      [.character("Z")], .pause, in: Scope.views, .shown, bar: "Pause",
      "pauses: all numbers stay as they are; plays a recording"),
    row(
      [.character("T")], .frameBack, in: Scope.views, .shown, bar: "Back",
      "a sample back; of what is there now, pauses first"),
    row(
      [.character("t")], .frameForward, in: Scope.views, .shown, bar: "Next", ofPast: true,
      "a sample forward, while paused"),
    row(
      [.character("{")], .previousEvent, in: Scope.views, .shown, bar: "Event", ofPast: true,
      "back to a sample with an event"),
    row(
      [.character("}")], .nextEvent, in: Scope.views, .shown, bar: "Event", ofPast: true,
      "forward to a sample with an event"),
    row(
      [.character("@")], .goTo, in: Scope.views, .shown, bar: "Time", ofPast: true,
      "goes to a time, while paused or in a recording"),
    row([.character("[")], .playSlower, in: Scope.views, .shown, "plays a recording more slowly"),
    row([.character("]")], .playFaster, in: Scope.views, .shown, "plays a recording faster"),
    row([.character("n")], .searchNext, in: Scope.filtered, .shown, "the next match"),
    row([.character("N")], .searchPrevious, in: Scope.filtered, .shown, "the match before"),
    row(
      [.character("s"), .function(6)], .sort, in: [.entries, .processes, .groups], .shown, bar: "Sort",
      "sorts by the chosen column; again: the other way round"),
    row(
      [.character("I")], .invert, in: Scope.filtered.union([.groups]), .shown, bar: "Invert",
      "turns the order round"),
    row(
      [.character("F")], .follow, in: [.entries, .processes], .shown, bar: "Follow",
      "the screen follows the selected row when the order changes"),
    row(
      [.character("p")], .period, in: [.processes, .lock], .shown, bar: "Period",
      "counts of the last interval, since 0 was pressed, since creation"),
    row([.character("0")], .resetTotals, in: [.processes, .lock], .shown, bar: "Zero", "counts from now on"),
    row(
      [.character("c")], .columns, in: [.entries, .processes], .shown, bar: "Columns",
      "which columns, and in which order"),
    row(
      [.character("p")], .pin, in: [.entries], .shown, bar: "Pin",
      "keeps the row on top, whatever order and filter"),
    row(
      [.character("P")], .groups, in: [.entries, .groups], .shown, bar: "Groups",
      "counts entries by what their keys begin with"),
    row([.character("d")], .delay, in: Scope.views, .shown, bar: "Delay", "seconds between two samples"),
    row(
      [.character("W")], .saveSettings, in: Scope.views, .shown,
      "keeps delay, view, sorting, columns and kinds of events in the settings file"),
    row([.character("+")], .slower, in: Scope.views, .shown, "samples less often"),
    row([.character("-")], .faster, in: Scope.views, .shown, "samples more often"),
  ]

  private static let moving: [KeyBinding] = [
    row(
      [.up, .character("k")], .up, in: Scope.browsing.union([.help, .choices]), .moving,
      "up; the order is held meanwhile"),
    row([.down, .character("j")], .down, in: Scope.browsing.union([.help, .choices]), .moving, "down"),
    row([.pageUp, .control("b")], .pageUp, in: Scope.browsing.union([.help]), .moving, "a page up"),
    row(
      [.pageDown, .control("f")], .pageDown, in: Scope.browsing.union([.help]), .moving, "a page down"),
    row([.home, .character("g")], .home, in: Scope.browsing.union([.help]), .moving, "the first row"),
    row([.end, .character("G")], .end, in: Scope.browsing.union([.help]), .moving, "the last row"),
    row(
      [.left, .character("h")], .columnLeft, in: [.entries, .processes, .groups], .moving,
      "chooses the column before"),
    row(
      [.right, .character("l")], .columnRight, in: [.entries, .processes, .groups], .moving,
      "chooses the next column"),
  ]

  private static let answers: [KeyBinding] = [
    row([.character(" ")], .toggleChoice, in: [.choices], .answers, bar: "Show", "shows or hides it"),
    row(
      [.left, .character("-")], .moveChoiceBack, in: [.choices], .answers, bar: "Earlier",
      "a column: moves it to the left"),
    row(
      [.right, .character("+")], .moveChoiceOn, in: [.choices], .answers, bar: "Later",
      "a column: moves it to the right"),
    row(
      [.enter, .escape, .character("c"), .character("f"), .character("q"), .control("g")], .cancel,
      in: [.choices], .answers,
      bar: "Done", "closes"),
    row([.character("y")], .yes, in: [.question], .answers, bar: "Yes", "does what is asked"),
    row(
      [.character("n"), .escape, .enter, .control("g")], .no, in: [.question], .answers, bar: "No",
      "does nothing"),
    row(
      [.character("o")], .overwrite, in: [.conflict], .answers, bar: "Overwrite",
      "writes yours over the value that is shown as there now"),
    row(
      [.character("w")], .insist, in: [.conflict], .answers,
      "writes yours over whatever is there, once it changes faster than one can answer"),
    row(
      [.character("r")], .reload, in: [.conflict], .answers, bar: "Reload",
      "starts again from the value that is there now"),
    row(
      [.character("l"), .escape, .enter, .control("g")], .no, in: [.conflict], .answers, bar: "Leave",
      "leaves it as it is"),
  ]

  private static let typing: [KeyBinding] = [
    row(
      [.enter], .accept, in: [.input], .typing, bar: "Accept", "takes the text; a change is asked about again"
    ),
    row(
      [.escape, .control("g")], .cancel, in: [.input], .typing, bar: "Cancel", "leaves everything as it was"),
    row([.up], .stepUp, in: [.input], .typing, "a number: one more"),
    row([.down], .stepDown, in: [.input], .typing, "a number: one less"),
    row([.left, .control("b")], .moveLeft, in: [.input], .typing, "a character to the left"),
    row([.right, .control("f")], .moveRight, in: [.input], .typing, "a character to the right"),
    row([.home, .control("a")], .moveHome, in: [.input], .typing, "to the start of the text"),
    row([.end, .control("e")], .moveEnd, in: [.input], .typing, "to the end of the text"),
    row([.backspace, .control("h")], .deleteBackward, in: [.input], .typing, "deletes the character before"),
    row([.delete, .control("d")], .deleteForward, in: [.input], .typing, "deletes the character here"),
    row([.control("w")], .deleteWord, in: [.input], .typing, "deletes the word before"),
    row([.control("u")], .deleteToStart, in: [.input], .typing, "deletes all before"),
    row([.control("k")], .deleteToEnd, in: [.input], .typing, "deletes all from here on"),
  ]
}
