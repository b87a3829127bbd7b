/// A view that may need more rows than it has on the screen.
///
/// Drawn into a sheet as high as it needs, of which the part is shown that was scrolled to.
protocol ScrolledView {
  var inspector: Inspector { get }

  /// More rows than the view ever needs.
  static var sheetHeight: Int { get }

  /// Draws all there is.
  ///
  /// - Returns: The rows used.
  func drawAll(into sheet: inout Screen) -> Int
}

extension ScrolledView {
  func draw(into screen: inout Screen) {
    let body = inspector.layout.body
    let (sheet, used) = sheet(screen.glyphs)
    screen.copy(sheet, from: min(inspector.scroll, max(0, used - body.height)), to: body)
    screen.cursor = Screen.Position(row: body.row, column: 0)
  }

  /// How far the view can be scrolled.
  var scrollLimit: Int { max(0, sheet(.unicode).used - inspector.layout.body.height) }

  private func sheet(_ glyphs: GlyphSet) -> (Screen, used: Int) {
    var sheet = Screen(width: inspector.layout.width, height: Self.sheetHeight, glyphs: glyphs)
    let used = drawAll(into: &sheet)
    return (sheet, used)
  }
}
