import CNcurses
import ShmtopKit

/// How each meaning looks. Colours are the terminal's own, on its own background; every meaning also has
/// an attribute or a word or a sign, so that nothing is told by colour alone.
struct Theme {
  struct Look {
    var attributes: attr_t
    /// The number of a pair of colours; 0 for the terminal's own.
    var pair: Int16
  }

  private let looks: [Role: Look]

  func look(_ role: Role) -> Look { looks[role] ?? Look(attributes: shim_A_NORMAL, pair: 0) }

  /// Takes the colours that the terminal has.
  ///
  /// - Parameter name: dark, light or mono.
  init(_ name: String, hasColors: Bool) {
    let colors = hasColors && name != "mono"
    let isLight = name == "light"
    if colors {
      start_color()
      use_default_colors()
      for color in Int16(1)...7 { init_pair(color, color, -1) }
    }
    let (red, green, yellow, blue, cyan): (Int16, Int16, Int16, Int16, Int16) = (1, 2, 3, 4, 6)
    // Yellow on white cannot be read.
    let amber = isLight ? red : yellow
    let accent = isLight ? blue : cyan
    func look(_ attributes: attr_t, _ pair: Int16 = 0) -> Look {
      Look(attributes: attributes, pair: colors ? pair : 0)
    }
    let (normal, bold, reverse) = (shim_A_NORMAL, shim_A_BOLD, shim_A_REVERSE)
    looks = [
      .plain: look(normal),
      .faint: look(colors ? shim_A_DIM : normal),
      .strong: look(bold),
      .heading: look(bold, accent),
      .columnTitle: look(reverse, green),
      .chosenTitle: look(reverse | bold | shim_A_UNDERLINE, green),
      .selected: look(reverse | bold),
      .openTab: look(reverse | bold, accent),
      .good: look(normal, green),
      .warning: look(bold, amber),
      .critical: look(bold | reverse, red),
      .changed: look(bold, amber),
      .added: look(bold, green),
      .removed: look(normal, red),
      .gaugeLive: look(normal, green),
      .gaugeRemoved: look(normal, amber),
      .gaugeFree: look(colors ? shim_A_DIM : normal),
      .gaugeMark: look(bold),
      .waitBar: look(normal, amber),
      .holdBar: look(normal, accent),
      .key: look(bold),
      .keyAction: look(reverse, accent),
      .keyDimmed: look(shim_A_DIM),
      .frame: look(normal, accent),
      .input: look(shim_A_UNDERLINE),
    ]
  }
}
