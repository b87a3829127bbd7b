/// Something there is to say of a segment, in a sentence that ends with what to do about it.
public struct Finding: Sendable, Hashable {
  public var sentence: String
  /// The app stands still because of it, or what is shown is not what there is.
  public var isGrave: Bool

  public init(_ sentence: String, isGrave: Bool = false) {
    self.sentence = sentence
    self.isGrave = isGrave
  }
}
