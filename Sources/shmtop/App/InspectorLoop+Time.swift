import ShmtopKit

/// Shows other moments than now: those of a recording, or of the history while the screen is paused.
extension InspectorLoop {
  func begin(_ replay: RecordingFile) {
    var playback = Playback(replay.frames)
    playback.showBeginning(on: &inspector)
    self.playback = playback
    inspector.sayReplay()
  }

  func pause() {
    live = inspector.background
    var playback = Playback(tape.history)
    playback.standAtEnd(on: &inspector)
    self.playback = playback
  }

  func resume() {
    guard let live else { return }
    self.live = nil
    playback = nil
    inspector.resume(from: live)
  }
}
