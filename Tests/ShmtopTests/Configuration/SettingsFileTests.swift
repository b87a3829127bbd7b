import SharedSimple
import Testing

@testable import ShmtopKit

@Suite struct SettingsFileTests {
  private func changed(_ text: String, _ changes: (String, SettingValue)...) -> String? {
    SettingsFile(text).text(
      with: changes.map { name, value in (SettingTable.settings.first { $0.name == name }!, value) })
  }

  @Test func `every setting of the table is taken, and its standard is what holds without it`() {
    for setting in SettingTable.settings {
      let text = (setting.section.map { "[\($0)]\n" } ?? "") + "\(setting.key) = \(setting.standard)\n"
      let file = SettingsFile(text)
      #expect(file.warnings == [], "\(setting.name)")
      #expect(file.settings.thresholds == Thresholds())
    }
  }

  @Test func `settings are read`() {
    let settings = SettingsFile(
      """
      delay = 2
      view = "lock"
      theme = 'light'
      ascii = true
      read-only = ["prod-*", "exact"]
      [entries]
      sort = "-changes"
      columns = ["value", "key"]
      [processes]
      columns = ["pid", "pid"]
      [thresholds]
      long-hold = 0.5
      """
    ).settings
    #expect(settings.delay == 2)
    #expect(settings.view == .lock && settings.theme == "light" && settings.ascii == true)
    #expect(settings.entriesSort == SortOrder(.changes, isDescending: true))
    #expect(settings.entriesColumns == [.value, .key] && settings.processesColumns == nil)
    #expect(settings.thresholds.longHold == 500_000_000)
    #expect(settings.readOnlyPattern(matching: "prod-orders") == "prod-*")
    #expect(settings.readOnlyPattern(matching: "exact") == "exact")
    #expect(settings.readOnlyPattern(matching: "preprod-orders") == nil)
    #expect(SettingsFile("read-only = 'prod-*'").settings.readOnly == ["prod-*"])
  }

  @Test func `kinds of events that are hidden are kept, and hidden again`() throws {
    var staged = StagedStore.watched(width: 80, height: 24)
    staged.press("4", "f", "<Space>", "<Down>", "<Down>", "<Space>", "<Enter>")
    let hidden = try #require(staged.inspector.shownSettings.first { $0.setting.name == "events.hidden" })
    #expect(hidden.value == .list(["inspectors", "grown"]))
    let file = SettingsFile(SettingsFile("").text(with: [hidden]) ?? "")
    #expect(file.warnings.isEmpty)
    var inspector = Inspector(width: 80, height: 24, delay: 1, now: Moment(wall: 0, monotonic: 0))
    inspector.start(with: file.settings)
    #expect(inspector.events.hidesInspectors && inspector.events.hiddenKinds == [.resized])
    #expect(SettingsFile("[events]\nhidden = [\"nothing\"]").warnings.count == 1)
  }

  @Test func `what is not understood is named, and the rest holds`() {
    let file = SettingsFile("delai = 3\nview = \"lokc\"\ndelay = 99\nascii = true\n[new]\nx = 1979-05-27\n")
    #expect(file.settings.ascii == true && file.settings.delay == nil && file.settings.view == nil)
    #expect(file.warnings.count == 4)
    for words in [
      "no setting “delai”: did you mean delay?", "“view” is not \"lokc\" but one of",
      "“delay” is not 99 but 0.1 to 60",
      "no setting “new.x”",
    ] {
      #expect(file.warnings.contains { $0.contains(words) }, "\(file.warnings)")
    }
  }

  @Test func `numbers are written for people, and those that are too large survived`() {
    #expect(
      SettingsFile("[thresholds]\nlong-hold = -1").warnings == [
        "“thresholds.long-hold” is not -1 but 0.000001 to 86400; 1 holds."
      ])
    #expect(SettingsFile("delay = 0.00025").warnings == ["“delay” is not 0.00025 but 0.1 to 60; 1 holds."])
    for number in ["1e300", "-1e300", "inf", "-inf", "nan"] {
      #expect(SettingsFile("delay = \(number)").warnings.count == 1, "\(number)")
    }
  }

  @Test func `of several mistakes the screen says the first, and how many more there are`() {
    for (text, end) in [
      ("delay = 99", "1 holds."), ("delay = 99\nfoo = 1", "1 holds. 1 more mistake is said when you leave."),
      ("delay = 99\nfoo = 1\nzoo = 1", "1 holds. 2 more mistakes are said when you leave."),
    ] {
      var staged = StagedStore.watched(width: 80, height: 24)
      staged.inspector.report(misunderstood: SettingsFile(text).warnings)
      #expect(staged.inspector.notice?.text.hasSuffix(end) == true, "\(text)")
    }
  }

  @Test(arguments: [
    "read-only = [\"a\"]\ndelay = 1 2\n", "read-only = 5", "read-only = [\"a\", 1]", "read-only = {}",
    "[read-only]\nnames = [\"a\"]\n", "[[read-only]]\n", "read_only = [\"a\"]", "readonly = [\"a\"]",
    "# \u{0}\nread-only = [\"a\"]", "raed-only = [\"a\"]", "read-only-names = [\"a\"]", "ReadOnly = true",
    "[thresholds]\nread-only = [\"a\"]\n", "[readonly]\nnames = [\"a\"]\n",
  ])
  func `what may protect segments and is not understood is known to be so`(text: String) {
    #expect(SettingsFile(text).hidesReadOnly)
    #expect(SettingsFile(text).warnings.count == 1)
  }

  @Test(arguments: [
    "", "read-only = []", "read-only = \"a\"", "delai = 1\nread-only = [\"a\"]", "delay = \"x\"", "theme = 5",
    "write-only = 1", "[new]\nx = 1\n", "[thresholds]\nlow = 1\n",
  ])
  func `nothing else makes it doubtful what is kept read-only`(text: String) {
    #expect(!SettingsFile(text).hidesReadOnly)
  }

  @Test func `what is no TOML says at which line, and says nothing else`() {
    let file = SettingsFile("delay = 3\nview =\n")
    #expect(file.settings == Settings())
    #expect(file.warnings.count == 1 && file.warnings[0].contains("line 2"), "\(file.warnings)")
    #expect(changed("delay = 3\nview =\n", ("delay", .number(1))) == nil)
  }

  @Test func `a change leaves comments, order and what is not known as they are`() {
    let text = """
      # Mine.

      view   = "lock"   # "the # lock"
      delay = 0.5# half
      unknown = { a = "#", b = [1, 2] }

        [ thresholds ]  # mine too
      low-free = 0.2

      [entries]
      # by what
      sort = 'key'

      [new.table]
      x = "y"

      """
    let expected = text.replacing("\"lock\"   #", with: "\"events\"   #").replacing(
      "0.5# half", with: "3# half"
    )
    .replacing("'key'", with: "\"-written\"")
    #expect(
      changed(text, ("view", .text("events")), ("delay", .number(3)), ("entries.sort", .text("-written")))
        == expected)
  }

  @Test func `what is set as it was is not written anew`() {
    let text = "delay = 1.0\nview = 'lock'"
    #expect(changed(text, ("delay", .number(1)), ("view", .text("lock"))) == text + "\n")
  }

  @Test func `new settings go where they belong`() {
    #expect(changed("", ("delay", .number(2))) == "delay = 2\n")
    #expect(
      changed("", ("delay", .number(2)), ("entries.sort", .text("key")))
        == "delay = 2\n\n[entries]\nsort = \"key\"\n")
    #expect(
      changed("# Mine.\n\n[entries]\n\n", ("delay", .number(2))) == "# Mine.\ndelay = 2\n\n[entries]\n\n")
    #expect(
      changed("# Of entries.\n[entries]\n", ("delay", .number(2))) == "delay = 2\n# Of entries.\n[entries]\n")
    #expect(
      changed("read-only = [\n  \"a\",\n]\n\n[new]\nx = 1\n", ("delay", .number(2)))
        == "read-only = [\n  \"a\",\n]\ndelay = 2\n\n[new]\nx = 1\n")
    #expect(
      changed("[entries]\nx = 1\n\n[new]\n", ("entries.sort", .text("key")))
        == "[entries]\nx = 1\nsort = \"key\"\n\n[new]\n")
  }

  @Test(arguments: [
    "entries.sort = \"key\"\n", "entries = { sort = \"key\" }\n", "\"delay\" = 3\n",
    "x = \"\"\"\ndelay = 1\n\"\"\"\n",
  ])
  func `what lines do not tell is not guessed at`(text: String) {
    #expect(changed(text, ("entries.sort", .text("value")), ("delay", .number(2))) == nil)
  }

  @Test func `texts are written so that they are read back`() {
    for text in ["a\"b\\c", "\u{1b}\n\t\u{7f}", "größe"] {
      let written =
        "theme = \(SettingValue.text(text).written)\nread-only = \(SettingValue.list([text, text]).written)\n"
      #expect(SettingsFile(written).settings.readOnly == [text, text])
    }
  }
}
