extension Inspector {
  /// The age of a write; a span where the write clock knows no better.
  func writtenAge(_ stamp: UInt64, _ glyphs: GlyphSet) -> String {
    let now = shownWall
    let span = writeClock.span(ofStamp: stamp)
    let latest = Quantity.age(from: span.latest ?? now, to: now)
    guard let earliest = span.earliest else { return glyphs.atLeast + latest }
    let age = now > earliest ? now - earliest : 0
    let width = (span.latest ?? now) > earliest ? (span.latest ?? now) - earliest : 0
    // A span as short as two samples, or a tenth of the age, is not worth two numbers.
    if width <= UInt64(delay * 2e9) || width <= age / 10 { return latest }
    let oldest = Quantity.age(from: earliest, to: now)
    return oldest == latest ? latest : latest + glyphs.to + oldest
  }
}
