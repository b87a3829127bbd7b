/// Something there is to say of a segment, in a sentence that ends with what to do about it.
public struct Finding: Sendable, Hashable {
  /// What it is about: the view of that shows it.
  public enum Subject: UInt8, Sendable, Hashable, CaseIterable { case segment, lock, table }

  public var subject: Subject
  public var sentence: String
  /// The app stands still because of it, or what is shown is not what there is.
  public var isGrave: Bool

  public init(_ subject: Subject, _ sentence: String, isGrave: Bool = false) {
    self.subject = subject
    self.sentence = sentence
    self.isGrave = isGrave
  }
}
