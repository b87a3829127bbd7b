import Glibc
import SharedSimple

extension Agent {
  /// Runs random operations on few keys, together with the other processes of a round, and records each.
  ///
  /// `kill=N`, `stop=N`: a signal comes during the operation of that number or soon after; `reader=h`: a handle for the
  /// lock-free reads; `fillers=1`: other keys come and go between the operations, so that tables grow and are made
  /// anew; `fault=`: one that is to be found.
  func record(_ request: Request) throws -> Reply {
    guard let file = RecordingFile(path: request.option("file") ?? "") else {
      throw Request.Misspelt(complaint: "record: no file")
    }
    guard let style = RecordedMix.Style(rawValue: request.option("style") ?? "keyed") else {
      throw Request.Misspelt(complaint: "record: no such style")
    }
    let store = try store(request)
    let (lane, round) = (request.number("lane", or: 0), UInt64(request.number("round", or: 1)))
    let recording = Recording(
      store: store, reader: stores[request.option("reader") ?? ""] ?? store, file: file, lane: lane,
      fault: request.option("fault").flatMap { PlantedFault(rawValue: $0) })
    var mix = RecordedMix(
      style: style, keyCount: request.number("keys", or: 4), lane: lane, round: round, seed: request.seed())

    let (kill, stop) = (request.number("kill"), request.number("stop"))
    let usesFillers = request.number("fillers") == 1
    var timers: [timer_t?] = []
    file.arrive(for: round)
    timers.append(Interruption.often(every: 20_000 + mix.below(300_000)))
    for number in 0..<request.number("operations", or: 20) {
      // An operation takes some microseconds: the signal falls into this one, the next, or between.
      if number == kill { timers.append(Interruption.once(SIGKILL, after: mix.below(12_000))) }
      if number == stop { timers.append(Interruption.once(SIGSTOP, after: mix.below(12_000))) }
      if usesFillers, mix.happens(oneIn: 2) { try fill(store, &mix) }
      try recording.perform(mix.next(), number: number, &mix)
    }
    timers.forEach(Interruption.end)
    file.complete(round, lane: lane)
    return .done()
  }

  private func fill(_ store: SharedStore, _ mix: inout RecordedMix) throws {
    let key = "filler\(mix.below(16))"
    if mix.happens(oneIn: 2) {
      try store.put(key, "\(mix.below(1_000_000_000))")
    } else {
      try store.remove(key)
    }
  }
}
