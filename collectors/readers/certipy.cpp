// Certipy "find" as JSON: {"Certificate Authorities":{"0":{...}},"Certificate
// Templates":{"0":{...}}} (formats.md section 3). A text instead of an object says that nothing
// matched what was asked for, which proves nothing. Principals are names, not SIDs;
// msPKI-Private-Key-Flag is shown without the bits that Certipy has no name for, so it is not
// taken.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/readers/directory_builder.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/json_nesting.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
constexpr std::string_view kAuthorities = "Certificate Authorities";
constexpr std::string_view kTemplates = "Certificate Templates";

constexpr std::array kTemplateFields = {
    FieldMapping{"Display Name", "displayName"},
    FieldMapping{"Schema Version", "msPKI-Template-Schema-Version"},
    FieldMapping{"Certificate Name Flag", "msPKI-Certificate-Name-Flag", FieldForm::kNameFlags},
    FieldMapping{"Enrollment Flag", "msPKI-Enrollment-Flag", FieldForm::kEnrolmentFlags},
    FieldMapping{"Extended Key Usage", "pKIExtendedKeyUsage", FieldForm::kUsages},
    FieldMapping{"Authorized Signatures Required", "msPKI-RA-Signature"},
    FieldMapping{"Minimum RSA Key Length", "msPKI-Minimal-Key-Size"},
    FieldMapping{"Validity Period", "pKIExpirationPeriod", FieldForm::kPeriod},
    FieldMapping{"Renewal Period", "pKIOverlapPeriod", FieldForm::kPeriod},
    FieldMapping{"Enabled", "enabled"},
    FieldMapping{"Certificate Authorities", "issuingCas"},
};

constexpr std::array kAuthorityFields = {
    FieldMapping{"CA Name", "cn"},
    FieldMapping{"DNS Name", "dNSHostName"},
    FieldMapping{"Certificate Subject", "cACertificateDN"},
};

struct RightName {
  std::string_view printed{};
  std::string_view right{};
};

constexpr std::array kRights = {
    RightName{"Enrollment Rights", "enroll"},
    RightName{"All Extended Rights", "all-extended-rights"},
    RightName{"Full Control Principals", "full-control"},
    RightName{"Write Owner Principals", "write-owner"},
    RightName{"Write Dacl Principals", "write-dacl"},
    RightName{"Write Property Principals", "write"},
    RightName{"Write Property Enroll", "write-property"},
    RightName{"Owner", "owner"},
};

class CertipyReader {
 public:
  CertipyReader(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink) {}

  void Read(const Json& document) {
    Each(document, kAuthorities, [this](const Json& one) { TakeAuthority(one); });
    Each(document, kTemplates, [this](const Json& one) { TakeTemplate(one); });
  }

 private:
  template <typename Take>
  void Each(const Json& document, std::string_view key, const Take& take) {
    const Json* const list = JsonMember(document, key);
    if (list == nullptr || !list->is_object()) {
      sink_.note.append(sink_.note.empty() ? "" : ", ").append("nothing under ").append(key);
      return;
    }
    for (const auto& [number, one] : list->items()) {
      ++sink_.record_count;
      if (one.is_object()) {
        take(one);
      } else {
        sink_.AddGap({.place = sink_.record_count, .message = "an entry that is no object"});
      }
    }
  }

  [[nodiscard]] Provenance Source(std::string_view name) const {
    return evidence_.At(sink_.record_count, sink_.Keep(name));
  }

  void TakeAuthority(const Json& authority) {
    const std::string_view name = JsonText(authority, "CA Name");
    if (name.empty()) {
      sink_.AddGap({.place = sink_.record_count, .message = "a CA without a name"});
      return;
    }
    DirectoryBuilder builder(sink_, Source(name));
    builder.Take(authority, kAuthorityFields);
    AddDirectoryObject(DirectoryObject{.kind = DirectoryKind::kEnrolmentService,
                                       .attributes = std::move(builder.attributes()),
                                       .source = Source(name)},
                       sink_);
  }

  void TakeTemplate(const Json& certificate_template) {
    const std::string_view name = JsonText(certificate_template, "Template Name");
    if (name.empty()) {
      sink_.AddGap({.place = sink_.record_count, .message = "a template without a name"});
      return;
    }
    DirectoryBuilder builder(sink_, Source(name));
    builder.Take(certificate_template, kTemplateFields);
    const std::string_view cn = sink_.Keep(name);
    AddTemplate(TemplateRecord{.cn = cn,
                               .attributes = builder.Keep(),
                               .why = WhyUnknown::kNotCollected,
                               .source = Source(name)},
                sink_);
    const Json* const permissions = JsonMember(certificate_template, "Permissions");
    for (const char* const part : {"Enrollment Permissions", "Object Control Permissions"}) {
      const Json* const rights = permissions == nullptr ? nullptr : JsonMember(*permissions, part);
      if (rights != nullptr && rights->is_object()) {
        TakeRights(*rights, cn, Source(name));
      }
    }
  }

  void TakeRights(const Json& rights, std::string_view cn, const Provenance& source) {
    for (const RightName& right : kRights) {
      const Json* const principals = JsonMember(rights, right.printed);
      if (principals == nullptr) {
        continue;
      }
      if (principals->is_array()) {
        for (const Json& principal : *principals) {
          AddRight(principal, right.right, cn, source);
        }
      } else {
        AddRight(*principals, right.right, cn, source);
      }
    }
  }

  // A name that could not be resolved is printed as its SID.
  void AddRight(const Json& principal,
                std::string_view right,
                std::string_view cn,
                const Provenance& source) {
    if (!principal.is_string()) {
      return;
    }
    const std::string_view text = sink_.Keep(principal.get<std::string>());
    const bool sid = LooksLikeSid(text);
    AddTemplateRight(TemplateRight{.cn = cn,
                                   .principal_sid = sid ? text : std::string_view{},
                                   .principal_name = sid ? std::string_view{} : text,
                                   .right = right,
                                   .source = source},
                     sink_);
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
};

Status ReadCertipy(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  if (JsonNesting(text) > kMaxJsonDepth) {
    return Error{ErrorCode::kTooLarge, std::string(evidence.path), "JSON nested more than 64 deep"};
  }
  try {
    const Json document = Json::parse(text);
    if (!document.is_object()) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path), "no JSON object"};
    }
    CertipyReader(evidence, sink).Read(document);
  } catch (const nlohmann::json::parse_error& error) {
    sink.AddGap({error.byte, WhyUnknown::kMalformed, "not JSON from here on"});
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string("not JSON at offset ").append(std::to_string(error.byte))};
  } catch (const nlohmann::json::exception& error) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), error.what()};
  }
  return Ok{};
}

int RecogniseCertipy(std::span<const std::byte> head, std::string_view /*name*/) {
  constexpr int kSure = 86;
  std::string buffer;
  const std::string_view text = DecodeText(head, buffer).text;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '{') {
    return 0;
  }
  const std::size_t quote = text.find('"', first);
  const std::string_view key =
      quote == std::string_view::npos ? std::string_view{} : text.substr(quote + 1);
  return key.starts_with(kAuthorities) || key.starts_with(kTemplates) ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kCertipyReader;  // declared again by the generated list

const ReaderSpec kCertipyReader = {.kind = "certipy",
                                   .max_bytes = kMaxBytes,
                                   .recognise = RecogniseCertipy,
                                   .read = ReadCertipy,
                                   .environment = true};

}  // namespace whfb::readers
