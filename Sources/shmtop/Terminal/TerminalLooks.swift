import CNcurses
import ShmtopKit

/// The looks of a theme, as ncurses numbers them.
struct TerminalLooks {
  private let theme: Theme

  /// Takes the colours that the terminal has.
  ///
  /// - Parameter name: dark, light or mono.
  init(_ name: String, hasColors: Bool) {
    theme = Theme(name, hasColors: hasColors)
    guard hasColors, name != "mono" else { return }
    start_color()
    use_default_colors()
    for color in Int16(1)...7 { init_pair(color, color, -1) }
  }

  func look(_ role: Role) -> (attributes: attr_t, pair: Int16) {
    let look = theme.look(role)
    var attributes = shim_A_NORMAL
    if look.attributes.contains(.bold) { attributes |= shim_A_BOLD }
    if look.attributes.contains(.dim) { attributes |= shim_A_DIM }
    if look.attributes.contains(.reverse) { attributes |= shim_A_REVERSE }
    if look.attributes.contains(.underline) { attributes |= shim_A_UNDERLINE }
    return (attributes, look.color?.rawValue ?? 0)
  }
}
