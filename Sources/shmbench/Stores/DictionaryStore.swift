/// What a program uses that shares nothing: a Swift dictionary.
final class DictionaryStore: Subject {
  private var entries: [[UInt8]: [UInt8]] = [:]
  private var last: [UInt8] = []

  init(_ place: Place, creates: Bool) throws {
    if !creates { throw Failure("a dictionary cannot be attached to") }
  }

  func put(_ key: UnsafeRawBufferPointer, _ value: Value) { entries[Array(key)] = Array(value.bytes) }

  func get(_ key: UnsafeRawBufferPointer) -> Bool {
    guard let value = entries[Array(key)] else { return false }
    last = value
    return true
  }

  func remove(_ key: UnsafeRawBufferPointer) -> Bool { entries.removeValue(forKey: Array(key)) != nil }

  func close() { entries = [:] }
}
