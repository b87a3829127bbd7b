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

  public init(_ text: String = "") {
    self.text = text
    var settings = Settings()
    var warnings: [String] = []
    do {
      for (section, key, value) in try Self.values(in: text) {
        let name = (section.map { $0 + "." } ?? "") + key
        guard let setting = SettingTable.setting(section, key) else {
          let near = nearestNames(to: name, among: SettingTable.settings.map(\.name), limit: 1)
          warnings.append(
            "There is no setting “\(name)”" + (near.isEmpty ? "." : ": did you mean \(near[0])?"))
          continue
        }
        if let refusal = setting.take(value, &settings) {
          warnings.append(
            "“\(name)” is not \(value.written) but \(refusal.wanted); \(setting.standard) holds.")
        }
      }
    } catch {
      warnings = ["It is not used, for it is no TOML: \(error.description)."]
    }
    self.settings = settings
    self.warnings = warnings
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

  private static func table(of text: String) throws(SettingsFileError) -> [String: SettingValue] {
    let values = try values(in: text).map { ((($0.section.map { $0 + "." }) ?? "") + $0.key, $0.value) }
    return Dictionary(values, uniquingKeysWith: { first, _ in first })
  }

  private static func values(
    in text: String
  ) throws(SettingsFileError) -> [(section: String?, key: String, value: SettingValue)] {
    let root: TOMLTable
    do { root = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw SettingsFileError(description: "line \(error.source.begin.line): \(SafeText(error.description))")
    } catch { throw SettingsFileError(description: "\(error)") }
    return root.keys.flatMap { key -> [(section: String?, key: String, value: SettingValue)] in
      guard let value = root[key] else { return [] }
      guard let table = value.table else { return [(nil, key, SettingValue(value))] }
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
