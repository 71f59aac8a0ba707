#include "report/json_report.h"

#include <string>

#include <spdlog/fmt/fmt.h>

#include "report/coverage_report.h"
#include "report/json_writer.h"

namespace whfb::report {
namespace {

void WriteBundle(JsonWriter& json, const BundleRecord& bundle) {
  json.Line();
  json.Open('{');
  json.Key("n");
  json.Number(bundle.number);
  json.Key("file");
  json.Text(bundle.file);
  json.Key("size");
  json.Number(bundle.size);
  json.Key("sha256");
  json.TextOrNull(bundle.sha256);
  json.Key("collected");
  json.TextOrNull(bundle.collected);
  json.Close('}');
}

void WriteSubject(JsonWriter& json, const SubjectRecord& subject) {
  json.Line();
  json.Open('{');
  json.Key("id");
  json.Text(subject.id);
  json.Key("kind");
  json.Text(ToString(subject.kind));
  json.Key("name");
  json.Text(subject.name);
  json.Key("parent");
  json.TextOrNull(subject.parent);
  json.Key("route");
  json.TextOrNull(subject.route);
  json.Key("readiness");
  json.Text(ToString(subject.readiness));
  json.Close('}');
}

void WriteObserved(JsonWriter& json, const Observed& observed) {
  json.Open('{');
  json.Key("fact");
  json.Text(observed.fact);
  json.Key("knowledge");
  json.Text(ToString(observed.knowledge));
  json.Key("value");
  // An empty text is a value; the absence of one is not.
  if (observed.knowledge == Knowledge::kPresent) {
    json.Text(observed.value);
  } else {
    json.TextOrNull(observed.value);
  }
  json.Close('}');
}

void WriteNumberOrNull(JsonWriter& json, const std::optional<std::uint64_t>& number) {
  if (number) {
    json.Number(*number);
  } else {
    json.Null();
  }
}

void WriteEvidence(JsonWriter& json, const EvidenceRef& evidence) {
  json.Open('{');
  json.Key("bundle");
  if (evidence.bundle == 0) {
    json.Null();
  } else {
    json.Number(evidence.bundle);
  }
  json.Key("file");
  json.TextOrNull(evidence.file);
  json.Key("line");
  WriteNumberOrNull(json, evidence.line);
  json.Key("record");
  WriteNumberOrNull(json, evidence.record);
  json.Key("key");
  json.TextOrNull(evidence.key);
  json.Close('}');
}

void WriteFinding(JsonWriter& json, const Finding& finding) {
  json.Line();
  json.Open('{');
  json.Key("rule");
  json.Text(finding.rule);
  json.Key("subject");
  json.Text(finding.subject);
  json.Key("severity");
  json.Text(ToString(finding.severity));
  json.Key("verdict");
  json.Text(ToString(finding.verdict));
  json.Key("reason");
  json.Text(finding.reason);
  json.Key("reason_code");
  json.TextOrNull(finding.reason_code ? ToString(*finding.reason_code) : std::string_view{});
  json.Key("fix");
  json.TextOrNull(finding.fix);
  json.Key("missing");
  json.Open('[');
  for (const std::string& name : finding.missing) {
    json.Text(name);
  }
  json.Close(']');
  json.Key("waived");
  json.Null();
  json.Key("observed");
  json.Open('[');
  for (const Observed& observed : finding.observed) {
    WriteObserved(json, observed);
  }
  json.Close(']');
  json.Key("evidence");
  json.Open('[');
  for (const EvidenceRef& evidence : finding.evidence) {
    WriteEvidence(json, evidence);
  }
  json.Close(']');
  json.Close('}');
}

void WritePack(JsonWriter& json, const RulePack& pack) {
  json.Open('{');
  json.Key("name");
  json.Text(pack.name);
  json.Key("sha256");
  json.Text(pack.sha256);
  json.Key("signed_by");
  json.TextOrNull(pack.signed_by);
  json.Close('}');
}

void WriteChange(JsonWriter& json, const RuleChange& change) {
  json.Open('{');
  json.Key("rule");
  json.Text(change.rule);
  json.Key("change");
  json.Text(ToString(change.kind));
  json.Key("detail");
  json.TextOrNull(change.detail);
  json.Key("reason");
  json.TextOrNull(change.reason);
  json.Key("uncounted");
  json.Bool(change.uncounted);
  json.Close('}');
}

void WriteRuleSet(JsonWriter& json, const RuleSetRecord& rule_set) {
  json.Line();
  json.Key("rule_set");
  json.Open('{');
  json.Key("profile");
  json.Text(rule_set.profile);
  json.Key("built_in");
  json.Bool(rule_set.built_in);
  json.Key("uncounted");
  json.Open('[');
  for (const std::string& rule : Uncounted(rule_set)) {
    json.Text(rule);
  }
  json.Close(']');
  json.Key("packs");
  json.Open('[');
  for (const RulePack& pack : rule_set.packs) {
    WritePack(json, pack);
  }
  json.Close(']');
  json.Key("changes");
  json.Open('[');
  for (const RuleChange& change : rule_set.changes) {
    WriteChange(json, change);
  }
  json.Close(']');
  json.Close('}');
}

Status WriteHead(JsonWriter& json, const ResultSource& source) {
  const Result<RunRecord> run = source.Run();
  if (!run) {
    return run.error();
  }
  json.Key("schema");
  json.Text("whfbscan/0");
  json.Key("tool");
  json.Open('{');
  json.Key("version");
  json.Text(run->tool_version);
  json.Key("catalog");
  json.Text("sha256:" + run->catalog_sha256);
  json.Close('}');
  json.Key("as_of");
  json.Text(run->as_of);
  WriteRuleSet(json, run->rule_set);
  return Ok{};
}

// One array of the document: `walk` visits its elements.
template <typename Walk>
Status WriteArray(JsonWriter& json, std::string_view name, const Walk& walk) {
  json.Line();
  json.Key(name);
  json.Open('[');
  Status status = walk();
  json.Close(']');
  return status;
}

}  // namespace

Status WriteJsonReport(const ResultSource& source, TextSink& sink) {
  JsonWriter json(sink);
  json.Open('{');
  Status status = WriteHead(json, source);
  // Writes one element and goes on.
  const auto each = [&json](auto write) {
    return [&json, write](const auto& element) {
      write(json, element);
      return true;
    };
  };
  if (status) {
    status = WriteArray(json, "bundles", [&] { return source.EachBundle(each(WriteBundle)); });
  }
  if (status) {
    status = WriteArray(json, "subjects", [&] { return source.EachSubject(each(WriteSubject)); });
  }
  if (status) {
    status = WriteArray(json, "findings",
                        [&] { return source.EachFinding(std::nullopt, each(WriteFinding)); });
  }
  if (status) {
    status =
        WriteArray(json, "coverage", [&] { return source.EachCoverage(each(WriteCoverageEntry)); });
  }
  json.Close('}');
  json.Flush();
  sink.Write("\n");
  return status;
}

}  // namespace whfb::report
