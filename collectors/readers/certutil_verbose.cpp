#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "collectors/readers/certificate_hash.h"
#include "collectors/readers/certutil_element.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kMaxExtensions = 256;

struct NamedOid {
  std::string_view oid{};
  std::string_view name{};
};

constexpr std::array kSignatureHashes = {
    NamedOid{"1.2.840.113549.1.1.4", "md5"},     NamedOid{"1.2.840.113549.1.1.5", "sha1"},
    NamedOid{"1.3.14.3.2.29", "sha1"},           NamedOid{"1.2.840.113549.1.1.11", "sha256"},
    NamedOid{"1.2.840.113549.1.1.12", "sha384"}, NamedOid{"1.2.840.113549.1.1.13", "sha512"},
    NamedOid{"1.2.840.10045.4.1", "sha1"},       NamedOid{"1.2.840.10045.4.3.2", "sha256"},
    NamedOid{"1.2.840.10045.4.3.3", "sha384"},   NamedOid{"1.2.840.10045.4.3.4", "sha512"},
};
constexpr std::array kKeyAlgorithms = {
    NamedOid{"1.2.840.113549.1.1.1", "RSA"},
    NamedOid{"1.2.840.10045.2.1", "EC"},
};

template <std::size_t N>
std::string_view NameOf(std::string_view oid, const std::array<NamedOid, N>& names) {
  const auto* const found = std::ranges::find(names, oid, &NamedOid::oid);
  return found == names.end() ? oid : found->name;
}

// The OID of "Algorithm ObjectId: 1.2.840.113549.1.1.11 sha256RSA"; empty for other lines.
std::string_view OidValue(std::string_view line) {
  const auto pair = SplitAtColon(line);
  if (!pair) {
    return {};
  }
  const std::string_view first = pair->value.substr(0, pair->value.find(' '));
  return LooksLikeOid(first) ? first : std::string_view{};
}

// The OID of "2.5.29.15: Flags = 1(Critical), Length = 4"; empty for other lines.
std::string_view ExtensionOid(std::string_view line) {
  const auto pair = SplitAtColon(line);
  const bool head = pair && LooksLikeOid(pair->label) && pair->value.find('=') != std::string::npos;
  return head ? pair->label : std::string_view{};
}

std::optional<std::int64_t> LeadingNumber(std::string_view text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

class Dump {
 public:
  Dump(std::span<const TextLine> lines, RecordSink& sink, ElementReading& reading)
      : lines_(lines), sink_(sink), reading_(reading) {}

  void Read() {
    auto& fields = reading_.record.fields;
    ReadSignatureAlgorithm();
    fields.issuer = ReadName();
    ReadDates();
    fields.subject = ReadName();
    if (fields.issuer.present() && fields.subject.present()) {
      fields.self_issued = Known<bool>::Present(fields.issuer.value == fields.subject.value);
    }
    ReadPublicKey();
    ReadExtensions();
    ReadHashes();
    ReadFriendlyName();
  }

 private:
  [[nodiscard]] bool More() const { return at_ < lines_.size(); }

  [[nodiscard]] std::string_view Line() const { return lines_[at_].text; }

  void ReadSignatureAlgorithm() {
    for (; More() && !LooksLikeName(TrimBlanks(Line())); ++at_) {
      const std::string_view oid = OidValue(Line());
      if (!oid.empty()) {
        reading_.record.fields.signature_hash = KeepText(NameOf(oid, kSignatureHashes), sink_);
        ++at_;
        return;
      }
    }
  }

  // RDNs one a line, the name hashes after them; none when the name is empty.
  Known<std::string_view> ReadName() {
    std::string name;
    bool broken = false;  // the rest of an RDN may stand below it
    for (; More(); ++at_) {
      const std::string_view line = TrimBlanks(Line());
      if (LooksLikeName(line)) {
        name += (name.empty() ? "" : ", ") + std::string(line);
      } else if (EndsName(line, !name.empty())) {
        broken = !name.empty() && !HasLabel(line);
        break;
      }
    }
    if (broken) {
      return Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
    }
    return More() ? KeepText(name, sink_)
                  : Known<std::string_view>::Unknown(WhyUnknown::kTruncated);
  }

  bool EndsName(std::string_view line, bool begun) {
    const auto pair = SplitAtColon(line);
    if (!LastInParentheses(pair ? pair->label : std::string_view{}).empty()) {
      RememberNameHash(pair->label);
      return true;
    }
    return begun || (pair && ParseDateText(pair->value));
  }

  void RememberNameHash(std::string_view label) {
    name_hash_label_ = label.substr(0, label.rfind('('));
  }

  void ReadDates() {
    for (; More() && !reading_.dates.not_after; ++at_) {
      const auto pair = SplitAtColon(Line());
      const auto date = pair ? ParseDateText(pair->value) : std::nullopt;
      if (date) {
        (reading_.dates.not_before ? reading_.dates.not_after : reading_.dates.not_before) = date;
      }
    }
  }

  void ReadPublicKey() {
    auto& fields = reading_.record.fields;
    for (; More() && ExtensionOid(Line()).empty(); ++at_) {
      const std::string_view oid = OidValue(Line());
      if (!oid.empty() && !fields.key_algorithm.present()) {
        fields.key_algorithm = KeepText(NameOf(oid, kKeyAlgorithms), sink_);
        continue;
      }
      // "Public Key Length: 2048 bits" and "Certificate Extensions: 3" are not indented.
      const auto pair = SplitAtColon(Line());
      const auto number = pair ? LeadingNumber(pair->value) : std::nullopt;
      if (!number || IsIndented(Line()) || !fields.key_algorithm.present()) {
        continue;
      }
      if (!fields.key_bits.present()) {
        fields.key_bits = Known<std::int64_t>::Present(*number);
      } else {
        announced_ = *number;
      }
    }
  }

  void ReadExtensions() {
    std::int64_t seen = 0;
    while (More() && seen < static_cast<std::int64_t>(kMaxExtensions)) {
      const std::string_view oid = ExtensionOid(Line());
      if (oid.empty()) {
        break;
      }
      const std::size_t start = ++at_;
      while (More() && IsIndented(Line()) && ExtensionOid(Line()).empty()) {
        ++at_;
      }
      if (MayGoOn(seen + 1)) {
        break;
      }
      ReadVerboseExtension(oid, lines_.subspan(start, at_ - start), sink_, reading_.record.fields);
      ++seen;
    }
    // The last extension may be cut: only what follows it shows that it was not.
    if (announced_ == seen && More()) {
      MarkMissingExtensionsAbsent(reading_.record.fields);
    } else if (announced_ > seen && More()) {
      ++reading_.record.fields.unread_extensions;
    }
  }

  // Whether an extension may go on below: another one follows it where there is one, and a label
  // or, after a blank line, a sentence the last one.
  [[nodiscard]] bool MayGoOn(std::int64_t seen) const {
    if (!More() || !ExtensionOid(Line()).empty()) {
      return false;
    }
    const bool adjacent = lines_[at_].number == lines_[at_ - 1].number + 1;
    return announced_ > seen || (adjacent && !HasLabel(Line()));
  }

  // "Cert Hash(sha1)" is the last of three kinds of hash lines. The key id hashes are known by
  // their rfc-sha1 line, the name hashes were met before.
  void ReadHashes() {
    std::string_view key_id_label;
    for (std::size_t i = at_; i < lines_.size(); ++i) {
      const auto pair = SplitAtColon(lines_[i].text);
      const std::string_view kind = pair ? LastInParentheses(pair->label) : std::string_view{};
      if (kind.empty()) {
        continue;
      }
      const std::string_view label = pair->label.substr(0, pair->label.rfind('('));
      if (SameNoCase(kind, "rfc-sha1")) {
        key_id_label = label;
      }
      if (label == key_id_label || label == name_hash_label_) {
        continue;
      }
      TakeThumbprint(kind, HexOf(pair->value));
    }
  }

  void TakeThumbprint(std::string_view kind, std::string_view hex) {
    auto& fields = reading_.record.fields;
    if (SameNoCase(kind, "sha1") && hex.size() == kSha1Digits) {
      if (fields.sha1.present() && fields.sha1.value != hex) {
        reading_.kind = ElementKind::kDamaged;
        reading_.problem = "two certificates under one banner";
      }
      fields.sha1 = KeepText(hex, sink_);
    } else if (SameNoCase(kind, "sha256") && hex.size() == kSha256Digits) {
      fields.sha256 = KeepText(hex, sink_);
    }
  }

  void ReadFriendlyName() {
    for (std::size_t i = at_; i + 1 < lines_.size(); ++i) {
      if (lines_[i].text.find("CERT_FRIENDLY_NAME_PROP_ID(") != std::string_view::npos) {
        reading_.record.friendly_name = KeepText(TrimBlanks(lines_[i + 1].text), sink_);
      }
    }
  }

  std::span<const TextLine> lines_;
  RecordSink& sink_;
  ElementReading& reading_;
  std::size_t at_ = 0;
  std::int64_t announced_ = -1;
  std::string_view name_hash_label_{};
};

}  // namespace

void ReadVerboseFields(std::span<const TextLine> lines, RecordSink& sink, ElementReading& reading) {
  Dump(lines, sink, reading).Read();
}

}  // namespace whfb::readers
