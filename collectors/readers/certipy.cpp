// `certipy find -json`, versions 2 to 5: {"Certificate Authorities": {"0": {...}}, "Certificate
// Templates": {"0": {...}}}, with a string in place of the inner object where nothing was found.
//
// What the tool was not shown it prints as if it were not set (certipy/commands/find.py), and with
// -enabled or -vulnerable it leaves out templates: nothing here proves that something is not there.
// It does not ask for pKIDefaultCSPs. msPKI-Private-Key-Flag is printed without the bits that
// have no name there, so it is not taken.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "collectors/readers/directory_builder.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/json_text.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;  // read as a whole
constexpr std::size_t kMaxEntries = 10'000;                   // of the access list of one template
constexpr std::string_view kAuthorities = "Certificate Authorities";
constexpr std::string_view kTemplates = "Certificate Templates";
constexpr std::string_view kVersion = "Schema Version";

constexpr std::array kTemplateFields = {
    FieldMapping{"Display Name", "displayName"},
    FieldMapping{"Certificate Name Flag", "msPKI-Certificate-Name-Flag", FieldForm::kNameFlags},
    FieldMapping{"Enrollment Flag", "msPKI-Enrollment-Flag", FieldForm::kEnrolmentFlags},
    FieldMapping{"Extended Key Usage", "pKIExtendedKeyUsage", FieldForm::kUsages},
    FieldMapping{"Minimum RSA Key Length", "msPKI-Minimal-Key-Size", FieldForm::kNumber},
    FieldMapping{"Validity Period", "pKIExpirationPeriod", FieldForm::kPeriod},
    FieldMapping{"Renewal Period", "pKIOverlapPeriod", FieldForm::kPeriod},
};

constexpr std::array kVersionField = {
    FieldMapping{kVersion, "msPKI-Template-Schema-Version", FieldForm::kNumber}};
constexpr std::array kShownVersionField = {
    FieldMapping{"Template Schema Version", "msPKI-Template-Schema-Version", FieldForm::kNumber}};

constexpr std::array kAuthorityFields = {FieldMapping{"CA Name", "cn"},
                                         FieldMapping{"DNS Name", "dNSHostName"}};

// Principals that have an entry for enrolling, and for every extended right. "Full Control" adds
// up entries of different kinds and says nothing about enrolling.
constexpr std::array<std::string_view, 2> kEnrolRights = {"Enrollment Rights",
                                                          "All Extended Rights"};

struct KnownName {
  std::string_view name{};
  std::string_view sid{};
};

// Certipy names these out of its own table, in every language.
constexpr std::array kKnownNames = {KnownName{"Authenticated Users", "S-1-5-11"},
                                    KnownName{"Everyone", "S-1-1-0"}};

// "CONTOSO.TEST\Authenticated Users", or the SID of who could not be looked up; empty for others.
std::string_view SidOf(std::string_view principal) {
  if (LooksLikeSid(principal)) {
    return principal;
  }
  const std::string_view name = principal.substr(principal.rfind('\\') + 1);
  const auto* const known = std::ranges::find(kKnownNames, name, &KnownName::name);
  return known == kKnownNames.end() ? std::string_view{} : known->sid;
}

// Nothing where there is no such list; a single text stands for a list of one.
std::vector<std::string_view> Texts(const Json& object, std::string_view name) {
  std::vector<std::string_view> texts;
  const Json* const member = JsonMember(object, name);
  if (member == nullptr || !member->is_array()) {
    const std::string_view one = JsonText(object, name);
    return one.empty() ? texts : std::vector{one};
  }
  for (const Json& one : *member) {
    if (one.is_string()) {
      texts.emplace_back(*one.get_ptr<const std::string*>());
    }
  }
  return texts;
}

class CertipyReader {
 public:
  CertipyReader(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(const Json& document) {
    Each(document, kTemplates, [this](const Json& one) { TakeTemplate(one); });
    Each(document, kAuthorities, [this](const Json& one) { TakeAuthority(one); });
    for (const auto& [name, templates] : published_) {
      DirectoryBuilder builder(sink_, Source(name));
      builder.Add("cn", name);
      Emit(name, builder);
    }
    Note(unnamed_, " principals told by their names only");
  }

 private:
  template <typename Take>
  void Each(const Json& document, std::string_view key, const Take& take) {
    const Json* const list = JsonMember(document, key);
    if (list == nullptr || !list->is_object()) {
      sink_.note.append(sink_.note.empty() ? "" : ", ").append("nothing under ").append(key);
      return;
    }
    for (const Json& one : *list) {
      ++sink_.record_count;
      if (one.is_object()) {
        take(one);
      } else {
        AddGap(std::string("an entry under ").append(key).append(" that is no object"));
      }
    }
  }

  // Entries are told by their names.
  [[nodiscard]] Provenance Source(std::string_view name) const {
    return evidence_.At(0, sink_.Keep(name));
  }

  void AddGap(std::string message, WhyUnknown why = WhyUnknown::kMalformed) {
    sink_.AddGap({.why = why, .message = std::move(message)});
  }

  void Note(std::size_t count, std::string_view what) {
    if (count != 0) {
      sink_.note.append(sink_.note.empty() ? "" : ", ").append(std::to_string(count)).append(what);
    }
  }

  void TakeTemplate(const Json& one) {
    const std::string_view name = JsonText(one, "Template Name");
    if (name.empty()) {
      AddGap("a template without a name");
      return;
    }
    DirectoryBuilder builder(sink_, Source(name));
    builder.Take(one, kTemplateFields);
    AddVersion(one, builder);
    AddPackedPolicies(one, builder);
    AddRights(one, builder);
    AddTemplate(TemplateRecord{.cn = sink_.Keep(name),
                               .attributes = builder.Keep(),
                               .why = WhyUnknown::kNotCollected,
                               .source = Source(name)},
                sink_);
    for (const std::string_view authority : Texts(one, kAuthorities)) {
      published_[std::string(authority)].emplace_back(name);
    }
  }

  // 1 is also printed for a version that was not shown.
  static void AddVersion(const Json& one, DirectoryBuilder& builder) {
    const Json* const version = JsonMember(one, kVersion);
    if (JsonMember(one, kShownVersionField[0].field) != nullptr) {
      builder.Take(one, kShownVersionField);
    } else if (version != nullptr && version->is_number_integer() && *version != 1) {
      builder.Take(one, kVersionField);
    }
  }

  // msPKI-RA-Application-Policies: names of usages in schema 2, else one packed text.
  static void AddPackedPolicies(const Json& one, DirectoryBuilder& builder) {
    std::vector<std::string> packed;
    for (const std::string_view text : Texts(one, "Application Policies")) {
      if (text.find('`') != std::string_view::npos) {
        packed.emplace_back(text);
      }
    }
    if (packed.size() == 1) {
      builder.AddList("msPKI-RA-Application-Policies", packed, true);
    }
  }

  void AddRights(const Json& one, DirectoryBuilder& builder) {
    const Json* const permissions = JsonMember(one, "Permissions");
    const Json* const enrolling =
        permissions == nullptr ? nullptr : JsonMember(*permissions, "Enrollment Permissions");
    if (enrolling == nullptr) {
      return;
    }
    SecurityDescriptor descriptor{.dacl = SecurityDescriptor::Dacl::kShown};
    for (const std::string_view right : kEnrolRights) {
      for (const std::string_view principal : Texts(*enrolling, right)) {
        const std::string_view sid = SidOf(principal);
        unnamed_ += sid.empty() ? 1U : 0U;
        if (!sid.empty() && descriptor.entries.size() < kMaxEntries) {
          descriptor.entries.push_back({.mask = access::kControlAccess,
                                        .principal = std::string(sid),
                                        .object_type = std::string(access::kEnrollRight)});
        }
      }
    }
    if (descriptor.entries.size() == kMaxEntries) {
      AddGap("more than 10000 rights of one template", WhyUnknown::kTooLarge);
    }
    if (!descriptor.entries.empty()) {
      builder.AddDescriptor(descriptor);
    }
  }

  void TakeAuthority(const Json& one) {
    const std::string_view name = JsonText(one, "CA Name");
    if (name.empty()) {
      AddGap("a CA without a name");
      return;
    }
    DirectoryBuilder builder(sink_, Source(name));
    builder.Take(one, kAuthorityFields);
    Emit(name, builder);
    published_.erase(std::string(name));
  }

  // The templates that name this CA; others may be left out.
  void Emit(std::string_view name, DirectoryBuilder& builder) {
    if (const auto templates = published_.find(std::string(name)); templates != published_.end()) {
      std::vector<std::string>& names = templates->second;
      if (names.size() > DirectoryBuilder::kMaxValues) {
        AddGap("more templates of one CA than are kept", WhyUnknown::kTooLarge);
        names.resize(DirectoryBuilder::kMaxValues);
      }
      builder.AddList("certificateTemplates", names, false);
    }
    AddDirectoryObject(DirectoryObject{.kind = DirectoryKind::kEnrolmentService,
                                       .attributes = std::move(builder.attributes()),
                                       .source = Source(name)},
                       sink_);
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::size_t unnamed_ = 0;
  std::map<std::string, std::vector<std::string>> published_{};  // by CA
};

Status ReadCertipy(const EvidenceView& evidence, RecordSink& sink) {
  return ReadJsonDocument(evidence, sink, [&](const Json& document) -> Status {
    CertipyReader(evidence, sink).Read(document);
    return Ok{};
  });
}

int RecogniseCertipy(const Head& head) {
  constexpr int kSure = 86;
  if (head.FirstLetter() != '{') {
    return 0;
  }
  const std::string_view text = head.Text();
  const std::size_t quote = text.find('"');
  const std::string_view key =
      quote == std::string_view::npos ? std::string_view{} : text.substr(quote + 1);
  return key.starts_with(kAuthorities) || key.starts_with(kTemplates) ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kCertipyReader;  // declared again by the generated list

const ReaderSpec kCertipyReader = {.kind = "certipy",
                                   .max_bytes = kMaxBytes,
                                   .places = PlaceKind::kRecord,
                                   .recognise = RecogniseCertipy,
                                   .read = ReadCertipy,
                                   .environment = true};

}  // namespace whfb::readers
