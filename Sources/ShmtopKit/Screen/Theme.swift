/// How each meaning looks. Colours are the terminal's own, on its own background; every meaning also has
/// an attribute or a word or a sign, so that nothing is told by colour alone.
public struct Theme: Sendable {
  private let looks: [Role: Look]

  public func look(_ role: Role) -> Look { looks[role] ?? Look(attributes: [], color: nil) }

  /// - Parameter name: dark, light or mono.
  public init(_ name: String, hasColors: Bool) {
    let colors = hasColors && name != "mono"
    let isLight = name == "light"
    // Yellow on white cannot be read, and red is for what is grave.
    let amber: Look.Color = isLight ? .magenta : .yellow
    let accent: Look.Color = isLight ? .blue : .cyan
    func look(_ attributes: Look.Attributes, _ color: Look.Color? = nil) -> Look {
      Look(attributes: attributes, color: colors ? color : nil)
    }
    let faint: Look.Attributes = colors ? .dim : []
    looks = [
      .plain: look([]),
      .faint: look(faint),
      .strong: look(.bold),
      .heading: look(.bold, accent),
      .columnTitle: look(.reverse, .green),
      .chosenTitle: look([.reverse, .bold, .underline], .green),
      .selected: look([.reverse, .bold]),
      .openTab: look([.reverse, .bold], accent),
      .good: look([], .green),
      .warning: look(.bold, amber),
      .critical: look([.bold, .reverse], .red),
      .changed: look(.bold, amber),
      .added: look(.bold, .green),
      .removed: look([], .red),
      .gaugeLive: look([], .green),
      .gaugeRemoved: look([], amber),
      .gaugeFree: look(faint),
      .gaugeMark: look(.bold),
      .waitBar: look([], amber),
      .holdBar: look([], accent),
      .key: look(.bold),
      .keyAction: look(.reverse, accent),
      .keyDimmed: look(.dim),
      .frame: look([], accent),
      .input: look(.underline),
    ]
  }
}
