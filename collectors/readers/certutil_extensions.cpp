// Extensions as `certutil -v` prints them. Names of usages and fields are localised; OIDs in
// parentheses, hex values and "DNS Name=" style separators are not.

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <vector>

#include "collectors/readers/certutil_element.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxEntries = 1024;
constexpr std::string_view kCaIssuers = "1.3.6.1.5.5.7.48.2";
constexpr std::string_view kOcsp = "1.3.6.1.5.5.7.48.1";

using Lines = std::span<const TextLine>;
using Entries = std::vector<std::string_view>;

Known<TextList> KeepList(const Entries& entries, RecordSink& sink) {
  std::vector<std::string_view> kept;
  for (const std::string_view entry : entries) {
    kept.push_back(sink.Keep(entry));
    if (kept.back().empty() && !entry.empty()) {
      return Known<TextList>::Unknown(WhyUnknown::kTooLarge);
    }
  }
  return Known<TextList>::Present(sink.records.pool().KeepList(kept));
}

Known<TextList> KeepListOrAbsent(const Entries& entries, RecordSink& sink) {
  return entries.empty() ? Known<TextList>::Absent() : KeepList(entries, sink);
}

// "Digital Signature, Key Encipherment (a0)"; a second octet may follow: "(06 80)".
void ReadKeyUsage(Lines lines, RecordSink& /*sink*/, CertificateFields& fields) {
  fields.key_usage = Known<std::int64_t>::Unknown(WhyUnknown::kMalformed);
  for (const TextLine& line : lines) {
    std::string digits(LastInParentheses(line.text));
    std::ranges::replace(digits, ',', ' ');
    const std::string hex = HexOf(digits);
    if (hex.size() == 2 || hex.size() == 4) {
      const auto octet = [&hex](std::size_t at) {
        return static_cast<std::int64_t>(std::stoul(hex.substr(at, 2), nullptr, 16));
      };
      fields.key_usage =
          Known<std::int64_t>::Present(octet(0) | (hex.size() == 4 ? octet(2) << 8 : 0));
    }
  }
}

void ReadEku(Lines lines, RecordSink& sink, CertificateFields& fields) {
  Entries oids;
  for (const TextLine& line : lines) {
    const std::string_view oid = LastInParentheses(line.text);
    if (LooksLikeOid(oid) && oids.size() < kMaxEntries) {
      oids.push_back(oid);
    } else if (LooksLikeOid(TrimBlanks(line.text))) {
      oids.push_back(TrimBlanks(line.text));
    }
  }
  fields.eku =
      oids.empty() ? Known<TextList>::Unknown(WhyUnknown::kMalformed) : KeepList(oids, sink);
}

// "Subject Type=CA". The other words are localised, CA sometimes too.
void ReadBasicConstraints(Lines lines, RecordSink& /*sink*/, CertificateFields& fields) {
  constexpr std::array<std::string_view, 3> kCa = {"CA", "Zertifizierungsstelle",
                                                   "Autorit\xc3\xa9 de certification"};
  constexpr std::array<std::string_view, 3> kEndEntity = {"End Entity", "Endeinheit",
                                                          "Entit\xc3\xa9 finale"};
  fields.is_ca = Known<bool>::Unknown(WhyUnknown::kAmbiguous);
  for (const TextLine& line : lines) {
    const auto pair = SplitAtEquals(line.text);
    if (!pair) {
      continue;
    }
    if (std::ranges::find(kCa, pair->value) != kCa.end()) {
      fields.is_ca = Known<bool>::Present(true);
    } else if (std::ranges::find(kEndEntity, pair->value) != kEndEntity.end()) {
      fields.is_ca = Known<bool>::Present(false);
    }
    return;
  }
}

void ReadSubjectKeyId(Lines lines, RecordSink& sink, CertificateFields& fields) {
  fields.subject_key_id = Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
  for (const TextLine& line : lines) {
    const std::string hex = HexOf(TrimBlanks(line.text));
    if (hex.size() >= 2) {
      fields.subject_key_id = KeepText(hex, sink);
    }
  }
}

// "KeyID=c2 f3 ..."; issuer and serial may follow.
void ReadAuthorityKeyId(Lines lines, RecordSink& sink, CertificateFields& fields) {
  fields.authority_key_id = Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
  for (const TextLine& line : lines) {
    const auto pair = SplitAtEquals(line.text);
    const std::string hex = pair ? HexOf(pair->value) : std::string{};
    if (hex.size() >= 2) {
      fields.authority_key_id = KeepText(hex, sink);
      return;
    }
  }
}

void ReadSan(Lines lines, RecordSink& sink, CertificateFields& fields) {
  Entries upns;
  Entries dns;
  Entries uris;
  Entries mails;
  std::vector<std::string> folded;
  folded.reserve(std::min(lines.size(), kMaxEntries));  // views into it must stay
  bool other_name = false;
  for (const TextLine& line : lines.first(std::min(lines.size(), kMaxEntries))) {
    const auto pair = SplitAtEquals(line.text);
    if (!pair) {
      other_name = TrimBlanks(line.text).ends_with(':');
      continue;
    }
    if (ContainsNoCase(pair->label, "DNS")) {
      dns.push_back(folded.emplace_back(LowerAscii(pair->value)));
    } else if (ContainsNoCase(pair->label, "URL") || ContainsNoCase(pair->label, "URI")) {
      uris.push_back(pair->value);
    } else if (ContainsNoCase(pair->label, "RFC822")) {
      mails.push_back(pair->value);
    } else if (other_name && pair->value.find('@') != std::string_view::npos) {
      upns.push_back(folded.emplace_back(LowerAscii(pair->value)));
    }
  }
  fields.san_upn = KeepListOrAbsent(upns, sink);
  fields.san_dns = KeepListOrAbsent(dns, sink);
  fields.san_uri = KeepListOrAbsent(uris, sink);
  fields.san_email = KeepListOrAbsent(mails, sink);
}

// The octets of one line of a hex dump; none when it is no such line.
void AppendDumpLine(std::string_view line, std::string& octets) {
  constexpr std::size_t kOctetsALine = 16;
  std::string_view rest = TrimBlanks(line);
  const std::size_t blank = rest.find_first_of(" \t");
  if (blank != 4 || HexOf(rest.substr(0, 4)).empty()) {
    return;
  }
  rest = TrimBlanks(rest.substr(blank));
  for (std::size_t i = 0; i < kOctetsALine && rest.size() >= 2; ++i) {
    const std::string pair = HexOf(rest.substr(0, 2));
    if (pair.size() != 2 || (rest.size() > 2 && rest[2] != ' ')) {
      return;
    }
    octets += static_cast<char>(std::stoul(pair, nullptr, 16));
    rest.remove_prefix(2);
    rest =
        rest.starts_with(" ") && !rest.starts_with("   ") ? TrimBlanks(rest) : std::string_view{};
  }
}

// A hex dump: "0000  30 3d a0 3b ...   0=.;". The SID is text inside.
void ReadSid(Lines lines, RecordSink& sink, CertificateFields& fields) {
  std::string octets;
  for (const TextLine& line : lines.first(std::min(lines.size(), kMaxEntries))) {
    AppendDumpLine(line.text, octets);
  }
  const std::size_t start = octets.find("S-1-");
  const std::size_t end = octets.find_first_not_of("0123456789-", start + 4);
  fields.sid_extension = start == std::string::npos
                             ? Known<std::string_view>::Unknown(WhyUnknown::kMalformed)
                             : KeepText(std::string_view(octets).substr(start, end - start), sink);
}

// "Major Version Number=100" and "Minor Version Number=4" below the template, in the words of any
// language; nothing where both are not there.
Known<std::string_view> TemplateVersion(Lines lines, RecordSink& sink) {
  std::string version;
  for (const TextLine& line : lines.first(std::min<std::size_t>(lines.size(), 2))) {
    const auto pair = SplitAtEquals(line.text);
    const auto number = pair ? ParseWhole<std::uint32_t>(pair->value) : std::nullopt;
    if (!number) {
      return {};
    }
    version.append(version.empty() ? "" : ".").append(std::to_string(*number));
  }
  return lines.size() < 2 ? Known<std::string_view>{} : KeepText(version, sink);
}

// "Template=RDP Logon(1.3.6.1.4.1.311.21.8....)" or "Template=1.3.6...."
void ReadTemplate(Lines lines, RecordSink& sink, CertificateFields& fields) {
  fields.template_oid = Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto pair = SplitAtEquals(lines[i].text);
    if (!pair) {
      continue;
    }
    fields.template_version = TemplateVersion(lines.subspan(i + 1), sink);
    const std::string_view oid = LastInParentheses(pair->value);
    if (LooksLikeOid(pair->value)) {
      fields.template_oid = KeepText(pair->value, sink);
    } else if (LooksLikeOid(oid)) {
      fields.template_oid = KeepText(oid, sink);  // in front of it is the display name
    }
    return;
  }
}

// The heading of the extension comes first, the name is the last line.
void ReadTemplateName(Lines lines, RecordSink& sink, CertificateFields& fields) {
  fields.template_name = lines.empty() ? Known<std::string_view>::Unknown(WhyUnknown::kMalformed)
                                       : KeepText(TrimBlanks(lines.back().text), sink);
}

// "URL=ldap:///CN=...?certificateRevocationList (ldap:///CN=...)": the repeat is not the URI.
std::string_view UrlOf(const TextLine& line) {
  const auto pair = SplitAtEquals(line.text);
  const bool url = pair && (SameNoCase(pair->label, "URL") || SameNoCase(pair->label, "URI"));
  return url ? pair->value.substr(0, pair->value.find(" (")) : std::string_view{};
}

void ReadCdp(Lines lines, RecordSink& sink, CertificateFields& fields) {
  Entries urls;
  for (const TextLine& line : lines.first(std::min(lines.size(), kMaxEntries))) {
    const std::string_view url = UrlOf(line);
    if (!url.empty()) {
      urls.push_back(url);
    }
  }
  fields.cdp = KeepListOrAbsent(urls, sink);
}

void ReadAia(Lines lines, RecordSink& sink, CertificateFields& fields) {
  Entries issuers;
  Entries ocsp;
  std::string_view method;
  for (const TextLine& line : lines.first(std::min(lines.size(), kMaxEntries))) {
    const std::string_view oid = LastInParentheses(line.text);
    const std::string_view url = UrlOf(line);
    if (LooksLikeOid(oid)) {
      method = oid;
    } else if (!url.empty() && method == kCaIssuers) {
      issuers.push_back(url);
    } else if (!url.empty() && method == kOcsp) {
      ocsp.push_back(url);
    }
  }
  fields.aia_issuers = KeepListOrAbsent(issuers, sink);
  fields.ocsp = KeepListOrAbsent(ocsp, sink);
}

struct Extension {
  std::string_view oid{};
  void (*read)(Lines, RecordSink&, CertificateFields&) = nullptr;
};

constexpr std::array kExtensions = {
    Extension{"2.5.29.15", ReadKeyUsage},
    Extension{"2.5.29.37", ReadEku},
    Extension{"2.5.29.19", ReadBasicConstraints},
    Extension{"2.5.29.14", ReadSubjectKeyId},
    Extension{"2.5.29.35", ReadAuthorityKeyId},
    Extension{"2.5.29.17", ReadSan},
    Extension{"1.3.6.1.4.1.311.25.2", ReadSid},
    Extension{"1.3.6.1.4.1.311.21.7", ReadTemplate},
    Extension{"1.3.6.1.4.1.311.20.2", ReadTemplateName},
    Extension{"2.5.29.31", ReadCdp},
    Extension{"1.3.6.1.5.5.7.1.1", ReadAia},
};

// A list of more lines than the limit was not read to its end: what is not in it may follow.
void ForgetLists(std::string_view oid, CertificateFields& fields) {
  const auto forget = [&](std::string_view of, std::initializer_list<Known<TextList>*> lists) {
    for (Known<TextList>* const list : lists) {
      *list = of == oid ? Known<TextList>::Unknown(WhyUnknown::kTooLarge) : *list;
    }
  };
  forget("2.5.29.37", {&fields.eku});
  forget("2.5.29.17", {&fields.san_upn, &fields.san_dns, &fields.san_uri, &fields.san_email});
  forget("2.5.29.31", {&fields.cdp});
  forget("1.3.6.1.5.5.7.1.1", {&fields.aia_issuers, &fields.ocsp});
  ++fields.unread_extensions;
  fields.too_many_entries = true;
}

template <typename T>
void AbsentIfUnread(Known<T>& field) {
  if (field.knowledge == Knowledge::kUnknown && field.why == WhyUnknown::kNotCollected) {
    field = Known<T>::Absent();
  }
}

}  // namespace

void ReadVerboseExtension(std::string_view oid,
                          Lines lines,
                          RecordSink& sink,
                          CertificateFields& fields) {
  const auto* const found = std::ranges::find(kExtensions, oid, &Extension::oid);
  if (found == kExtensions.end()) {
    return;
  }
  found->read(lines, sink, fields);
  if (lines.size() > kMaxEntries) {
    ForgetLists(oid, fields);
  }
}

void MarkMissingExtensionsAbsent(CertificateFields& fields) {
  AbsentIfUnread(fields.is_ca);
  AbsentIfUnread(fields.key_usage);
  AbsentIfUnread(fields.eku);
  AbsentIfUnread(fields.san_upn);
  AbsentIfUnread(fields.san_dns);
  AbsentIfUnread(fields.san_uri);
  AbsentIfUnread(fields.san_email);
  AbsentIfUnread(fields.sid_extension);
  if (!fields.template_oid.present()) {
    AbsentIfUnread(fields.template_version);
  }
  AbsentIfUnread(fields.template_oid);
  AbsentIfUnread(fields.template_name);
  AbsentIfUnread(fields.subject_key_id);
  AbsentIfUnread(fields.authority_key_id);
  AbsentIfUnread(fields.aia_issuers);
  AbsentIfUnread(fields.ocsp);
  AbsentIfUnread(fields.cdp);
}

}  // namespace whfb::readers
