import FoundationEssentials

/// What a run found: the JSON that shmbench prints and keeps, and what tables, page and pictures are made of.
///
/// Schema version 1. Times are nanoseconds, rates million operations a second, sizes bytes, unless a unit says
/// otherwise; dates are ISO 8601.
struct Report: Codable {
  /// The version of this schema.
  var schema = 1
  /// One for each measurement that was made.
  var sections: [Section] = []

  /// Takes over a newer run's sections, and keeps those that it has not.
  mutating func replace(with other: Report) {
    for section in other.sections {
      if let index = sections.firstIndex(where: { $0.name == section.name }) {
        sections[index] = section
      } else {
        sections.append(section)
      }
    }
  }

  init(_ sections: [Section] = []) { self.sections = sections }

  init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    self = try decoder.decode(Report.self, from: json)
  }

  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      return try encoder.encode(self)
    }
  }
}

/// One measurement: what was found, what had to be, what was left out.
struct Section: Codable {
  /// The measurement's name on the command line.
  var name: String
  /// What it is about.
  var title: String
  /// How it was measured, in a sentence or two.
  var method: String
  /// When it began.
  var taken = Date()
  /// How long it took.
  var seconds = 0.0
  /// A look, not a measurement to be quoted.
  var isQuick = false
  /// Where it was taken.
  var machine = Machine()
  var tables: [Table] = []
  var charts: [Chart] = []
  /// The targets, and whether they are met.
  var verdicts: [Verdict] = []
  /// What was not measured, and why.
  var omissions: [String] = []

  init(name: String, title: String, method: String) {
    self.name = name
    self.title = title
    self.method = method
  }
}

/// Figures in rows and columns.
struct Table: Codable {
  var title: String
  /// What the rows are.
  var rowTitle: String
  var columns: [Column]
  var rows: [Row] = []

  struct Column: Codable {
    var title: String
    var unit: Unit

    init(_ title: String, _ unit: Unit) {
      self.title = title
      self.unit = unit
    }
  }

  struct Row: Codable {
    var label: String
    /// One for each column; null where there is none.
    var values: [Double?]
  }

  init(_ title: String, rows rowTitle: String, _ columns: [Column]) {
    self.title = title
    self.rowTitle = rowTitle
    self.columns = columns
  }

  mutating func add(_ label: String, _ values: [Double?]) { rows.append(Row(label: label, values: values)) }
}

/// A target and what was measured.
struct Verdict: Codable {
  /// What was measured, in words.
  var what: String
  var value: Double
  /// The value must be at most this, or at least.
  var limit: Double
  var bound: Bound
  var unit: Unit
  var isMet: Bool

  enum Bound: String, Codable {
    case atMost = "≤"
    case atLeast = "≥"
  }

  init(_ what: String, _ value: Double, _ bound: Bound, _ limit: Double, _ unit: Unit = .ratio) {
    self.what = what
    self.value = value
    self.bound = bound
    self.limit = limit
    self.unit = unit
    isMet = bound == .atMost ? value <= limit : value >= limit
  }

  /// The target and the value, in words.
  var sentence: String {
    "\(what): \(unit.text(value)), target \(bound.rawValue) \(unit.text(limit))"
  }
}
