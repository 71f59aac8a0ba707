#include "collectors/readers/certutil_chain.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "collectors/readers/certificate_hash.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

using Lines = std::span<const TextLine>;

constexpr std::size_t kMaxEntries = 1024;
constexpr std::string_view kLeaf = "CertContext[0][0]";
constexpr std::string_view kElement = "CertContext[";
constexpr std::string_view kApplication = "Application[";
constexpr std::string_view kOctetString = "0410";  // DER of an octet string of 16 octets
constexpr std::size_t kGuidDigits = 32;

constexpr std::array<std::string_view, 8> kChainStarts = {
    "dwFlags = ",    "ChainFlags = ", "HCCE_",  "CERT_CHAIN_",
    "ChainContext.", "SimpleChain.",  kElement, kApplication};

// The usages of one list, as "Application[0] = 1.3.6.1.5.5.7.3.2 Client Authentication".
struct Usages {
  std::vector<std::string_view> oids{};
  bool broken = false;  // a number is left out, or no OID stands there
  bool ended = false;   // a whole line follows
};

std::string_view FirstWord(std::string_view text) {
  return text.substr(0, text.find(' '));
}

void TakeUsage(std::string_view line, Usages& usages) {
  const std::string_view rest = line.substr(kApplication.size());
  std::size_t index = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), index);
  const auto pair = SplitAtEquals(line);
  const std::string_view oid = pair ? FirstWord(pair->value) : std::string_view{};
  const bool whole = parsed.ec == std::errc{} && index == usages.oids.size() && LooksLikeOid(oid) &&
                     usages.oids.size() < kMaxEntries;
  usages.broken = usages.broken || !whole;
  if (whole) {
    usages.oids.push_back(oid);
  }
}

Usages ReadUsages(Lines lines) {
  Usages usages;
  for (const TextLine& line : lines) {
    const std::string_view text = TrimBlanks(line.text);
    if (text.starts_with(kApplication) && !usages.ended) {
      TakeUsage(text, usages);
    } else {
      usages.ended = usages.ended || !usages.oids.empty();
    }
    usages.broken = usages.broken || line.damaged;
  }
  return usages;
}

bool SameUsages(Usages a, Usages b) {
  std::ranges::sort(a.oids);
  std::ranges::sort(b.oids);
  return std::ranges::equal(a.oids, b.oids);
}

Known<TextList> KeepList(const std::vector<std::string_view>& entries, RecordSink& sink) {
  if (entries.empty()) {
    return {};
  }
  std::vector<std::string_view> kept;
  for (const std::string_view entry : entries) {
    kept.push_back(sink.Keep(entry));
    if (kept.back().empty() && !entry.empty()) {
      return Known<TextList>::Unknown(WhyUnknown::kTooLarge);
    }
  }
  return Known<TextList>::Present(sink.records.pool().KeepList(kept));
}

// No list at all says that the chain does not restrict usages, not that there is no extension.
Known<TextList> Eku(const Usages& asked, const Usages& shown, RecordSink& sink) {
  if (shown.broken || asked.broken) {
    return Known<TextList>::Unknown(WhyUnknown::kMalformed);
  }
  if (shown.oids.empty() || !shown.ended) {
    return Known<TextList>::Unknown(WhyUnknown::kNotCollected);
  }
  if (!asked.oids.empty() && !SameUsages(asked, shown)) {
    return Known<TextList>::Unknown(WhyUnknown::kAmbiguous);
  }
  return KeepList(shown.oids, sink);
}

struct AltNames {
  std::vector<std::string> dns{};
  std::vector<std::string> upns{};
  std::vector<std::string> mails{};
  std::vector<std::string> uris{};
  std::string guid{};
};

// "Other Name:DS Object Guid=04 10 a5 ...", "DNS Name=host", "Other Name:Principal Name=a@b".
void TakeAltName(std::string_view entry, AltNames& names) {
  const std::size_t at = entry.find('=');
  if (at == std::string_view::npos) {
    return;
  }
  const std::string_view label = TrimBlanks(entry.substr(0, at));
  const std::string_view value = TrimBlanks(entry.substr(at + 1));
  const bool other_name = label.find(':') != std::string_view::npos;
  if (const std::string hex = other_name ? HexOf(value) : std::string{};
      hex.starts_with(kOctetString) && hex.size() == kOctetString.size() + kGuidDigits) {
    names.guid = hex.substr(kOctetString.size());
  } else if (other_name && value.find('@') != std::string_view::npos) {
    names.upns.push_back(LowerAscii(value));
  } else if (other_name) {
    return;
  } else if (ContainsNoCase(label, "DNS")) {
    names.dns.push_back(LowerAscii(value));
  } else if (ContainsNoCase(label, "RFC822")) {
    names.mails.emplace_back(value);
  } else if (ContainsNoCase(label, "URL") || ContainsNoCase(label, "URI")) {
    names.uris.emplace_back(value);
  }
}

Known<TextList> KeepNames(const std::vector<std::string>& names, RecordSink& sink) {
  return KeepList({names.begin(), names.end()}, sink);
}

// Labels of kinds are localised: of a kind that is not found nothing is known.
void ReadAltNames(std::string_view value, RecordSink& sink, CertificateFields& fields) {
  constexpr std::string_view kBetween = ", ";
  AltNames names;
  for (std::size_t entries = 0; !value.empty() && entries < kMaxEntries; ++entries) {
    const std::size_t end = value.find(kBetween);
    TakeAltName(value.substr(0, end), names);
    value =
        end == std::string_view::npos ? std::string_view{} : value.substr(end + kBetween.size());
  }
  if (!value.empty()) {
    fields.too_many_entries = true;
    ++fields.unread_extensions;
    return;
  }
  fields.san_dns = KeepNames(names.dns, sink);
  fields.san_upn = KeepNames(names.upns, sink);
  fields.san_email = KeepNames(names.mails, sink);
  fields.san_uri = KeepNames(names.uris, sink);
  if (!names.guid.empty()) {
    fields.ntds_guid = Known<std::string_view>::Present(sink.Keep(names.guid));
  }
}

// The value of "SubjectAltName: DNS Name=...".
std::string_view AltNameValue(std::string_view line) {
  const auto pair = SplitAtColon(line);
  const bool named = pair && (SameNoCase(pair->label, "SubjectAltName") ||
                              SameNoCase(pair->value.substr(0, 3), "DNS"));
  return named && pair->value.find('=') != std::string_view::npos ? pair->value
                                                                  : std::string_view{};
}

// The thumbprint of an element of a chain is the first value of 40 hex digits in it.
bool IsOf(Lines leaf, const CertificateFields& fields) {
  for (const TextLine& line : leaf) {
    const auto pair = SplitAtColon(line.text);
    if (const std::string hex = pair ? HexOf(pair->value) : std::string{};
        hex.size() == kSha1Digits) {
      return hex == fields.sha1.value;
    }
  }
  return false;
}

}  // namespace

bool IsChainLine(std::string_view line) {
  line = TrimBlanks(line);
  return line.find("CERT_CHAIN_CONTEXT") != std::string_view::npos ||
         std::ranges::any_of(kChainStarts,
                             [line](std::string_view start) { return line.starts_with(start); });
}

void ReadChainLeaf(std::span<const TextLine> lines, RecordSink& sink, CertificateFields& fields) {
  const auto starts = [](std::string_view with) {
    return [with](const TextLine& line) { return TrimBlanks(line.text).starts_with(with); };
  };
  const auto begin = std::ranges::find_if(lines, starts(kLeaf));
  if (!fields.sha1.present() || begin == lines.end()) {
    return;
  }
  const auto end = std::find_if(begin + 1, lines.end(), [&](const TextLine& line) {
    return starts(kElement)(line) || (!IsIndented(line.text) && !starts(kApplication)(line));
  });
  const Lines leaf(begin + 1, end);
  if (!IsOf(leaf, fields)) {
    return;
  }
  Usages shown = ReadUsages(leaf);
  shown.ended = shown.ended || end != lines.end();
  fields.eku = Eku(ReadUsages({lines.begin(), begin}), shown, sink);
  for (std::size_t i = 0; i + 1 < leaf.size(); ++i) {
    const std::string_view value = AltNameValue(leaf[i].text);
    if (!value.empty() && !leaf[i].damaged && HasLabel(leaf[i + 1].text)) {
      ReadAltNames(value, sink, fields);
      return;
    }
  }
}

}  // namespace whfb::readers
