#include "collectors/readers/reg_value.h"

#include <algorithm>
#include <span>
#include <vector>

#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint32_t kRegSz = 1;
constexpr std::uint32_t kRegExpandSz = 2;
constexpr std::uint32_t kRegBinary = 3;
constexpr std::uint32_t kRegDword = 4;
constexpr std::uint32_t kRegMultiSz = 7;
constexpr std::uint32_t kRegQword = 11;

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  const bool same = SameNoCase(text.substr(0, prefix.size()), prefix);
  if (same) {
    text.remove_prefix(prefix.size());
  }
  return same;
}

bool ParseHexNumber(std::string_view text, std::size_t max_digits, std::uint64_t& number) {
  if (text.empty() || text.size() > max_digits) {
    return false;
  }
  const auto whole = ParseWhole<std::uint64_t>(text, 16);
  number = whole.value_or(0);
  return whole.has_value();
}

// Where the closing quote of the text that begins at `from` stands, or npos.
std::size_t ClosingQuote(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at;
    }
  }
  return std::string_view::npos;
}

std::string Unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape =
        text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '\\' || text[at + 1] == '"');
    at += escape ? 1 : 0;
    plain.push_back(text[at]);
  }
  return plain;
}

// "01,02,\<newline>  03": digits in pairs, commas, blanks and continuation marks between.
bool ParseHexBytes(std::string_view text, std::vector<std::byte>& bytes) {
  bytes.reserve(text.size() / 3 + 1);
  std::size_t at = 0;
  bool expect_comma = false;
  while (at < text.size()) {
    const char letter = text[at];
    if (letter == ' ' || letter == '\t' || letter == '\\' || letter == '\n') {
      ++at;
    } else if (letter == ',') {
      if (!expect_comma) {
        return false;
      }
      expect_comma = false;
      ++at;
    } else {
      std::uint64_t octet = 0;
      if (expect_comma || !ParseHexNumber(text.substr(at, 2), 2, octet) || at + 2 > text.size()) {
        return false;
      }
      bytes.push_back(static_cast<std::byte>(octet));
      expect_comma = true;
      at += 2;
    }
  }
  return true;
}

std::uint64_t LittleEndian(std::span<const std::byte> bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = bytes.size(); at > 0; --at) {
    number = (number << 8U) | std::to_integer<std::uint64_t>(bytes[at - 1]);
  }
  return number;
}

// Like TextOfUtf16 for 8-bit text. Its octets are kept as they are: KeepRegText decodes them.
std::string TextOfOctets(std::span<const std::byte> bytes) {
  while (!bytes.empty() && bytes.back() == std::byte{0}) {
    bytes = bytes.first(bytes.size() - 1);
  }
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::ranges::replace(text, '\0', '\n');
  return text;
}

void FillText(std::span<const std::byte> bytes,
              RegDialect dialect,
              TextPool& pool,
              RegistryValue& value) {
  if (dialect == RegDialect::kRegedit4) {
    value.text = KeepRegText(TextOfOctets(bytes), pool);
    return;
  }
  value.malformed = bytes.size() % 2 != 0;
  value.text = pool.Intern(TextOfUtf16(bytes.first(bytes.size() & ~std::size_t{1})));
}

void FillNumber(std::span<const std::byte> bytes, std::size_t width, RegistryValue& value) {
  value.malformed = bytes.size() != width;
  value.number = value.malformed ? 0 : LittleEndian(bytes);
}

RegistryType TypeOf(std::uint32_t type) {
  switch (type) {
    case kRegSz:
      return RegistryType::kText;
    case kRegExpandSz:
      return RegistryType::kExpandText;
    case kRegBinary:
      return RegistryType::kBinary;
    case kRegDword:
      return RegistryType::kDword;
    case kRegMultiSz:
      return RegistryType::kMultiText;
    case kRegQword:
      return RegistryType::kQword;
    default:
      return RegistryType::kOther;
  }
}

void FillFromBytes(std::uint32_t type,
                   std::span<const std::byte> bytes,
                   RegDialect dialect,
                   TextPool& pool,
                   RegistryValue& value) {
  value.type = TypeOf(type);
  switch (value.type) {
    case RegistryType::kText:
    case RegistryType::kExpandText:
    case RegistryType::kMultiText:
      return FillText(bytes, dialect, pool, value);
    case RegistryType::kDword:
      return FillNumber(bytes, sizeof(std::uint32_t), value);
    case RegistryType::kQword:
      return FillNumber(bytes, sizeof(std::uint64_t), value);
    default:
      value.bytes = pool.KeepBytes(bytes);
      value.malformed = value.bytes.size() != bytes.size();
  }
}

void ParseHex(std::string_view data, RegDialect dialect, TextPool& pool, RegistryValue& value) {
  std::uint64_t type = kRegBinary;
  if (data.starts_with('(')) {
    const std::size_t close = data.find(')');
    if (close == std::string_view::npos || !ParseHexNumber(data.substr(1, close - 1), 8, type)) {
      value.malformed = true;
      return;
    }
    data.remove_prefix(close + 1);
  }
  std::vector<std::byte> bytes;
  if (!TakePrefix(data, ":") || !ParseHexBytes(data, bytes)) {
    value.type = RegistryType::kBinary;
    value.malformed = true;
    return;
  }
  FillFromBytes(static_cast<std::uint32_t>(type), bytes, dialect, pool, value);
}

void ParseQuoted(std::string_view data, RegDialect dialect, TextPool& pool, RegistryValue& value) {
  const std::size_t close =
      dialect == RegDialect::kDump
          ? (data.size() > 1 && data.ends_with('"') ? data.size() - 1 : std::string_view::npos)
          : ClosingQuote(data, 1);
  value.malformed = close == std::string_view::npos;
  if (value.malformed) {
    return;
  }
  const std::string_view inside = data.substr(1, close - 1);
  value.text =
      KeepRegText(dialect == RegDialect::kDump ? std::string(inside) : Unescaped(inside), pool);
}

}  // namespace

std::string TextOfUtf16(std::span<const std::byte> bytes) {
  while (bytes.size() >= 2 && LittleEndian(bytes.last(2)) == 0) {
    bytes = bytes.first(bytes.size() - 2);
  }
  if (bytes.empty()) {
    return {};
  }
  std::vector<std::byte> with_bom = {std::byte{0xFF}, std::byte{0xFE}};
  with_bom.insert(with_bom.end(), bytes.begin(), bytes.end());
  std::string buffer;
  std::string text(DecodeText(with_bom, buffer).text);
  std::ranges::replace(text, '\0', '\n');
  return text;
}

void FillRegistryData(std::uint32_t type,
                      std::span<const std::byte> bytes,
                      TextPool& pool,
                      RegistryValue& value) {
  FillFromBytes(type, bytes, RegDialect::kStandard, pool, value);
}

std::string_view KeepRegText(std::string_view text, TextPool& pool) {
  const bool ascii = std::ranges::all_of(text, [](unsigned char letter) { return letter < 0x80; });
  if (ascii) {
    return pool.Intern(text);
  }
  std::string buffer;
  return pool.Intern(DecodeText(std::as_bytes(std::span(text)), buffer).text);
}

bool SplitValueLine(std::string_view line,
                    RegDialect dialect,
                    std::string& name,
                    std::string_view& data) {
  while (line.starts_with(' ') || line.starts_with('\t')) {
    line.remove_prefix(1);
  }
  if (line.starts_with("@=")) {
    name.clear();
    data = line.substr(2);
    return true;
  }
  if (!line.starts_with('"')) {
    return false;
  }
  const std::size_t close =
      dialect == RegDialect::kDump ? line.find("\"=", 1) : ClosingQuote(line, 1);
  if (close == std::string_view::npos || close + 1 >= line.size() || line[close + 1] != '=') {
    return false;
  }
  const std::string_view inside = line.substr(1, close - 1);
  name = dialect == RegDialect::kDump ? std::string(inside) : Unescaped(inside);
  data = line.substr(close + 2);
  return true;
}

bool QuotedTextIsClosed(std::string_view data) {
  return !data.starts_with('"') || ClosingQuote(data, 1) != std::string_view::npos;
}

bool ValueShowsItsEnd(std::string_view data) {
  if (TakePrefix(data, "dword:")) {
    return data.size() >= 8;
  }
  if (TakePrefix(data, "qword:")) {
    return data.size() >= 16;
  }
  return data == "-" || (data.ends_with('"') && data.size() > 1);
}

void ParseValueData(std::string_view data,
                    RegDialect dialect,
                    TextPool& pool,
                    RegistryValue& value) {
  if (data == "-") {
    value.deleted = true;
  } else if (data.starts_with('"')) {
    value.type = RegistryType::kText;
    ParseQuoted(data, dialect, pool, value);
  } else if (TakePrefix(data, "dword:")) {
    value.type = RegistryType::kDword;
    value.malformed = !ParseHexNumber(data, 8, value.number);
  } else if (TakePrefix(data, "qword:")) {
    value.type = RegistryType::kQword;
    value.malformed = !ParseHexNumber(data, 16, value.number);
  } else if (TakePrefix(data, "multi_sz:")) {
    value.type = RegistryType::kMultiText;
    ParseQuoted(data, dialect, pool, value);
  } else if (TakePrefix(data, "hex")) {
    ParseHex(data, dialect, pool, value);
  } else {
    value.malformed = true;
  }
}

}  // namespace whfb::readers
