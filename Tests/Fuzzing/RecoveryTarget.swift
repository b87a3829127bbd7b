extension Fuzzing {
  /// What recovery does not mend: a watermark that lies (it claims nothing, and lowers nothing), and a key that
  /// a probe does not find or finds twice (the slots are sound; which one is right nobody can say).
  private static let leftByRecovery: [SegmentCheck.Finding.Kind] = [.header, .probe]

  /// Writes to a segment whose holder died: it is recovered, or it says that it can't be.
  static func recover(_ input: UnsafeBufferPointer<UInt8>) {
    let image = FuzzedImage(input, mutex: .ownerDied)
    image.lay(down: object)
    writing(image) {
      attempt {
        let store = try SharedStore(object.name, mode: .existing, options: options)
        defer { store.close() }
        attempt {
          try expectSound(store, "recovery", but: leftByRecovery)
          use(store, image)
          try expectSound(store, "use", but: leftByRecovery)
          try store.removeAll()
          try expectSound(store, "removeAll", but: [.header])
        }
      }
    }
  }

  private static func expectSound(
    _ store: SharedStore, _ what: String, but left: [SegmentCheck.Finding.Kind]
  ) throws {
    let findings = try store.check().filter { !left.contains($0.kind) }
    if !findings.isEmpty { found("after \(what): \(findings)") }
  }

  private static func use(_ store: SharedStore, _ image: FuzzedImage) {
    getAll(store, image, recordsAreRight: image.recordsAreRight)
    attempt { try store.put("new", "value") }
    attempt { try store.put(BaseImage.key(1), "another value") }
    attempt { try store.remove(BaseImage.key(2)) }
    attempt { try store.increment("number") }
    attempt { _ = try store.compareAndSwap(BaseImage.key(1), expected: "another value", new: "a third") }
    attempt { for index in 0..<40 { try store.put("more\(index)", "value") } }
    attempt { for index in 0..<40 { try store.remove("more\(index)") } }
    attempt {
      try store.transaction { transaction in
        for index in 0..<20 { try transaction.put("together\(index)", "value") }
        try transaction.remove(BaseImage.key(3))
        try transaction.increment("number")
        _ = try transaction.count
      }
    }
    attempt { _ = try store.all() }
  }
}
