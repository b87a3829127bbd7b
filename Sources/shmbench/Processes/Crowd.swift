import SharedSimple

/// Handles that take all of a segment's participant rows, so that the next one finds none and counts nothing. One
/// process at a time may gather one.
struct Crowd {
  private let handles: [SharedStore]

  init(_ place: Place) throws {
    var handles: [SharedStore] = []
    let observer = try SegmentObserver(place.name)
    let unlisted = try observer.sample().unlistedCount
    while try observer.sample().unlistedCount == unlisted {
      handles.append(try SharedStore(place, creates: false))
    }
    self.handles = handles
  }
}
