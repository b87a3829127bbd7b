/// The whole screen.
public struct InspectorView {
  private let inspector: Inspector

  public init(_ inspector: Inspector) { self.inspector = inspector }

  /// Draws the screen as it is to be seen now.
  public func screen(glyphs: GlyphSet) -> Screen {
    let layout = inspector.layout
    var screen = Screen(width: layout.width, height: layout.height, glyphs: glyphs)
    guard layout.fits else {
      screen.write(
        "shmtop needs \(ScreenLayout.smallestWidth)x\(ScreenLayout.smallestHeight) (here: \(layout.width)x\(layout.height))",
        row: 0, column: 0)
      return screen
    }
    if inspector.isHelpOpen {
      HelpView(inspector: inspector).draw(into: &screen)
      KeysView(inspector: inspector).draw(into: &screen)
      return screen
    }
    if inspector.presence == .unpicked {
      PickerView(inspector: inspector).draw(into: &screen)
    } else {
      drawSegment(into: &screen)
    }
    ExplanationView(inspector: inspector).draw(into: &screen)
    KeysView(inspector: inspector).draw(into: &screen)
    if let dialog = inspector.dialog { DialogView(inspector: inspector, dialog: dialog).draw(into: &screen) }
    if inspector.isDialogOutdated {
      let row = layout.explanation.row
      screen.fill(Area(row: row, column: 0, height: 1, width: layout.width))
      screen.writeFirstFitting(
        [
          [
            Piece("The segment was replaced or is gone: this can no longer be applied. ", .critical),
            Piece("Esc", .key), Piece(" closes it"),
          ],
          [Piece("Segment replaced: cannot be applied. ", .critical), Piece("Esc", .key), Piece(" closes")],
        ], row: row, column: 1, limit: layout.width - 2)
    }
    return screen
  }

  private func drawSegment(into screen: inout Screen) {
    HeaderView(inspector: inspector).draw(into: &screen)
    TabsView(inspector: inspector).draw(into: &screen)
    switch inspector.view {
    case .entries:
      if let detail = inspector.detail {
        DetailView(inspector: inspector, detail: detail).draw(into: &screen)
      } else if let groups = inspector.entries.groups {
        GroupsView(inspector: inspector, groups: groups).draw(into: &screen)
      } else {
        EntriesView(inspector: inspector).draw(into: &screen)
      }
    case .processes: ProcessesView(inspector: inspector).draw(into: &screen)
    case .lock: LockView(inspector: inspector).draw(into: &screen)
    case .events: EventsView(inspector: inspector).draw(into: &screen)
    case .table: TableView(inspector: inspector).draw(into: &screen)
    }
  }
}
