/// One row of the table of settings.
public struct Setting: Sendable {
  /// The table of the file that it stands in; nil at its top.
  public let section: String?
  public let key: String
  /// What it does, in a few words.
  public let help: String
  /// What holds without it, as it would be written.
  public let standard: String
  /// Takes a value; says what it has to be where it is none of these.
  let take: @Sendable (SettingValue, inout Settings) -> Refusal?
  /// What `W` writes; nil where the key leaves it alone.
  let shown: (@Sendable (Inspector) -> SettingValue?)?

  /// What a value has to be: "0.1 to 60".
  struct Refusal: Sendable, ExpressibleByStringInterpolation {
    let wanted: String
    init(stringLiteral wanted: String) { self.wanted = wanted }
  }

  /// How it is called where it is spoken of.
  public var name: String { (section.map { $0 + "." } ?? "") + key }
}

extension Setting {
  static func number(
    _ section: String?, _ key: String, _ range: ClosedRange<Double>, standard: Double, _ help: String,
    shown: (@Sendable (Inspector) -> SettingValue?)? = nil,
    _ set: @escaping @Sendable (Double, inout Settings) -> Void
  ) -> Setting {
    Setting(
      section: section, key: key, help: help, standard: SettingValue.number(standard).written,
      take: { value, settings in
        guard case .number(let number) = value, range.contains(number) else {
          return
            "\(SettingValue.number(range.lowerBound).written) to \(SettingValue.number(range.upperBound).written)"
        }
        set(number, &settings)
        return nil
      }, shown: shown)
  }

  static func flag(
    _ section: String?, _ key: String, standard: Bool, _ help: String,
    _ set: @escaping @Sendable (Bool, inout Settings) -> Void
  ) -> Setting {
    Setting(
      section: section, key: key, help: help, standard: String(standard),
      take: { value, settings in
        guard case .flag(let flag) = value else { return "true or false" }
        set(flag, &settings)
        return nil
      }, shown: nil)
  }

  static func choice(
    _ section: String?, _ key: String, _ choices: [String], standard: String, _ help: String,
    shown: (@Sendable (Inspector) -> SettingValue?)? = nil,
    _ set: @escaping @Sendable (String, inout Settings) -> Void
  ) -> Setting {
    Setting(
      section: section, key: key, help: help, standard: SettingValue.text(standard).written,
      take: { value, settings in
        guard case .text(let text) = value, choices.contains(text) else {
          return "one of \(choices.joined(separator: ", "))"
        }
        set(text, &settings)
        return nil
      }, shown: shown)
  }

  /// By which column a view is sorted, descending with a leading `-`.
  static func sort<Column>(
    _ section: String, standard: SortOrder<Column>,
    shown: @escaping @Sendable (Inspector) -> SortOrder<Column>,
    _ set: @escaping @Sendable (SortOrder<Column>, inout Settings) -> Void
  ) -> Setting where Column: CaseIterable & RawRepresentable<String> {
    Setting(
      section: section, key: "sort", help: "the column it is sorted by; with a leading - for descending",
      standard: SettingValue.text(standard.written).written,
      take: { value, settings in
        guard case .text(let text) = value, let order = SortOrder<Column>(written: text) else {
          return "one of \(Column.allCases.map(\.rawValue).joined(separator: ", "))"
        }
        set(order, &settings)
        return nil
      }, shown: { .text(shown($0).written) })
  }
}

extension Setting {
  /// Which columns of a view are shown, from left to right.
  static func columns<Column>(
    _ section: String, standard: [Column], shown: @escaping @Sendable (Inspector) -> [Column],
    _ set: @escaping @Sendable ([Column], inout Settings) -> Void
  ) -> Setting where Column: CaseIterable & RawRepresentable<String> & Hashable & Sendable {
    let choices = Column.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting(
      section: section, key: "columns", help: "the columns that are shown, from left to right",
      standard: SettingValue.list(standard.map(\.rawValue)).written,
      take: { value, settings in
        guard case .list(let names) = value else { return "a list of texts, of \(choices)" }
        let columns = names.compactMap(Column.init(rawValue:))
        guard columns.count == names.count, Set(columns).count == columns.count else {
          return "some of \(choices), each once"
        }
        set(columns, &settings)
        return nil
      }, shown: { .list(shown($0).map(\.rawValue)) })
  }
}

extension SortOrder where Column: CaseIterable & RawRepresentable<String> {
  /// The name of a column, with a leading `-` for descending; nil for a name there is not.
  init?(written: String) {
    let isDescending = written.hasPrefix("-")
    let name = (isDescending ? String(written.dropFirst()) : written).lowercased()
    guard let column = Column.allCases.first(where: { $0.rawValue.lowercased() == name }) else { return nil }
    self.init(column, isDescending: isDescending)
  }

  var written: String { (isDescending ? "-" : "") + column.rawValue }
}
