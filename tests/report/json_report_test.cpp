#include "report/json_report.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include "tests/report/sample_fleet.h"

namespace whfb::report {
namespace {

std::string Json(const ResultSource& source) {
  StringSink sink;
  const Status status = WriteJsonReport(source, sink);
  EXPECT_TRUE(status) << status.error().ToString();
  return sink.text();
}

TEST(JsonReportTest, IsTheDocumentOfTheContract) {
  MemorySource source;
  source.bundles = {{1, "PC-1.zip", 10, "00ff", "2026-11-20T00:00:00Z"}, {2, "folder", 0, "", ""}};
  source.subjects = {{.id = "device:PC-1", .kind = SubjectKind::kDevice, .name = "PC-1"}};
  Finding finding{.rule = "a.b", .subject = "device:PC-1", .severity = Severity::kHigh};
  finding.verdict = Verdict::kUnknown;
  finding.reason = "not \"read\"";
  finding.reason_code = WhyUnknown::kDenied;
  finding.missing = {"device.x"};
  finding.observed = {{"device.x", Knowledge::kUnknown, "denied"},
                      {"device.y", Knowledge::kAbsent, ""},
                      {"device.z", Knowledge::kPresent, ""}};
  finding.evidence = {{1, "PC-1.zip!/x.evtx", std::nullopt, 12, ""},
                      {0, "intent.xml", 3, std::nullopt, "dc"}};
  source.findings = {finding};
  source.coverage = {{.bundle = 1, .file = "PC-1.zip!/x.evtx", .kind = "evtx", .records = 65}};
  source.coverage[0].status = CoverageStatus::kRead;
  source.coverage[0].crc32 = 0xAB;
  EXPECT_EQ(
      Json(source),
      R"({"schema":"whfbscan/0","tool":{"version":"0.1.0","catalog":"sha256:abc123"},"as_of":"2026-11-25T00:00:00Z",
"rule_set":{"profile":"readiness","built_in":true,"uncounted":[],"packs":[],"changes":[]},
"bundles":[
{"n":1,"file":"PC-1.zip","size":10,"sha256":"00ff","collected":"2026-11-20T00:00:00Z"},
{"n":2,"file":"folder","size":0,"sha256":null,"collected":null}],
"subjects":[
{"id":"device:PC-1","kind":"device","name":"PC-1","parent":null,"route":null,"readiness":"undetermined"}],
"findings":[
{"rule":"a.b","subject":"device:PC-1","severity":"high","verdict":"unknown","reason":"not \"read\"","reason_code":"denied","fix":null,"missing":["device.x"],"waived":null,"observed":[{"fact":"device.x","knowledge":"unknown","value":"denied"},{"fact":"device.y","knowledge":"absent","value":null},{"fact":"device.z","knowledge":"present","value":""}],"evidence":[{"bundle":1,"file":"PC-1.zip!/x.evtx","line":null,"record":12,"key":null},{"bundle":null,"file":"intent.xml","line":3,"record":null,"key":"dc"}]}],
"coverage":[
{"bundle":1,"file":"PC-1.zip!/x.evtx","kind":"evtx","status":"read","reason":null,"records":65,"damaged":0,"size":0,"crc32":"000000ab"}]}
)");
}

TEST(JsonReportTest, HostileTextStaysText) {
  const auto source = HostileResults();
  const std::string text = Json(*source);
  const nlohmann::json document = nlohmann::json::parse(text);  // strict: also UTF-8
  const auto reason = document["findings"][0]["reason"].get<std::string>();
  EXPECT_NE(reason.find("</script><script>alert(1)"), std::string::npos);
  EXPECT_NE(reason.find(std::string("\0nul", 4)), std::string::npos);
  EXPECT_NE(reason.find("\x1B[31mred"), std::string::npos);
  EXPECT_NE(reason.find("\xEF\xBF\xBD"), std::string::npos);
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  }
  EXPECT_EQ(text.find('<'), std::string::npos);
}

TEST(JsonReportTest, ControlsAreEscapedAndMeanTheSame) {
  MemorySource source;
  // CSI, a right-to-left override with its end, a language tag beyond U+FFFF; then letters that
  // stay.
  const std::string name =
      "\xC2\x9B"
      "31m\xE2\x80\xAE\xF3\xA0\x80\x81\xE2\x80\xAC \xC3\xA4\xE4\xB8\xAD";
  source.subjects = {{.id = "device:a", .kind = SubjectKind::kDevice, .name = name}};
  const std::string json = Json(source);
  EXPECT_NE(json.find("\\u009b31m\\u202e\\udb40\\udc01\\u202c \xC3\xA4\xE4\xB8\xAD\""),
            std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(json)["subjects"][0]["name"], name);
}

TEST(JsonReportTest, TheSameResultsGiveTheSameBytes) {
  EXPECT_EQ(Json(*SampleFleet(12)), Json(*SampleFleet(12)));
}

TEST(JsonReportTest, AnEmptyRunIsADocument) {
  const nlohmann::json document = nlohmann::json::parse(Json(MemorySource()));
  EXPECT_TRUE(document["findings"].empty());
  EXPECT_EQ(document.size(), 8U);
}

// Checks a value against the parts of JSON Schema that the schema uses.
void Check(const nlohmann::json& root,
           nlohmann::json schema,
           const nlohmann::json& value,
           const std::string& place) {
  if (schema.contains("$ref")) {
    schema = root.at(nlohmann::json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }
  if (schema.contains("const")) {
    EXPECT_EQ(value, schema["const"]) << place;
  }
  if (schema.contains("enum")) {
    EXPECT_TRUE(std::find(schema["enum"].begin(), schema["enum"].end(), value) !=
                schema["enum"].end())
        << place << ": " << value;
  }
  if (schema.contains("type")) {
    const std::string types = schema["type"].dump();
    const std::string type = value.is_number_integer() ? "integer" : value.type_name();
    EXPECT_NE(types.find('"' + type + '"'), std::string::npos) << place << ": " << value;
  }
  if (value.is_object() && schema.contains("properties")) {
    EXPECT_EQ(value.size(), schema["required"].size()) << place;
    for (const auto& [name, inner] : value.items()) {
      ASSERT_TRUE(schema["properties"].contains(name)) << place << "/" << name;
      Check(root, schema["properties"][name], inner, place + "/" + name);
    }
  }
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
    Check(root, schema["items"], value[i], place + "/" + std::to_string(i));
  }
}

nlohmann::json Schema() {
  std::ifstream file(WHFB_SOURCE_DIR "/docs/schema/whfbscan-0.schema.json");
  return nlohmann::json::parse(file);
}

TEST(JsonReportTest, FollowsThePublishedSchema) {
  const nlohmann::json schema = Schema();
  Check(schema, schema, nlohmann::json::parse(Json(*SampleFleet(12))), "");
  Check(schema, schema, nlohmann::json::parse(Json(*HostileResults())), "");
}

TEST(JsonReportTest, AnIndependentValidatorAgrees) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {  // NOLINT(cert-env33-c)
    GTEST_SKIP() << "python3 with jsonschema is not installed";
  }
  const std::string file = testing::TempDir() + "schema_check.json";
  std::ofstream(file) << Json(*SampleFleet(12));
  const std::string command = "python3 -m jsonschema -i " + file +
                              " " WHFB_SOURCE_DIR "/docs/schema/whfbscan-0.schema.json";
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c)
}

}  // namespace
}  // namespace whfb::report
