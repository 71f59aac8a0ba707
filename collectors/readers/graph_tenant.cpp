#include "collectors/readers/graph_tenant.h"

#include <array>
#include <string>
#include <utility>

#include "collectors/readers/entra_record.h"

namespace whfb::readers {

namespace {

std::string_view TextAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? std::string_view(*found->get_ptr<const std::string*>())
             : std::string_view{};
}

// What is left out was not asked for: Graph answers with what $select names.
Known<std::string_view> KnownText(const Json& object, const char* key, RecordSink& sink) {
  const auto found = object.find(key);
  if (found == object.end()) {
    return Known<std::string_view>::Unknown(WhyUnknown::kNotCollected);
  }
  if (found->is_null()) {
    return Known<std::string_view>::Absent();
  }
  return found->is_string() && !found->get_ptr<const std::string*>()->empty()
             ? Known<std::string_view>::Present(sink.Keep(found->get<std::string>()))
             : Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
}

Known<bool> KnownFlag(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) {
    return Known<bool>::Unknown(WhyUnknown::kNotCollected);
  }
  if (found->is_null()) {
    return Known<bool>::Absent();
  }
  return found->is_boolean() ? Known<bool>::Present(found->get<bool>())
                             : Known<bool>::Unknown(WhyUnknown::kMalformed);
}

bool ReadUser(const Json& object, const EvidenceView& evidence, RecordSink& sink) {
  const std::string_view upn = sink.Keep(TextAt(object, "userPrincipalName"));
  if (upn.empty()) {
    return false;
  }
  sink.records.Add(EntraUser{.upn = upn,
                             .sync_enabled = KnownFlag(object, "onPremisesSyncEnabled"),
                             .ad_upn = KnownText(object, "onPremisesUserPrincipalName", sink),
                             .ad_domain = KnownText(object, "onPremisesDomainName", sink),
                             .ad_sid = KnownText(object, "onPremisesSecurityIdentifier", sink),
                             .source = evidence.At(0, upn)});
  return true;
}

bool ReadConnector(const Json& object, const EvidenceView& evidence, RecordSink& sink) {
  const std::string_view id = sink.Keep(TextAt(object, "id"));
  if (id.empty()) {
    return false;
  }
  sink.records.Add(
      CertificateConnector{.id = id,
                           .name = sink.Keep(TextAt(object, "displayName")),
                           .state = KnownText(object, "state", sink),
                           .version = KnownText(object, "connectorVersion", sink),
                           .last_seen = KnownText(object, "lastConnectionDateTime", sink),
                           .source = evidence.At(0, id)});
  return true;
}

}  // namespace

TenantObject KindOfContext(std::string_view context) {
  constexpr std::array<std::pair<std::string_view, TenantObject>, 2> kNames = {{
      {"#users", TenantObject::kUser},
      {"#deviceManagement/ndesConnectors", TenantObject::kConnector},
  }};
  for (const auto& [name, kind] : kNames) {
    const std::size_t at = context.find(name);
    if (at == std::string_view::npos) {
      continue;
    }
    std::string_view rest = context.substr(at + name.size());
    if (rest.starts_with('(')) {  // what was selected; a quote would be the key of one user
      const std::size_t close = rest.find(')');
      rest = rest.substr(0, 2) == "('" || close == std::string_view::npos ? rest
                                                                          : rest.substr(close + 1);
    }
    if (rest.empty() || rest == "/$entity") {
      return kind;
    }
  }
  return TenantObject::kOther;
}

bool ReadTenantObject(const Json& object,
                      TenantObject of_list,
                      const EvidenceView& evidence,
                      RecordSink& sink) {
  if (!object.is_object()) {
    return false;
  }
  const std::string_view type = TextAt(object, "@odata.type");
  if (type == "#microsoft.graph.user" || (type.empty() && of_list == TenantObject::kUser)) {
    return ReadUser(object, evidence, sink);
  }
  if (type == "#microsoft.graph.ndesConnector" ||
      (type.empty() && of_list == TenantObject::kConnector)) {
    return ReadConnector(object, evidence, sink);
  }
  return false;
}

}  // namespace whfb::readers
