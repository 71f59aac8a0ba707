// BloodHound collections, versions 5 and 6: {"data":[object, ...],"meta":{"type":...,"count":...}}
// (formats.md section 3). Every property is optional: collectors differ, and what is not here is
// unknown, never absent. Objects are read one by one, so that a large domain fits in memory.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/readers/directory_builder.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/json_nesting.h"
#include "collectors/readers/ldap_name.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{512} << 20;

constexpr std::array kTemplateFields = {
    FieldMapping{"displayname", "displayName"},
    FieldMapping{"schemaversion", "msPKI-Template-Schema-Version"},
    FieldMapping{"oid", "msPKI-Cert-Template-OID"},
    FieldMapping{"enrollmentflag", "msPKI-Enrollment-Flag", FieldForm::kEnrolmentFlags},
    FieldMapping{"certificatenameflag", "msPKI-Certificate-Name-Flag", FieldForm::kNameFlags},
    FieldMapping{"ekus", "pKIExtendedKeyUsage", FieldForm::kUsages},
    FieldMapping{"certificateapplicationpolicy", "msPKI-Certificate-Application-Policy",
                 FieldForm::kUsages},
    FieldMapping{"authorizedsignatures", "msPKI-RA-Signature"},
    FieldMapping{"validityperiod", "pKIExpirationPeriod", FieldForm::kPeriod},
    FieldMapping{"renewalperiod", "pKIOverlapPeriod", FieldForm::kPeriod},
    FieldMapping{"whencreated", "whenCreated", FieldForm::kUnixTime},
};

constexpr std::array kAccountFields = {
    FieldMapping{"samaccountname", "sAMAccountName"},
    FieldMapping{"userprincipalname", "userPrincipalName"},
    FieldMapping{"enabled", "enabled"},
    FieldMapping{"useraccountcontrol", "userAccountControl"},
    FieldMapping{"altsecurityidentities", "altSecurityIdentities"},
    FieldMapping{"whencreated", "whenCreated", FieldForm::kUnixTime},
    FieldMapping{"operatingsystem", "operatingSystem"},
    FieldMapping{"operatingsystemversion", "operatingSystemVersion"},
    FieldMapping{"isdc", "isDomainController"},
    FieldMapping{"isreadonlydc", "isReadOnlyDomainController"},
};

constexpr std::array kAuthorityFields = {
    FieldMapping{"caname", "cn"},
    FieldMapping{"dnshostname", "dNSHostName"},
    FieldMapping{"certthumbprint", "cACertificate", FieldForm::kHash},
    FieldMapping{"certthumbprints", "cACertificate", FieldForm::kHash},
};

constexpr std::array kSidField = {FieldMapping{"ObjectIdentifier", "objectSid", FieldForm::kSid}};
constexpr std::array kGuidField = {
    FieldMapping{"ObjectIdentifier", "objectGUID", FieldForm::kGuid}};

struct TypeName {
  std::string_view type{};
  DirectoryKind kind = DirectoryKind::kUser;
};

constexpr std::string_view kTemplates = "certtemplates";
constexpr std::array kTypes = {
    TypeName{"users", DirectoryKind::kUser},
    TypeName{"computers", DirectoryKind::kComputer},
    TypeName{"domains", DirectoryKind::kDomain},
    TypeName{"ntauthstores", DirectoryKind::kNtAuth},
    TypeName{"rootcas", DirectoryKind::kRootCa},
    TypeName{"aiacas", DirectoryKind::kIntermediateCa},
    TypeName{"enterprisecas", DirectoryKind::kEnrolmentService},
};

struct RightName {
  std::string_view printed{};
  std::string_view right{};
};

constexpr std::array kRights = {
    RightName{"Enroll", "enroll"},
    RightName{"AutoEnroll", "autoenroll"},
    RightName{"AllExtendedRights", "all-extended-rights"},
    RightName{"GenericAll", "full-control"},
    RightName{"GenericWrite", "write"},
    RightName{"WriteDacl", "write-dacl"},
    RightName{"WriteOwner", "write-owner"},
    RightName{"Owns", "owner"},
    RightName{"WritePKIEnrollmentFlag", "write-property"},
    RightName{"WritePKINameFlag", "write-property"},
};

bool HasLowerCase(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// "USER@ESC1.LOCAL"
std::string_view BeforeAt(std::string_view name) {
  return name.substr(0, name.rfind('@'));
}

class BloodHoundObjects {
 public:
  BloodHoundObjects(std::string_view type, const EvidenceView& evidence, RecordSink& sink)
      : type_(type), evidence_(evidence), sink_(sink) {}

  void Take(const Json& object) {
    ++sink_.record_count;
    const Json* const properties = JsonMember(object, "Properties");
    const Json* const deleted = JsonMember(object, "IsDeleted");
    if (properties == nullptr || (deleted != nullptr && *deleted == true)) {
      return;
    }
    if (type_ == kTemplates) {
      TakeTemplate(object, *properties);
      return;
    }
    const auto* const known = std::ranges::find(kTypes, type_, &TypeName::type);
    if (known != kTypes.end()) {
      TakeObject(known->kind, object, *properties);
    }
  }

 private:
  [[nodiscard]] Provenance Source(const Json& object) const {
    return evidence_.At(sink_.record_count, sink_.Keep(JsonText(object, "ObjectIdentifier")));
  }

  void TakeTemplate(const Json& object, const Json& properties) {
    const std::string_view name = BeforeAt(JsonText(properties, "name"));
    if (name.empty()) {
      sink_.AddGap({.place = sink_.record_count, .message = "a template without a name"});
      return;
    }
    DirectoryBuilder builder(sink_, Source(object));
    builder.Take(properties, kTemplateFields);
    builder.Take(object, kGuidField);
    const std::string_view cn = sink_.Keep(name);
    AddTemplate(TemplateRecord{.cn = cn,
                               .attributes = builder.Keep(),
                               .why = WhyUnknown::kNotCollected,
                               .exact_name = HasLowerCase(name),
                               .source = Source(object)},
                sink_);
    const Json* const entries = JsonMember(object, "Aces");
    for (std::size_t i = 0; entries != nullptr && entries->is_array() && i < entries->size(); ++i) {
      TakeRight((*entries)[i], cn, Source(object));
    }
  }

  // Only entries that allow something are exported.
  void TakeRight(const Json& entry, std::string_view cn, const Provenance& source) {
    const auto* const right =
        std::ranges::find(kRights, JsonText(entry, "RightName"), &RightName::printed);
    std::string_view principal = JsonText(entry, "PrincipalSID");
    const std::size_t sid = principal.find("S-1-");
    if (right == kRights.end() || sid == std::string_view::npos) {
      return;
    }
    principal.remove_prefix(sid);
    const Json* const inherited = JsonMember(entry, "IsInherited");
    if (LooksLikeSid(principal)) {
      AddTemplateRight(TemplateRight{.cn = cn,
                                     .principal_sid = sink_.Keep(principal),
                                     .right = right->right,
                                     .inherited = inherited != nullptr && *inherited == true,
                                     .source = source},
                       sink_);
    }
  }

  void TakeObject(DirectoryKind kind, const Json& object, const Json& properties) {
    DirectoryBuilder builder(sink_, Source(object));
    const bool account = kind == DirectoryKind::kUser || kind == DirectoryKind::kComputer;
    if (account || kind == DirectoryKind::kDomain) {
      builder.Take(object, kSidField);
      builder.Take(properties, kAccountFields);
    } else {
      builder.Take(object, kGuidField);
      builder.Take(properties, kAuthorityFields);
    }
    AddNames(kind, properties, builder);
    AddGroup(object, builder);
    AddTemplates(object, builder);
    std::string dn;
    const bool named = LdapNameText(JsonText(properties, "distinguishedname"), dn);
    AddDirectoryObject(DirectoryObject{.kind = kind,
                                       .dn = named ? sink_.Keep(dn) : std::string_view{},
                                       .attributes = std::move(builder.attributes()),
                                       .source = Source(object)},
                       sink_);
  }

  void AddNames(DirectoryKind kind, const Json& properties, DirectoryBuilder& builder) const {
    const std::string_view name = JsonText(properties, "name");
    if (name.empty()) {
      return;
    }
    if (kind == DirectoryKind::kDomain) {
      builder.Add("dnsRoot", name);
    } else if (kind == DirectoryKind::kComputer && name.find('.') != std::string_view::npos) {
      builder.Add("dNSHostName", name);
    } else if (kind != DirectoryKind::kUser && JsonText(properties, "caname").empty()) {
      builder.Add("cn", BeforeAt(name));
    }
  }

  // "S-1-5-21-...-516": the group of the domain controllers.
  static void AddGroup(const Json& object, DirectoryBuilder& builder) {
    const std::string_view group = JsonText(object, "PrimaryGroupSID");
    if (LooksLikeSid(group)) {
      builder.Add("primaryGroupID", group.substr(group.rfind('-') + 1));
    }
  }

  static void AddTemplates(const Json& object, DirectoryBuilder& builder) {
    const Json* const templates = JsonMember(object, "EnabledCertTemplates");
    if (templates == nullptr || !templates->is_array()) {
      return;
    }
    std::vector<std::string> guids;
    bool whole = true;
    for (const Json& one : *templates) {
      std::string guid = PlainGuid(JsonText(one, "ObjectIdentifier"));
      whole = whole && !guid.empty() && guids.size() < DirectoryBuilder::kMaxValues;
      if (whole) {
        guids.push_back(std::move(guid));
      }
    }
    builder.AddList("certificateTemplateGuids", guids, whole);
  }

  std::string_view type_;
  const EvidenceView& evidence_;
  RecordSink& sink_;
};

// Walks a document and gives the objects of "data" to `take`, one at a time; returns "meta". What
// is in front of damage has been taken when this throws.
template <typename Take>
Json Walk(std::string_view text, const Take& take) {
  std::string key;
  const auto callback = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1) {
      key = parsed.get<std::string>();
      return true;
    }
    const bool element = depth == 2 && key == "data";
    if (event == Json::parse_event_t::object_end && element) {
      take(parsed);
    }
    // Nothing of the list is kept once it was taken.
    return !(element &&
             (event == Json::parse_event_t::object_end || event == Json::parse_event_t::array_end ||
              event == Json::parse_event_t::value));
  };
  const Json document = Json::parse(text, callback);
  const Json* const meta = JsonMember(document, "meta");
  return meta == nullptr ? Json::object() : *meta;
}

// The type is in "meta", which stands behind the objects; a file that was cut has it in its name.
std::string TypeOf(std::string_view text, std::string_view path) {
  try {
    const Json meta = Walk(text, [](const Json&) {});
    if (const std::string_view type = JsonText(meta, "type"); !type.empty()) {
      return std::string(type);
    }
  } catch (const nlohmann::json::exception&) {
    // The second walk reports where.
  }
  std::string lower(path.substr(path.find_last_of("/!") + 1));
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (lower.find(kTemplates) != std::string::npos) {
    return std::string(kTemplates);
  }
  const auto* const known = std::ranges::find_if(kTypes, [&lower](const TypeName& type) {
    return lower.find(type.type) != std::string::npos;
  });
  return known == kTypes.end() ? std::string{} : std::string(known->type);
}

bool IsRead(std::string_view type) {
  return type == kTemplates || std::ranges::find(kTypes, type, &TypeName::type) != kTypes.end();
}

Status ReadBloodHound(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  if (JsonNesting(text) > kMaxJsonDepth) {
    return Error{ErrorCode::kTooLarge, std::string(evidence.path), "JSON nested more than 64 deep"};
  }
  const std::string type = TypeOf(text, evidence.path);
  sink.note = type.empty() ? "no type" : type;
  BloodHoundObjects objects(type, evidence, sink);
  try {
    const Json meta = Walk(text, [&objects](const Json& object) { objects.Take(object); });
    const Json* const count = JsonMember(meta, "count");
    if (IsRead(type) && count != nullptr && count->is_number_unsigned() &&
        count->get<std::uint64_t>() != sink.record_count) {
      sink.AddGap({.why = WhyUnknown::kTruncated, .message = "not as many objects as meta counts"});
    }
  } catch (const nlohmann::json::parse_error& error) {
    sink.AddGap({error.byte, WhyUnknown::kMalformed, "not JSON from here on"});
    if (sink.record_count == 0) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path),
                   std::string("not JSON at offset ").append(std::to_string(error.byte))};
    }
  } catch (const nlohmann::json::exception& error) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), error.what()};
  }
  return Ok{};
}

int RecogniseBloodHound(std::span<const std::byte> head, std::string_view /*name*/) {
  constexpr int kSure = 82;
  constexpr std::array<std::string_view, 6> kMarks = {
      "\"ObjectIdentifier\"", "\"Properties\"", "\"PrincipalSID\"",
      "\"domainsid\"",        "\"methods\"",    "\"collectorversion\""};
  std::string buffer;
  const std::string_view text = DecodeText(head, buffer).text;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') {
    return 0;
  }
  const std::string_view key = text.substr(first + 1);
  const std::size_t quote = key.find_first_not_of(" \t\r\n");
  const std::string_view at = quote == std::string_view::npos ? "" : key.substr(quote);
  const bool top = at.starts_with("\"data\"") || at.starts_with("\"meta\"");
  return top && std::ranges::any_of(kMarks,
                                    [text](std::string_view mark) {
                                      return text.find(mark) != std::string_view::npos;
                                    })
             ? kSure
             : 0;
}

}  // namespace

extern const ReaderSpec kBloodhoundReader;  // declared again by the generated list

const ReaderSpec kBloodhoundReader = {.kind = "bloodhound",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseBloodHound,
                                      .read = ReadBloodHound,
                                      .environment = true};

}  // namespace whfb::readers
