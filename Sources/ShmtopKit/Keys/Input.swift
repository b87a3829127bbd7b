/// What comes from the operator's side of the terminal.
public enum Input: Sendable, Hashable {
  case key(Key)
  /// Text that the terminal says was pasted. Outside a line that is typed into it does nothing, so that
  /// pasted letters never act as keys.
  case paste(String)
  case mouse(MouseEvent)
  /// The screen has another size now.
  case resize(width: Int, height: Int)
}
