/// A sentence in lines, broken between words.
func lines(of sentence: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in sentence.split(separator: " ") {
    if let last = lines.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(word) <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
