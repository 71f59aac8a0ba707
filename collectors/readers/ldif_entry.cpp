#include "collectors/readers/ldif_entry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "collectors/readers/base64_text.h"
#include "collectors/readers/der.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/ldap_name.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/x509.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

bool IsUtf8(std::string_view text) {
  const auto plain = [](char c) { return c > '\0'; };
  if (std::ranges::all_of(text, plain)) {
    return true;
  }
  if (text.find('\0') != std::string_view::npos) {
    return false;
  }
  std::string buffer;
  const DecodedText decoded = DecodeText(BytesOf(text), buffer);
  return decoded.encoding == "utf-8" && decoded.replaced == 0 && decoded.text.size() == text.size();
}

bool DescriptorText(std::string_view octets, bool binary, std::string& text) {
  const auto descriptor = binary ? ParseSecurityDescriptor(BytesOf(octets)) : ParseSddl(octets);
  if (!descriptor || (binary && !descriptor->complete)) {
    return false;
  }
  // SDDL stays as it is: what its aliases mean is not the reader's to say.
  text = binary ? ToSddl(*descriptor) : std::string(octets);
  return true;
}

enum class Range : std::uint8_t { kNone, kPart, kLast, kGap };

// "range=0-1499" is the first part of the values of an attribute, "range=1500-*" the last
// ([MS-ADTS] 3.1.1.3.1.3.3). `known`: how many values are there already.
Range RangeOf(std::string_view options, std::size_t known) {
  constexpr std::string_view kRange = "range=";
  const std::size_t at = options.find(kRange);
  if (at == std::string_view::npos) {
    return Range::kNone;
  }
  const std::string_view text = options.substr(at + kRange.size());
  std::uint64_t first = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), first);
  if (parsed.ec != std::errc{} || first > known) {
    return Range::kGap;
  }
  const std::string_view rest = text.substr(static_cast<std::size_t>(parsed.ptr - text.data()));
  return rest.starts_with("-*") ? Range::kLast : Range::kPart;
}

// Attributes that every object of the directory has: whoever was not shown one that was asked for
// may not see everything. That they are there proves nothing of others: an export without a header
// (ldifde, ldapsearch -LLL) may have been asked for a list, or to leave some out (ldifde -o).
constexpr std::array<std::string_view, 4> kOfEveryObject = {"objectClass", "instanceType", "name",
                                                            "objectCategory"};

// No object has two of these.
constexpr std::array<std::string_view, 6> kOfOneValue = {
    "cn", "name", "objectCategory", "objectSid", "sAMAccountName", "userPrincipalName"};

}  // namespace

void LdifEntry::Begin(const LdifLine& line) {
  open_ = true;
  damaged_ = line.cut;
  lost_line_ = false;
  is_change_ = false;
  is_import_ = false;
  line_ = line.number;
  last_ = nullptr;
  last_is_name_ = true;
  attributes_.clear();
  certificates_.clear();
  const auto octets = Octets(line);
  if (!octets || !IsUtf8(*octets) || !LdapNameText(*octets, dn_)) {
    dn_.clear();
    Damage(line.number, WhyUnknown::kMalformed, "the name of an entry cannot be read");
  }
}

void LdifEntry::Damage(std::uint64_t line, WhyUnknown why, std::string message) {
  damaged_ = true;
  sink_.AddGap({.place = line, .why = why, .message = std::move(message)});
}

void LdifEntry::LoseLine(std::uint64_t line, std::string message) {
  lost_line_ = true;
  last_ = nullptr;
  last_is_name_ = false;
  Damage(line, WhyUnknown::kMalformed, std::move(message));
}

// The octets of a value; nothing for an address, or base64 that is none.
std::optional<std::string> LdifEntry::Octets(const LdifLine& line) {
  if (line.form == LdifLine::Form::kPlain) {
    return std::string(line.value);
  }
  if (line.form == LdifLine::Form::kUrl) {
    return std::nullopt;
  }
  const auto bytes = DecodeBase64(line.value);
  return bytes ? std::optional(
                     std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()))
               : std::nullopt;
}

LdifEntry::Attribute& LdifEntry::At(const SchemaAttribute& schema, std::uint64_t line) {
  const auto known = std::ranges::find(attributes_, &schema, &Attribute::schema);
  return known != attributes_.end()
             ? *known
             : attributes_.emplace_back(Attribute{.schema = &schema, .line = line});
}

bool LdifEntry::CertificateText(std::string_view octets, std::uint64_t line, std::string& text) {
  Result<CertificateFields> fields =
      ParseCertificate(BytesOf(octets), sink_.records.pool(), Hashes::kSha1, evidence_.path);
  if (!fields || !fields->sha1.present() || sink_.records.pool().full()) {
    return false;
  }
  text = fields->sha1.value;
  certificates_.push_back({.fields = *std::move(fields), .line = line});
  return true;
}

bool LdifEntry::ValueText(const LdifLine& line, const SchemaAttribute& schema, std::string& text) {
  const auto octets = Octets(line);
  if (!octets) {
    return false;
  }
  const bool plain = line.form == LdifLine::Form::kPlain;
  switch (schema.syntax) {
    case Syntax::kText:
      text = *octets;
      return IsUtf8(*octets);
    case Syntax::kExactText:
      text = plain ? std::string(line.written) : *octets;
      return IsUtf8(text);
    case Syntax::kName:
      return IsUtf8(*octets) && LdapNameText(*octets, text);
    case Syntax::kOctets:
      der::HexText(BytesOf(*octets), text);
      return true;
    case Syntax::kSid:
      text = *octets;
      return plain ? LooksLikeSid(*octets) : SidText(BytesOf(*octets), text);
    case Syntax::kGuid:
      text = PlainGuid(*octets);
      return plain ? !text.empty() : GuidText(BytesOf(*octets), text);
    case Syntax::kDescriptor:
      return DescriptorText(*octets, !plain, text);
    case Syntax::kCertificate:
      return CertificateText(*octets, line.number, text);
    case Syntax::kPresence:
      text = "present";
      return true;
  }
  return false;
}

void LdifEntry::LoseLastLine() {
  if (last_is_name_) {
    dn_.clear();
    open_ = false;
    ++sink_.record_count;
    Damage(line_, WhyUnknown::kTruncated, "the name of an entry may be cut");
  } else if (last_ != nullptr) {
    Attribute& attribute = At(*last_, line_);
    attribute.values.pop_back();
    attribute.Lose(WhyUnknown::kTruncated);
  }
}

void LdifEntry::Take(const LdifLine& line) {
  last_ = nullptr;
  last_is_name_ = false;
  if (SameNoCase(line.name, "changetype")) {
    is_change_ = is_change_ || !SameNoCase(line.value, "add");
    is_import_ = true;
    return;
  }
  const SchemaAttribute* const schema = FindSchemaAttribute(line.name);
  if (schema == nullptr) {
    return;
  }
  Attribute& attribute = At(*schema, line.number);
  if (const Range range = RangeOf(line.options, attribute.values.size()); range != Range::kNone) {
    attribute.range_open = range == Range::kPart;
    attribute.damaged = attribute.damaged || range == Range::kGap;
    attribute.why = WhyUnknown::kTruncated;
  }
  if (attribute.values.size() >= kMaxValues) {
    attribute.Lose(WhyUnknown::kTooLarge);
  } else if (line.value.empty() || line.form == LdifLine::Form::kUrl) {
    // The directory holds no empty values: the export shows names only, or leaves this value out.
    attribute.Lose(WhyUnknown::kNotCollected);
  } else {
    TakeValue(line, attribute);
  }
}

void LdifEntry::TakeValue(const LdifLine& line, Attribute& attribute) {
  // A mandatory attribute without a value holds one zero octet.
  const bool nothing = attribute.schema->syntax == Syntax::kCertificate &&
                       line.form == LdifLine::Form::kBase64 && line.value == "AA==";
  if (nothing) {
    return;
  }
  std::string text;
  const bool read = !line.cut && ValueText(line, *attribute.schema, text);
  const bool another = read && !attribute.values.empty() && attribute.values[0] != text &&
                       std::ranges::find(kOfOneValue, attribute.schema->name) != kOfOneValue.end();
  if (another) {
    LoseLine(line.number, std::string("a second value of ")
                              .append(attribute.schema->name)
                              .append(": the beginning of another entry is lost"));
    return;
  }
  const std::string_view kept = read ? sink_.Keep(text) : std::string_view{};
  if (!kept.empty()) {
    attribute.values.push_back(kept);
    last_ = attribute.schema;
    return;
  }
  attribute.Lose(line.cut || read ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed);
  Damage(line.number, attribute.why,
         std::string("a value of ").append(attribute.schema->name).append(" cannot be read"));
}

bool LdifEntry::Has(std::string_view name) const {
  return std::ranges::any_of(attributes_, [name](const Attribute& attribute) {
    return attribute.schema->name == name && !attribute.values.empty();
  });
}

ObjectTraits LdifEntry::Traits() const {
  ObjectTraits traits = {.dn = dn_};
  for (const Attribute& attribute : attributes_) {
    if (attribute.schema->name != "objectClass") {
      continue;
    }
    traits.classes = " ";
    for (const std::string_view value : attribute.values) {
      traits.classes.append(value).append(" ");
    }
    traits.classes = attribute.values.empty() ? std::string{} : traits.classes;
  }
  traits.classes = LowerAscii(traits.classes);
  traits.has_account = Has("userAccountControl") || Has("userPrincipalName");
  traits.has_computer = std::ranges::any_of(attributes_, [](const Attribute& attribute) {
    return attribute.schema->name == "sAMAccountName" && !attribute.values.empty() &&
           attribute.values[0].ends_with('$');
  });
  return traits;
}

// What a missing attribute means for this entry. Only the header of its search can say that it was
// asked for, and the answer holds what the reader may see.
Visibility LdifEntry::Settle(Visibility shows, bool ended) const {
  if (is_import_) {
    shows = {};
  }
  shows.complete = true;
  const bool hidden = std::ranges::any_of(kOfEveryObject, [&](std::string_view name) {
    return shows.ProvesAbsent(name) && !Has(name);
  });
  if (hidden) {
    shows = {.why = WhyUnknown::kDenied};
  }
  shows.complete = ended && !lost_line_;
  shows.why = !ended ? WhyUnknown::kTruncated : lost_line_ ? WhyUnknown::kMalformed : shows.why;
  return shows;
}

// Of an entry that is not complete any attribute may have more values.
std::vector<DirectoryAttribute> LdifEntry::Attributes(const Visibility& visibility) const {
  std::vector<DirectoryAttribute> result;
  for (const Attribute& attribute : attributes_) {
    result.push_back(
        {.name = attribute.schema->name,
         .values = sink_.records.pool().KeepList(attribute.values),
         .source = evidence_.At(attribute.line),
         .whole = visibility.complete && !attribute.damaged && !attribute.range_open,
         .why = attribute.damaged || attribute.range_open ? attribute.why : visibility.why});
  }
  return result;
}

void LdifEntry::EmitTemplate(const Visibility& visibility) {
  const std::vector<DirectoryAttribute> attributes = Attributes(visibility);
  std::string_view cn;
  for (const DirectoryAttribute& attribute : attributes) {
    const bool named = attribute.name == "cn" || (attribute.name == "name" && cn.empty());
    cn = named && !attribute.values.empty() ? attribute.values[0] : cn;
  }
  if (cn.empty() && dn_.size() > 3 && SameNoCase(std::string_view(dn_).substr(0, 3), "CN=")) {
    cn = sink_.Keep(std::string_view(dn_).substr(3, dn_.find(", ") - 3));
  }
  const auto stable =
      sink_.records.pool().KeepItems(std::span<const DirectoryAttribute>(attributes));
  const bool kept = stable.size() == attributes.size();
  const bool added = AddTemplate(
      TemplateRecord{
          .cn = cn,
          .attributes = stable,
          .complete = visibility.complete && visibility.shown != Shown::kSome && kept,
          .why = kept ? visibility.why : WhyUnknown::kTooLarge,
          .requested = visibility.shown == Shown::kListed ? visibility.requested : TextList{},
          .source = evidence_.At(line_)},
      sink_);
  damaged_ = damaged_ || !added;
}

void LdifEntry::EmitCertificates(DirectoryKind kind) {
  const std::string_view store = kind == DirectoryKind::kNtAuth   ? "ntauth"
                                 : kind == DirectoryKind::kRootCa ? "root"
                                                                  : "ca";
  for (const Certificate& certificate : certificates_) {
    sink_.records.Add(CertificateRecord{
        .fields = certificate.fields, .store = store, .source = evidence_.At(certificate.line)});
  }
}

void LdifEntry::Emit(const Visibility& shows, bool ended) {
  open_ = false;
  ++sink_.record_count;
  const ObjectTraits traits = Traits();
  const bool certificate_template = IsTemplate(traits);
  const auto kind = KindOf(traits);
  if (is_change_ || (!certificate_template && !kind)) {
    return;
  }
  if (!ended) {
    Damage(line_, WhyUnknown::kTruncated, "the entry may have more attributes");
  }
  // A name alone may be that of a change, and an account without its last class that of a computer.
  const bool account = kind == DirectoryKind::kUser && !certificate_template;
  if ((!ended && attributes_.empty()) || (account && (!ended || lost_line_))) {
    return;
  }
  const Visibility visibility = Settle(shows, ended);
  if (certificate_template) {
    EmitTemplate(visibility);
    return;
  }
  if (*kind >= DirectoryKind::kNtAuth && *kind <= DirectoryKind::kEnrolmentService) {
    EmitCertificates(*kind);
  }
  const bool added = AddDirectoryObject(DirectoryObject{.kind = *kind,
                                                        .dn = sink_.Keep(dn_),
                                                        .attributes = Attributes(visibility),
                                                        .visibility = visibility,
                                                        .source = evidence_.At(line_)},
                                        sink_);
  damaged_ = damaged_ || !added;
}

}  // namespace whfb::readers
