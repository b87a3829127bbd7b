/// A picture, as data.
struct Chart: Codable {
  var title: String
  var kind: Kind
  var x: AxisTitle
  var y: AxisTitle
  var series: [Series] = []

  enum Kind: String, Codable {
    /// Lines through points, on axes of powers of ten.
    case lines
    /// Groups of bars; x counts the groups. The axis of heights is of powers of ten.
    case bars
  }

  struct AxisTitle: Codable {
    var title: String
    var unit: Unit
    /// What stands at 0, 1, … in the place of numbers.
    var categories: [String]? = nil

    init(_ title: String, _ unit: Unit, categories: [String]? = nil) {
      self.title = title
      self.unit = unit
      self.categories = categories
    }
  }

  struct Series: Codable {
    var name: String
    var points: [Point]
    /// Which colour; null: one after the other.
    var colour: Int? = nil
    /// Dashed, so that two kinds of lines can be told apart.
    var isDashed = false

    init(_ name: String, _ points: [Point], colour: Int? = nil, isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.colour = colour
      self.isDashed = isDashed
    }
  }

  struct Point: Codable {
    var x: Double
    var y: Double

    init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  init(_ title: String, _ kind: Kind, x: AxisTitle, y: AxisTitle) {
    self.title = title
    self.kind = kind
    self.x = x
    self.y = y
  }
}
