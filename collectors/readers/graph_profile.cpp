#include "collectors/readers/graph_profile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/base64_text.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxProperties = 4096;

constexpr std::array<std::string_view, 4> kProfileTypes = {
    "#microsoft.graph.windows81SCEPCertificateProfile",
    "#microsoft.graph.windows10PkcsCertificateProfile",
    "#microsoft.graph.windows10ImportedPFXCertificateProfile",
    "#microsoft.graph.windows81TrustedRootCertificate",
};

std::string_view TextAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? std::string_view(*found->get_ptr<const std::string*>())
             : std::string_view{};
}

class Flattener {
 public:
  Flattener(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  // Recursion is bounded by the depth of the document.
  void Add(const std::string& path, const Json& value) {
    if (properties.size() >= kMaxProperties) {
      full = true;
    } else if (value.is_object()) {
      for (const auto& [key, inner] : value.items()) {
        Add(std::string(path).append(".").append(key), inner);
      }
    } else if (value.is_array()) {
      std::size_t index = 0;
      for (const Json& inner : value) {
        Add(std::string(path).append("[").append(std::to_string(index++)).append("]"), inner);
      }
    } else if (!value.is_null()) {
      const std::string_view kept = sink_.Keep(path);
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      properties.push_back(
          {.path = kept, .value = sink_.Keep(text), .source = evidence_.At(0, kept)});
    }
  }

  std::vector<ProfileProperty> properties{};
  bool full = false;

 private:
  const EvidenceView& evidence_;
  RecordSink& sink_;
};

// The DER in base64, or in base64 of a PEM.
std::optional<std::vector<std::byte>> CertificateBytes(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  std::optional<std::vector<std::byte>> bytes = DecodeBase64(text);
  if (!bytes) {
    return bytes;
  }
  const std::string_view inner(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  const std::size_t begin = inner.find(kBegin);
  if (begin == std::string_view::npos) {
    return bytes;
  }
  const std::string_view body = inner.substr(begin + kBegin.size());
  return DecodeBase64(body.substr(0, body.find("-----END")));
}

void ReadCertificate(std::string_view text,
                     const EvidenceView& evidence,
                     RecordSink& sink,
                     ProfileRecord& profile) {
  const std::optional<std::vector<std::byte>> bytes = CertificateBytes(text);
  if (!bytes) {
    sink.AddGap({0, WhyUnknown::kMalformed, "trustedRootCertificate is no base64"});
    return;
  }
  Result<CertificateFields> fields =
      ParseCertificate(*bytes, sink.records.pool(), Hashes::kSha1, evidence.path);
  if (!fields) {
    sink.AddGap({0, WhyUnknown::kMalformed, "trustedRootCertificate: " + fields.error().message});
    return;
  }
  profile.certificate = *std::move(fields);
  profile.has_certificate = true;
}

}  // namespace

bool ReadGraphProfile(const Json& object, const EvidenceView& evidence, RecordSink& sink) {
  if (!object.is_object()) {
    return false;
  }
  const std::string_view type = TextAt(object, "@odata.type");
  if (std::ranges::find(kProfileTypes, type) == kProfileTypes.end()) {
    return false;
  }
  std::vector<std::string_view> keys;
  Flattener flat(evidence, sink);
  for (const auto& [key, value] : object.items()) {
    if (keys.size() < kMaxProperties) {
      keys.push_back(sink.Keep(key));
    }
    flat.Add(key, value);
  }
  if (flat.full) {
    sink.AddGap({0, WhyUnknown::kTooLarge, "a profile with more than 4096 properties"});
  }
  ProfileRecord profile{.id = sink.Keep(TextAt(object, "id")),
                        .display_name = sink.Keep(TextAt(object, "displayName")),
                        .odata_type = sink.Keep(type),
                        .keys = sink.records.pool().KeepList(keys),
                        .source = evidence.At(0, sink.Keep(TextAt(object, "displayName")))};
  if (const std::string_view text = TextAt(object, "trustedRootCertificate"); !text.empty()) {
    ReadCertificate(text, evidence, sink, profile);
  }
  profile.properties =
      sink.records.pool().KeepItems(std::span<const ProfileProperty>(flat.properties));
  sink.records.Add(profile);
  return true;
}

}  // namespace whfb::readers
