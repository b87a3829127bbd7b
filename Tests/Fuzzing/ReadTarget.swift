extension Fuzzing {
  /// Attaches, reads all and checks, with and without write permission.
  static func read(_ input: UnsafeBufferPointer<UInt8>) {
    let image = FuzzedImage(input)
    image.lay(down: object)
    reading("a check") { attempt { _ = try SegmentCheck.run(object.name) } }
    reading("a read-only handle") {
      attempt {
        let store = try SharedStore(object.name, mode: .readOnly, options: options)
        readAll(store, image)
      }
    }
    writing(image) {
      attempt {
        let store = try SharedStore(object.name, mode: .existing, options: options)
        readAll(store, image)
        attempt { _ = try store.all() }
        attempt { _ = try store.check() }
        attempt { _ = try store.withLock { section throws(StoreError) in try section.bytes("number") } }
        attempt { try store.reap() }
        store.close()
      }
    }
  }

  private static func readAll(_ store: SharedStore, _ image: FuzzedImage) {
    getAll(store, image, recordsAreRight: image.recordsAreRight)
    attempt { _ = try store.count }
    attempt { try store.forEach { _, _ in true } }
  }
}
