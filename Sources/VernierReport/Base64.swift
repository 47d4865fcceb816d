/// Base64 (RFC 4648, section 4) of bytes, with padding and without line breaks.
///
/// Written out because Foundation, which has it, would be loaded at every start of the command.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  let length = (bytes.count + 2) / 3 * 4
  return String(unsafeUninitializedCapacity: length) { text in
    bytes.withUnsafeBufferPointer { bytes in
      var output = 0
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let second = start + 1 < bytes.count ? Int(bytes[start + 1]) : 0
        let third = start + 2 < bytes.count ? Int(bytes[start + 2]) : 0
        let group = Int(bytes[start]) << 16 | second << 8 | third
        text[output] = alphabet[group >> 18]
        text[output + 1] = alphabet[group >> 12 & 63]
        text[output + 2] = start + 1 < bytes.count ? alphabet[group >> 6 & 63] : UInt8(ascii: "=")
        text[output + 3] = start + 2 < bytes.count ? alphabet[group & 63] : UInt8(ascii: "=")
        output += 4
      }
    }
    return length
  }
}
