internal import COpenSSL

/// The SHA-256 of some bytes in hexadecimal digits.
package func sha256(of bytes: [UInt8]) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
  return hexadecimal(digest)
}

/// Two digits for every byte.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
