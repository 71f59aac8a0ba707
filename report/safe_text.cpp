#include "report/safe_text.h"

#include <algorithm>
#include <array>

namespace whfb::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// Unicode general category Cc, and those of Cf, Zl and Zp that change how neighbours look.
constexpr std::array kControls = {
    Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0xAD, 0xAD},      Range{0x61C, 0x61C},
    Range{0x180E, 0x180E}, Range{0x200B, 0x200F}, Range{0x2028, 0x202E},  Range{0x2060, 0x206F},
    Range{0xFEFF, 0xFEFF}, Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE007F}};

// East Asian Width W and F, in the blocks that occur in names.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},  Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},  Range{0xFFE0, 0xFFE6},
    Range{0x1F300, 0x1F64F}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool In(const std::array<Range, N>& ranges, std::uint32_t value) {
  for (const Range& range : ranges) {
    if (value >= range.first && value <= range.last) {
      return true;
    }
  }
  return false;
}

std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return 2;
  }
  if ((lead & 0xF0U) == 0xE0) {
    return 3;
  }
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

bool IsScalar(std::uint32_t value, std::size_t size) {
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  return value >= kSmallest[size] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

void AppendEscape(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) {
    out += kHex[(unit >> (shift - 4)) & 0x0FU];
  }
}

// A reader of the JSON gets the same text; a terminal or an editor gets nothing to obey.
void AppendJsonControl(std::string& out, std::uint32_t code_point) {
  if (code_point >= 0x10000) {
    AppendEscape(out, 0xD800 + ((code_point - 0x10000) >> 10U));
    AppendEscape(out, 0xDC00 + (code_point & 0x3FFU));
  } else {
    AppendEscape(out, code_point);
  }
}

void AppendJsonAscii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '<':
    case '>':
    case '&':
    case '\x7F':
      AppendEscape(out, static_cast<unsigned char>(c));
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20) {
    AppendEscape(out, static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

bool NeedsNoEscape(char c) {
  return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != '\x7F';
}

}  // namespace

CodePoint DecodeUtf8(std::string_view text, std::size_t position) {
  const auto lead = static_cast<unsigned char>(text[position]);
  const std::size_t size = SequenceLength(lead);
  if (size == 1) {
    return {lead, 1, true};
  }
  if (size == 0 || size > text.size() - position) {
    return {0, 1, false};
  }
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[position + i]);
    if ((next & 0xC0U) != 0x80) {
      return {0, 1, false};
    }
    value = (value << 6U) | (next & 0x3FU);
  }
  return IsScalar(value, size) ? CodePoint{value, size, true} : CodePoint{0, 1, false};
}

bool IsControl(std::uint32_t code_point) {
  return In(kControls, code_point);
}

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    if (text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
      out += ' ';
    } else if (!point.valid || IsControl(point.value)) {
      out += kReplacement;
    } else {
      out.append(text.substr(i, point.size));
    }
    i += point.size;
  }
  return out;
}

std::string PrintableLines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += Printable(text.substr(0, end));
    if (end == text.size()) {
      return out;
    }
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    width += point.valid && In(kWide, point.value) ? 2U : 1U;
    i += point.size;
  }
  return width;
}

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    std::size_t plain = i;
    while (plain < text.size() && NeedsNoEscape(text[plain])) {
      ++plain;
    }
    out.append(text.substr(i, plain - i));
    i = plain;
    if (i == text.size()) {
      break;
    }
    const CodePoint point = DecodeUtf8(text, i);
    if (!point.valid) {
      out += kReplacement;
    } else if (point.size == 1) {
      AppendJsonAscii(out, text[i]);
    } else if (IsControl(point.value)) {
      AppendJsonControl(out, point.value);
    } else {
      out.append(text.substr(i, point.size));
    }
    i += point.size;
  }
  out += '"';
}

}  // namespace whfb::report
