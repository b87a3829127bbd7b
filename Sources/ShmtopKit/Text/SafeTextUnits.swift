/// Takes bytes apart into the smallest pieces that are shown or escaped as a whole.
struct SafeTextUnits: IteratorProtocol {
  struct Unit {
    let text: String
    let columns: Int
  }

  /// Marks a cell can hold beside its letter: ncurses keeps five scalars a cell.
  private static let combiningLimit = 4

  private let bytes: [UInt8]
  private let repertoire: SafeText.Repertoire
  private var source: IndexingIterator<[UInt8]>
  private var parser = Unicode.UTF8.ForwardParser()
  private var position = 0
  /// Bytes of an ill-formed sequence that are still to be shown, one at a time.
  private var illFormed: Range<Int> = 0..<0
  /// How many more marks the letter before can take; 0 where there is none to carry them.
  private var combiningRoom = 0

  init(_ bytes: [UInt8], repertoire: SafeText.Repertoire) {
    self.bytes = bytes
    self.repertoire = repertoire
    self.source = bytes.makeIterator()
  }

  mutating func next() -> Unit? {
    if let index = illFormed.popFirst() {
      return escape("\\x" + hexadecimal(UInt32(bytes[index]), digits: 2))
    }
    switch parser.parseScalar(from: &source) {
    case .emptyInput: return nil
    case .error(let length):
      illFormed = position..<(position + length)
      position += length
      return next()
    case .valid(let encoded):
      position += encoded.count
      return unit(Unicode.UTF8.decode(encoded))
    }
  }

  private mutating func unit(_ scalar: Unicode.Scalar) -> Unit {
    switch scalar {
    case "\\": return escape("\\\\")
    case "\n": return escape("\\n")
    case "\r": return escape("\\r")
    case "\t": return escape("\\t")
    case "\u{0}"..." ", "\u{7F}":
      return scalar == " " ? shown(scalar) : escape("\\x" + hexadecimal(scalar.value, digits: 2))
    default:
      if scalar.isASCII { return shown(scalar) }
      let isShown = repertoire == .unicode && !scalar.hidesOrJoins
      return isShown && (combiningRoom > 0 || !DisplayWidth.isCombining(scalar))
        ? shown(scalar) : escape("\\u{" + hexadecimal(scalar.value) + "}")
    }
  }

  private mutating func shown(_ scalar: Unicode.Scalar) -> Unit {
    combiningRoom = DisplayWidth.isCombining(scalar) ? combiningRoom - 1 : Self.combiningLimit
    return Unit(text: String(scalar), columns: DisplayWidth.of(scalar))
  }

  private mutating func escape(_ text: String) -> Unit {
    combiningRoom = 0
    return Unit(text: text, columns: text.utf8.count)
  }
}

extension Range<Int> {
  fileprivate mutating func popFirst() -> Int? {
    guard let first else { return nil }
    self = (first + 1)..<upperBound
    return first
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is nothing to be seen for itself, is taken for a space, changes the order or the
  /// look of its neighbours, or is of unknown width.
  var hidesOrJoins: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .unassigned:
      return true
    // Skin tones melt into the character before them in some terminals, and take two columns in others.
    default: return properties.isDefaultIgnorableCodePoint || (0x1F3FB...0x1F3FF).contains(value)
    }
  }
}

func hexadecimal(_ value: UInt32, digits: Int = 1) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
