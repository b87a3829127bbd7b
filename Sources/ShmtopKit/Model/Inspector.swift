public import SharedSimple

/// All that the screen knows: what was sampled, what the operator chose, what is being asked.
///
/// It touches neither a terminal nor a segment. Input and samples go in, ``Effect``s come out, and views
/// draw what it says.
public struct Inspector {
  // MARK: - The segment

  /// The segment that is shown; nil while one is to be picked.
  public internal(set) var identity: SegmentIdentity?
  public internal(set) var name = ""
  public internal(set) var access = Access.shared
  public internal(set) var presence = Presence.unpicked
  /// What there is to say of the segment beside its sample.
  public internal(set) var remarks = Remarks()
  /// The sample that is shown: the last one, or that of the moment that is looked at.
  public internal(set) var sample: SegmentSample?
  /// What happened between it and the one before.
  public internal(set) var difference: SampleDifference?
  public internal(set) var trail = Trail()
  public internal(set) var writeClock = WriteClock()
  public internal(set) var holder = HolderWatch()
  /// The sample at which `0` was pressed; at first the one that was taken on attaching.
  var zero: SegmentSample?

  // MARK: - What is shown

  public internal(set) var view = ViewKind.entries
  public internal(set) var entries = EntriesModel()
  public internal(set) var processes = ProcessesModel()
  public internal(set) var events = EventsModel()
  public internal(set) var table = TableModel()
  /// The entry that is looked at closely, in place of the rows.
  public internal(set) var detail: DetailModel?
  public internal(set) var picker = PickerModel()
  /// Whether the terminal has the mouse for itself.
  public internal(set) var isMouseReleased = false
  public internal(set) var period = ProcessesModel.Period.interval
  /// The first line of the lock view, or of the help, that is shown.
  public internal(set) var scroll = 0
  public internal(set) var isHelpOpen = false
  public internal(set) var dialog: Dialog? {
    didSet {
      if dialog == nil { isDialogOutdated = false }
      // What was said before is not an answer to what is asked now.
      if oldValue == nil, dialog != nil { notice = nil }
    }
  }
  /// Whether the segment that the dialog is about is not the one that is watched any more. The dialog stays,
  /// so that what is being typed does not become commands, and answers to Esc and ^G alone.
  public internal(set) var isDialogOutdated = false
  /// Whether the first row is selected where none is: never after a replacement, until the operator moves.
  var selectsFirstRow = true
  public internal(set) var notice: Notice?
  public internal(set) var layout: ScreenLayout
  public internal(set) var now: Moment
  /// Seconds between samples.
  public internal(set) var delay: Double
  /// When the screen was paused; nil while it is not.
  public internal(set) var pausedSince: Moment?
  /// Where in time the screen is; nil while it shows what is there now.
  public internal(set) var timeline: Timeline?
  /// Until when rows keep their places, on the monotonic clock; nil while they may move.
  var heldUntil: UInt64?
  var searched = ""
  /// What takes the operator's changes to this segment back, the last one last.
  var undoable: [Undoing] = []
  /// Whether anything was changed, also where it has been taken back since.
  var hasChangedAnything = false
  /// How often the change under way has come upon another value than the operator saw.
  var conflicts = 0
  /// Whether a change waits for the lock.
  public internal(set) var isWaitingForLock = false
  public var thresholds = Thresholds()
  /// The filter to go back to when the typing of one is cancelled.
  var filterBefore: String?

  /// How long rows keep their places after the cursor moved. Long enough to read a row and press a key.
  static let holdNanoseconds: UInt64 = 10_000_000_000
  static let noticeNanoseconds: UInt64 = 6_000_000_000

  public init(width: Int, height: Int, delay: Double, now: Moment) {
    layout = ScreenLayout(width: width, height: height)
    self.delay = delay
    self.now = now
  }

  // MARK: - Short questions

  /// What there is to know of the segment.
  public var knowledge: Knowledge { identity?.knowledge ?? .everything }

  public var isPaused: Bool { pausedSince != nil }
  /// Whether a recording is shown, and no segment watched.
  public var isReplay: Bool { timeline?.isReplay ?? false }
  public var isOrderHeld: Bool { heldUntil != nil }

  public var scope: Scope {
    if let dialog { return dialog.scope }
    if isHelpOpen { return .help }
    if presence == .unpicked { return .picker }
    if view == .entries, detail != nil { return .detail }
    return view == .entries && entries.groups != nil ? .groups : view.scope
  }

  /// The rows there is room for; below the processes stands their sum.
  var pageHeight: Int { max(1, layout.rows.height - (view == .processes ? 1 : 0)) }

  /// The time that ages are counted to: of the sample that is shown.
  public var shownWall: UInt64 { sample?.takenWall ?? now.wall }

  /// Whether something on the screen goes by itself after a while.
  public var hasDeadline: Bool { notice != nil || heldUntil != nil }

  /// Says that something has gone wrong.
  public mutating func report(_ failure: String) { say(failure, .failure) }

  mutating func say(_ text: String, _ kind: Notice.Kind = .information) {
    notice = Notice(
      text: text, kind: kind, until: kind == .failure ? .max : now.monotonic + Self.noticeNanoseconds)
  }

  /// Tells the time. What has lasted its time goes.
  public mutating func tick(_ now: Moment) {
    self.now = now
    if let notice, notice.until <= now.monotonic { self.notice = nil }
    if let heldUntil, heldUntil <= now.monotonic, dialog == nil, entries.rangeStart == nil { releaseOrder() }
  }

  mutating func holdOrder() {
    heldUntil = now.monotonic + Self.holdNanoseconds
    entries.isHeld = true
  }

  mutating func releaseOrder() {
    heldUntil = nil
    entries.isHeld = false
    rearrange()
  }
}
