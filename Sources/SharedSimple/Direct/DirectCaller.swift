/// Who makes direct calls: answers those that `DirectCalls` leaves.
package protocol DirectCaller: SendableMetatype {
  /// A get whatever its arguments, and whatever comes of it.
  @unsafe static func get(
    _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ buffer: UnsafeMutableRawPointer?,
    _ capacity: Int, _ valueLength: UnsafeMutablePointer<Int>?
  ) -> Int32

  /// A put likewise.
  @unsafe static func put(
    _ handle: StoreHandle, _ key: UnsafeRawPointer?, _ keyLength: Int, _ value: UnsafeRawPointer?,
    _ valueLength: Int
  ) -> Int32

  /// The answer that stands for an error.
  static func refuse(_ error: StoreError) -> Int32
}
