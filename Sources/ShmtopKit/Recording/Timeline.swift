/// Where in a sequence of frames the screen is, for the time bar.
public struct Timeline: Sendable, Hashable {
  public enum Origin: Sendable, Hashable {
    /// The last minutes, in memory.
    case history(byteCount: Int, budget: Int, keepsEntries: Bool)
    /// A recording.
    case file(name: String, end: FileEnd)

    /// What there is to say behind the last sample.
    var lastSampleSentence: String {
      switch self {
      case .history, .file(_, .whole): "This is the last sample there is."
      case .file(_, .cutOff):
        "This is the last sample that is whole: the file ends in the middle of the next one."
      case .file(_, .damaged(let at, let reason)):
        "This is the last sample that can be read: from byte \(Quantity.exact(at)) on, \(reason)."
      }
    }
  }

  /// How far a recording can be read.
  public enum FileEnd: Sendable, Hashable {
    case whole
    /// It ends within a record, so many bytes after the last that can be read: it is being written, or the
    /// writer was killed.
    case cutOff(byteCount: Int)
    /// At this byte it is not what was written there.
    case damaged(at: Int, reason: String)

    /// What there is to say of it; nil where it is whole.
    public var words: String? {
      switch self {
      case .whole: nil
      case .cutOff: "the file ends in mid-sample"
      case .damaged(let at, _): "damaged from byte \(Quantity.exact(at))"
      }
    }
  }

  public internal(set) var origin: Origin
  /// Frames from the first one that is there.
  public internal(set) var position = 0
  public internal(set) var count = 0
  public internal(set) var wall: UInt64 = 0
  public internal(set) var start: UInt64 = 0
  public internal(set) var end: UInt64 = 0
  /// Where something happened, in the order of time. One for each of the cells that a wide bar has, at most.
  public internal(set) var events: [Happening] = []

  /// Frames with events.
  public struct Happening: Sendable, Hashable {
    /// Part of the time from start to end, 0 to 1.
    public let share: Double
    public let frameCount: Int
  }
  public internal(set) var isPlaying = false
  /// Seconds of the recording in a second.
  public internal(set) var speed = 1.0

  public var isReplay: Bool { if case .file = origin { true } else { false } }
  public var isAtEnd: Bool { position + 1 >= count }

  /// Where in the time from start to end a moment lies, 0 to 1.
  static func share(_ wall: UInt64, from start: UInt64, to end: UInt64) -> Double {
    end > start && wall > start ? min(1, Double(wall - start) / Double(end - start)) : 0
  }
}

/// A step through time that the operator asks for.
public enum TimeStep: Sendable, Hashable {
  /// Plays, or stops playing.
  case play
  case frame(Int)
  case event(Int)
  case speed(Int)
  /// Seconds, forward or back.
  case seconds(Double)
  /// A time of day, in seconds since midnight.
  case clock(Int)
  case start, end

  /// What was typed: a time of day, or a sign, a number, and s, m or h.
  init?(typed text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    if (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let second = parts.count == 3 ? parts[2] : 0, 0..<24 ~= hour, 0..<60 ~= minute, 0..<60 ~= second
    {
      self = .clock(hour * 3600 + minute * 60 + second)
      return
    }
    let unit: Double? =
      switch text.last {
      case "h": 3600
      case "m": 60
      case "s": 1
      default: nil
      }
    guard text.hasPrefix("+") || text.hasPrefix("-"),
      let number = Double(unit == nil ? text : String(text.dropLast())), number.isFinite
    else { return nil }
    self = .seconds(number * (unit ?? 1))
  }
}
