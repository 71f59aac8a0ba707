// Microsoft Graph exports of device configuration profiles and settings catalog policies: one
// object, a list with "value", or what export tools make of them (formats.md section 10,
// evidence.md section 8). Also the settings or the assignments of one of them, which some tools
// write apart, and users and certificate connectors of the tenant.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/readers/entra_record.h"
#include "collectors/readers/graph_policy.h"
#include "collectors/readers/graph_profile.h"
#include "collectors/readers/graph_tenant.h"
#include "collectors/readers/json_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

constexpr std::array<std::string_view, 5> kMarks = {"\"@odata.", "#microsoft.graph.",
                                                    "graph.microsoft.com", "\"keyStorageProvider\"",
                                                    "\"settingInstance\""};

int RecogniseGraph(const Head& head) {
  const std::string_view text = head.Text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) {
    return 0;
  }
  // A report of this program names profiles and addresses of Graph, and is evidence of nothing.
  if (text.substr(first).starts_with(R"({"schema":"whfbscan)")) {
    return 0;
  }
  const bool graph = std::ranges::any_of(
      kMarks, [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
  return graph ? 80 : 0;
}

struct Found {
  std::uint32_t profiles = 0;
  std::uint32_t policies = 0;
  std::uint32_t tenant_objects = 0;  // users and connectors
};

std::string Note(const Found& found, std::string_view place) {
  std::string note = std::to_string(found.profiles).append(" certificate profiles");
  if (found.policies != 0) {
    note.append(", ").append(std::to_string(found.policies)).append(" settings catalog policies");
  }
  if (found.tenant_objects != 0) {
    note.append(", ")
        .append(std::to_string(found.tenant_objects))
        .append(" users or certificate connectors");
  }
  return note.append(place);
}

void ReadOne(const Json& one,
             TenantObject kind,
             const EvidenceView& evidence,
             RecordSink& sink,
             Found& found) {
  ++sink.record_count;
  if (ReadTenantObject(one, kind, evidence, sink)) {
    ++found.tenant_objects;
    return;
  }
  if (kind != TenantObject::kOther) {
    sink.AddGap({0, WhyUnknown::kMalformed, "a user or certificate connector without its name"});
    return;
  }
  if (ReadGraphProfile(one, evidence, sink)) {
    ++found.profiles;
  } else if (ReadCatalogPolicy(one, evidence, sink)) {
    ++found.policies;
  }
}

void ReadList(const GraphPart& part, const EvidenceView& evidence, RecordSink& sink) {
  if (ReadSettingList(part, evidence, sink)) {
    sink.note = "settings of one settings catalog policy";
    return;
  }
  if (ReadAssignmentList(part, evidence, sink)) {
    sink.note = "assignments of one policy or profile";
    return;
  }
  const std::uint64_t damaged = sink.damaged_count;
  const TenantObject kind = KindOfContext(part.context);
  Found found;
  for (const Json& one : part.list) {
    ReadOne(one, kind, evidence, sink, found);
  }
  if (kind == TenantObject::kConnector) {
    sink.records.Add(ConnectorList{.complete = part.last_page && damaged == sink.damaged_count &&
                                               found.tenant_objects == part.list.size(),
                                   .source = evidence.At(0)});
  }
  sink.note = Note(found, " in a list");
  sink.records.Add(ProfileExport{.list = true,
                                 .complete = part.last_page && damaged == sink.damaged_count,
                                 .profiles = found.profiles,
                                 .others = found.profiles < part.list.size(),
                                 .source = evidence.At(0)});
}

std::string_view ContextOf(const Json& document) {
  const auto context = document.find("@odata.context");
  const bool told = context != document.end() && context->is_string();
  return told ? std::string_view(*context->get_ptr<const std::string*>()) : std::string_view{};
}

void ReadDocument(const Json& document, const EvidenceView& evidence, RecordSink& sink) {
  if (document.is_array()) {
    ReadList({.list = document}, evidence, sink);
    return;
  }
  const auto value = document.find("value");
  if (value != document.end() && value->is_array()) {
    ReadList({.list = *value,
              .context = ContextOf(document),
              .last_page = !document.contains("@odata.nextLink")},
             evidence, sink);
    return;
  }
  Found found;
  ReadOne(document, KindOfContext(ContextOf(document)), evidence, sink, found);
  sink.records.Add(ProfileExport{.profiles = found.profiles, .source = evidence.At(0)});
  if (found.profiles != 0) {
    sink.note = "certificate profile";
  } else if (found.tenant_objects != 0) {
    sink.note = "user or certificate connector of the tenant";
  } else {
    sink.note = found.policies != 0 ? "settings catalog policy"
                                    : "no certificate profile, no settings catalog policy";
  }
}

Status ReadGraph(const EvidenceView& evidence, RecordSink& sink) {
  return ReadJsonDocument(evidence, sink, [&](const Json& document) -> Status {
    if (!document.is_object() && !document.is_array()) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path), "no JSON object or list"};
    }
    ReadDocument(document, evidence, sink);
    return Ok{};
  });
}

}  // namespace

extern const ReaderSpec kGraphJsonReader;  // declared again by the generated list

const ReaderSpec kGraphJsonReader = {.kind = "graph-json",
                                     .max_bytes = kMaxBytes,
                                     .recognise = RecogniseGraph,
                                     .read = ReadGraph,
                                     .environment = true};

}  // namespace whfb::readers
