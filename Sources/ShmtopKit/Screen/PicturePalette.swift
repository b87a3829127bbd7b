/// What a terminal makes of the sixteen colours, for pictures of screens.
public struct PicturePalette: Sendable {
  /// The theme that goes with it.
  public let theme: Theme
  let background: String
  let foreground: String
  private let colors: [Look.Color: String]

  /// On a dark ground.
  public static let dark = PicturePalette(
    theme: Theme("dark", hasColors: true), background: "#1e222a", foreground: "#d8dee9",
    colors: [
      .red: "#ef7681", .green: "#98c379", .yellow: "#e5c07b", .blue: "#7ab0ef", .magenta: "#c678dd",
      .cyan: "#5fc3cf",
    ])

  /// On a light ground.
  public static let light = PicturePalette(
    theme: Theme("light", hasColors: true), background: "#ffffff", foreground: "#24292f",
    colors: [
      .red: "#c0222f", .green: "#1a7431", .yellow: "#7d5a00", .blue: "#0a54b8", .magenta: "#8a2a9e",
      .cyan: "#0b6a78",
    ])

  func text(_ color: Look.Color?) -> String { color.flatMap { colors[$0] } ?? foreground }
}
