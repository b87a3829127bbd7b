internal import TOMLKit

/// The text of a settings file, in TOML, and what it says.
///
/// What cannot be understood is named in ``warnings`` and left as it is; the rest holds. A file that is no TOML at
/// all says nothing.
public struct SettingsFile: Sendable {
  public let text: String
  public let settings: Settings
  /// A sentence for each thing that is not understood.
  public let warnings: [String]
  /// Whether it may keep segments read-only that ``settings`` does not tell of: it is no TOML, or what looks like
  /// that setting is not understood. Then nothing is to be written: what protects does not fail open.
  public let hidesReadOnly: Bool

  public init(_ text: String = "") {
    self.text = text
    var settings = Settings()
    var warnings: [String] = []
    var hidesReadOnly = false
    do {
      for (section, key, value) in try Self.values(in: text) {
        let name = (section.map { $0 + "." } ?? "") + key
        guard let setting = SettingTable.setting(section, key) else {
          let isMeant = Self.looksLikeReadOnly(key) || (section.map(Self.looksLikeReadOnly) ?? false)
          hidesReadOnly = hidesReadOnly || isMeant
          let names = isMeant ? [SettingTable.readOnly] : SettingTable.settings.map(\.name)
          let near = isMeant ? names : nearestNames(to: name, among: names, limit: 1)
          warnings.append(
            "There is no setting “\(name)”" + (near.isEmpty ? "." : ": did you mean \(near[0])?"))
          continue
        }
        if let refusal = setting.take(value, &settings) {
          warnings.append(
            "“\(name)” is not \(value.written) but \(refusal.wanted); \(setting.standard) holds.")
          hidesReadOnly = hidesReadOnly || setting.name == SettingTable.readOnly
        }
      }
    } catch {
      warnings = ["It is not used, for it is no TOML: \(error.description)."]
      hidesReadOnly = true
    }
    self.settings = settings
    self.warnings = warnings
    self.hidesReadOnly = hidesReadOnly
  }

  /// The text with settings written into it: in the place of what stood there, and else at the end of their
  /// sections. All other lines stay as they are, comments at the ends of the changed ones too.
  ///
  /// - Returns: nil where the text writes a setting in a way that cannot be changed in place, or is no TOML.
  public func text(with changes: [(setting: Setting, value: SettingValue)]) -> String? {
    guard var expected = try? Self.table(of: text) else { return nil }
    var lines = SettingsLines(text)
    for (setting, value) in changes where expected[setting.name] != value {
      expected[setting.name] = value
      lines.set(setting.key, in: setting.section, to: value.written)
    }
    // Who edits lines takes nothing for granted: all must be read back as it was, and as it was to be.
    return (try? Self.table(of: lines.text)) == expected ? lines.text : nil
  }

  // MARK: -

  /// Whether a key that is no setting may have been meant for the one that protects.
  private static func looksLikeReadOnly(_ key: String) -> Bool {
    let letters = key.lowercased().filter(\.isLetter)
    return letters.contains("readonly") || !nearestNames(to: key, among: [SettingTable.readOnly]).isEmpty
  }

  private static func table(of text: String) throws(SettingsFileError) -> [String: SettingValue] {
    let values = try values(in: text).map { ((($0.section.map { $0 + "." }) ?? "") + $0.key, $0.value) }
    return Dictionary(values, uniquingKeysWith: { first, _ in first })
  }

  private static func values(
    in text: String
  ) throws(SettingsFileError) -> [(section: String?, key: String, value: SettingValue)] {
    // The parser would take it for the end of the text.
    let read = text.utf8.prefix { $0 != 0 }
    guard read.count == text.utf8.count else {
      let line = read.count { $0 == UInt8(ascii: "\n") } + 1
      throw SettingsFileError(description: "line \(line): a NUL stands in it")
    }
    let root: TOMLTable
    do { root = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw SettingsFileError(description: "line \(error.source.begin.line): \(error.description)")
    } catch { throw SettingsFileError(description: "\(error)") }
    return root.keys.flatMap { key -> [(section: String?, key: String, value: SettingValue)] in
      guard let value = root[key] else { return [] }
      // A setting that has become a table is one of a wrong kind, also where the table is empty.
      guard let table = value.table, SettingTable.setting(nil, key) == nil else {
        return [(nil, key, SettingValue(value))]
      }
      return table.keys.compactMap { inner in table[inner].map { (key, inner, SettingValue($0)) } }
    }
  }
}

private struct SettingsFileError: Error {
  let description: String
}

extension SettingValue {
  init(_ value: any TOMLValueConvertible) {
    if let number = value.double ?? value.int.map(Double.init) {
      self = .number(number)
    } else if let flag = value.bool {
      self = .flag(flag)
    } else if let text = value.string {
      self = .text(text)
    } else if let array = value.array {
      let texts = array.compactMap(\.string)
      self = texts.count == array.count ? .list(texts) : .other("a list of other things than texts")
    } else {
      self = .other("\(value.type.rawValue) \(value.debugDescription)")
    }
  }
}
