import COpenSSL
import Glibc
import ResultCache

/// The SHA-256 of a file in hexadecimal digits.
func sha256(ofFile path: String) throws -> String {
  guard let file = fopen(path, "rb") else {
    throw Failure(.noInput, "error: \(path) cannot be opened: \(systemMessage())")
  }
  defer { fclose(file) }
  let context = EVP_MD_CTX_new()
  defer { EVP_MD_CTX_free(context) }
  EVP_DigestInit_ex(context, EVP_sha256(), nil)
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { break }
    EVP_DigestUpdate(context, buffer, count)
  }
  guard ferror(file) == 0 else { throw Failure(.inputOutput, "error: \(path) cannot be read: \(systemMessage())") }
  var digest = [UInt8](repeating: 0, count: 32)
  EVP_DigestFinal_ex(context, &digest, nil)
  return hexadecimal(digest)
}
