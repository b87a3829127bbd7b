/// Every setting. Reading and writing the file and its part of the manual are all made from this table.
public enum SettingTable {
  public static let settings: [Setting] = general + views + thresholds

  /// The name of the setting that protects segments.
  static let readOnly = "read-only"

  static func setting(_ section: String?, _ key: String) -> Setting? {
    settings.first { $0.section == section && $0.key == key }
  }

  private static let general: [Setting] = [
    .number(nil, "delay", 0.1...60, standard: 1, "seconds between samples", shown: { .number($0.delay) }) {
      $1.delay = $0
    },
    .choice(
      nil, "view", ViewKind.allCases.map(\.rawValue), standard: ViewKind.entries.rawValue,
      "the view to start with", shown: { .text($0.view.rawValue) }
    ) { $1.view = ViewKind(rawValue: $0) },
    .choice(nil, "theme", ["dark", "light", "mono"], standard: "dark", "the colours") { $1.theme = $0 },
    .flag(nil, "ascii", standard: false, "draws without Unicode") { $1.ascii = $0 },
    .flag(nil, "mouse", standard: true, "takes the mouse; M on the screen leaves it to the terminal") {
      $1.mouse = $0
    },
    Setting(
      section: nil, key: readOnly,
      help: "patterns of names of segments that nothing is written to, as in [\"prod-*\"]; --write overrides",
      standard: "[]",
      take: { value, settings in
        switch value {
        case .list(let patterns): settings.readOnly = patterns
        // What protects is not left out for a pair of brackets.
        case .text(let pattern): settings.readOnly = [pattern]
        default: return "a list of texts, as in [\"prod-*\"]"
        }
        return nil
      }, shown: nil),
  ]

  private static let views: [Setting] = [
    .sort("entries", standard: EntriesModel().sort, shown: { $0.entries.sort }) { $1.entriesSort = $0 },
    .columns("entries", standard: EntriesModel().columns.shown, shown: { $0.entries.columns.shown }) {
      $1.entriesColumns = $0
    },
    .sort("processes", standard: ProcessesModel().sort, shown: { $0.processes.sort }) {
      $1.processesSort = $0
    },
    .columns("processes", standard: ProcessesModel().columns.shown, shown: { $0.processes.columns.shown }) {
      $1.processesColumns = $0
    },
    Setting(
      section: "events", key: "hidden",
      help: "the kinds of events that are not shown, as in [\"attached\", \"inspectors\"]", standard: "[]",
      take: { value, settings in
        guard case .list(let titles) = value, Set(titles).isSubset(of: EventsModel.kindTitles) else {
          return "a list of some of \(EventsModel.kindTitles.joined(separator: ", "))"
        }
        settings.hiddenEvents = titles
        return nil
      }, shown: { .list($0.events.hiddenTitles) }),
  ]

  private static let thresholds: [Setting] = {
    let standard = Thresholds()
    let section = "thresholds"
    return [
      .number(
        section, "low-free", 0...1, standard: standard.lowFreeShare,
        "the part of /dev/shm that is free at which it is said to be low"
      ) { $1.thresholds.lowFreeShare = $0 },
      .number(
        section, "critical-free", 0...1, standard: standard.criticalFreeShare,
        "the part of /dev/shm that is free at which it is said to be critical"
      ) { $1.thresholds.criticalFreeShare = $0 },
      .number(
        section, "long-hold", 0.000001...86_400, standard: Double(standard.longHold) / 1e9,
        "seconds after which the lock is said to be held long"
      ) { $1.thresholds.longHold = UInt64($0 * 1e9) },
      .number(
        section, "high-contention", 0...1, standard: standard.highContention,
        "the part of the acquisitions that had to wait at which they are said to be many"
      ) { $1.thresholds.highContention = $0 },
      .number(
        section, "near-growth", 0...1, standard: standard.nearGrowth,
        "the part of the growth threshold at which growth is announced"
      ) { $1.thresholds.nearGrowth = $0 },
    ]
  }()
}
