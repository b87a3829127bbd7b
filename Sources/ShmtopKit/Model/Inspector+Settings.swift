extension Inspector {
  /// Takes what the settings file says, before the command line has its word.
  public mutating func start(with settings: Settings) {
    thresholds = settings.thresholds
    if let order = settings.entriesSort { entries.sort(by: order) }
    if let order = settings.processesSort { processes.sort(by: order) }
    if let columns = settings.entriesColumns { entries.columns.show(columns) }
    if let columns = settings.processesColumns { processes.columns.show(columns) }
    if let titles = settings.hiddenEvents { events.hide(titles) }
  }

  /// Says what is not understood in the settings file: the first of it, and that there is more, for which the screen
  /// has no room.
  public mutating func report(misunderstood sentences: [String]) {
    guard let first = sentences.first else { return }
    let more = sentences.count - 1
    let rest =
      more == 0 ? "" : " \(more) more \(more == 1 ? "mistake is" : "mistakes are") said when you leave."
    report(SafeText(first).text + rest)
  }

  /// What `W` writes into the settings file: how the screen is set now.
  public var shownSettings: [(setting: Setting, value: SettingValue)] {
    SettingTable.settings.compactMap { setting in setting.shown?(self).map { (setting, $0) } }
  }

  /// Takes the answer to ``Effect/saveSettings``.
  ///
  /// - Parameter problem: why it did not work, as a sentence; nil where it did.
  public mutating func saved(settingsIn path: String, problem: String?) {
    if let problem { say(problem, .failure) } else { say("The settings are in \(path) now.", .done) }
  }
}
