import ShmtopKit

/// What the command line asks of the live screen.
struct InteractiveOptions: Sendable {
  /// The segment to watch; `nil` opens the list of live segments to pick from.
  var segment: String?
  /// The file to keep samples in.
  var record: String?
  /// The recording to show instead of a segment.
  var replay: String?
  /// Seconds between samples, 0.1 to 60.
  var delay = 1.0
  /// Leaves no trace: no participant row, no mapping that could be written.
  var readOnly = false
  /// Writes to another user's segment, too, and to one that the settings file keeps read-only.
  var forceWrite = false
  /// Allows changes to segments of the Perl module.
  var editOriginal = false
  /// The filter to start with, as typed after `\`.
  var filter: String?
  /// The column to sort by, with a leading `-` for descending; `nil`: the view's own order.
  var sort: String?
  /// The view to start with; nil: that of the sorting, else that of the settings.
  var view: ViewKind?
  /// Draws without Unicode, whatever the locale says.
  var ascii = false
  /// Draws without colours, whatever the terminal can.
  var noColor = false
  /// Leaves the mouse to the terminal from the start.
  var noMouse = false
  /// dark, light or mono; `nil`: dark, which suits the terminal's own palette.
  var theme: String?
  /// The settings file, read.
  var configuration = ConfigurationFile.none

  var readOnlyRule: ReadOnlyRule {
    ReadOnlyRule(isForced: readOnly, configuration: forceWrite ? .none : configuration)
  }
}
