/// One element of XML or HTML. Attribute values are escaped here; `content` is markup already. It always gets a closing
/// tag, which both languages read alike.
func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String = "") -> String {
  var result = "<" + name
  for (key, value) in attributes { result += " \(key)=\"\(escaped(value))\"" }
  return result + ">\(content)</\(name)>"
}
