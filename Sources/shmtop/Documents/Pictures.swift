import Glibc
import ShmtopKit

/// Pictures of all views, drawn from the last sample of a recording.
struct Pictures {
  private let recording: RecordingFile

  private static let width = 100
  private static let height = 30

  init(recording path: String) throws {
    recording = try RecordingFile(path)
  }

  /// Each by its path in `Assets`.
  func all() -> [(name: String, text: String)] {
    // The same picture wherever it is drawn.
    setenv("TZ", "UTC", 1)
    tzset()
    return ViewKind.allCases.flatMap { view in
      let screen = screen(view)
      return [("dark", PicturePalette.dark), ("light", .light)].map { name, palette in
        ("screens/\(view.rawValue)-\(name).svg", ScreenPicture(screen, palette: palette).text)
      }
    }
  }

  private func screen(_ view: ViewKind) -> Screen {
    // Everything that a replay shows is told by its samples; the clocks of this machine have no part in it.
    var inspector = Inspector(
      width: Self.width, height: Self.height, delay: 1, now: Moment(wall: 0, monotonic: 0))
    var playback = Playback(recording.frames)
    playback.perform(.end, now: 0, on: &inspector)
    _ = inspector.handle(.key(.character(Character(String(view.number)))))
    while inspector.wantsSizes { _ = inspector.sizeOn(100_000) }
    return InspectorView(inspector).screen(glyphs: .unicode)
  }
}
