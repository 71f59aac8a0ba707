#include "collectors/readers/certutil_loss.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certutil_dates.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kRun = 12;       // of the 16 that certutil writes
constexpr std::size_t kMostWords = 8;  // for certificates, CRLs and CTLs three are enough

// "Certificate" in the banners of Windows (formats.md section 1, and related languages).
constexpr std::array<std::string_view, 11> kCertificateWords = {
    "Certificate",
    "Zertifikat",
    "Certificat",
    "Certificato",
    "Certificado",
    "Certificaat",
    "Certyfikat",
    "\xe8\xaf\x81\xe4\xb9\xa6",
    "\xe6\x86\x91\xe8\xad\x89",
    "\xe8\xa8\xbc\xe6\x98\x8e\xe6\x9b\xb8",
    "\xd0\xa1\xd0\xb5\xd1\x80\xd1\x82\xd0\xb8\xd1\x84\xd0\xb8\xd0\xba\xd0\xb0\xd1\x82"};

bool IsIndentedByTwo(std::string_view line) {
  return line.starts_with("  ") || line.starts_with('\t');
}

bool IsNumber(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool TellsThumbprint(const LabelledValue& pair) {
  return ContainsNoCase(LastInParentheses(pair.label), "sha1") &&
         HexOf(pair.value).size() == kSha1Digits;
}

bool IsDate(const std::optional<LabelledValue>& pair) {
  return pair && ParseDateText(pair->value);
}

// "Issuer: CN=..." or, in the `-v` form, "CN=..." alone. "URL=..." is a place, not a name.
bool HoldsName(std::string_view line, const std::optional<LabelledValue>& pair) {
  line = TrimBlanks(line);
  return (pair && LooksLikeName(pair->value)) ||
         (LooksLikeName(line) && !line.starts_with("URL=") && line.find("= ") == line.npos &&
          line.find(" =") == line.npos);
}

bool IsKeyLine(std::string_view line) {
  const auto assignment = SplitAtEquals(line);
  return assignment && ContainsNoCase(assignment->value, " Provider");
}

}  // namespace

bool IsBrokenBanner(std::string_view line) {
  line = TrimBlanks(line);
  const std::size_t head = std::min(line.find_first_not_of('='), line.size());
  const std::size_t last = line.find_last_not_of('=');
  if (head == line.size() || ReadBanner(line)) {
    return false;
  }
  const std::size_t tail = line.size() - last - 1;
  if ((head >= kRun) == (tail >= kRun)) {
    return false;
  }
  std::string_view inner = TrimBlanks(line.substr(head, last + 1 - head));
  if (tail >= kRun) {
    return IsNumber(inner.substr(inner.find_last_of(' ') + 1));
  }
  inner.remove_prefix(std::min(inner.find(' '), inner.size()));
  inner = TrimBlanks(inner);
  return IsNumber(inner.substr(0, inner.find(' ')));
}

bool BelongsToAnElement(std::string_view line) {
  const auto pair = SplitAtColon(line);
  const bool one_blank = line.starts_with(' ') && !IsIndentedByTwo(line);
  return (pair && (TellsThumbprint(*pair) || LooksLikeName(pair->value))) ||
         (one_blank && IsDate(pair)) || IsKeyLine(line);
}

bool HoldsAnotherCertificate(std::span<const TextLine> lines) {
  int thumbprints = 0;
  for (const TextLine& line : lines) {
    // The chains that `-verifystore` prints below an element stand further in.
    const auto pair = IsIndentedByTwo(line.text) ? std::nullopt : SplitAtColon(line.text);
    if (!pair) {
      continue;
    }
    thumbprints += TellsThumbprint(*pair) ? 1 : 0;
    if (thumbprints > 1 || LooksLikeName(pair->value) || IsDate(pair)) {
      return true;
    }
  }
  return false;
}

bool IsListOfOthers(const CertutilElement& element) {
  const std::string_view word = element.banner.word;
  if (SameNoCase(word, "CRL") || SameNoCase(word, "CTL")) {
    return true;
  }
  if (std::ranges::find(kCertificateWords, word) != kCertificateWords.end()) {
    return false;
  }
  // A word of an unknown language: lists have an issuer and dates, but no subject after them.
  bool name = false;
  bool date = false;
  for (const TextLine& line : element.lines) {
    const auto pair = SplitAtColon(line.text);
    if (HoldsName(line.text, pair)) {
      name = true;
      if (date) {
        return false;
      }
    }
    date = date || IsDate(pair);
    if (IsKeyLine(line.text)) {
      return false;
    }
  }
  return name || date;
}

const CertutilElement* FirstOutOfOrder(std::span<const CertutilElement> elements) {
  std::vector<Banner> next;  // the number that follows, of each word
  const CertutilElement* by_word = nullptr;
  const CertutilElement* overall = nullptr;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const Banner& banner = elements[i].banner;
    auto expected = std::ranges::find(next, banner.word, &Banner::word);
    if (expected == next.end()) {
      if (next.size() == kMostWords) {
        return &elements[i];
      }
      expected = next.insert(expected, {.word = banner.word});
    }
    by_word = by_word == nullptr && banner.index != expected->index ? &elements[i] : by_word;
    overall = overall == nullptr && banner.index != i ? &elements[i] : overall;
    ++expected->index;
  }
  return overall == nullptr ? nullptr : by_word;
}

}  // namespace whfb::readers
