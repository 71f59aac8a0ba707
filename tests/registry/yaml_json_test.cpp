// YAML as JSON: types of the core schema (yaml.org/spec/1.2.2 section 10.3), and what is refused.

#include "collectors/readers/yaml_json.h"

#include <string>

#include <gtest/gtest.h>

namespace whfb::readers {
namespace {

std::string JsonText(const std::string& yaml) {
  const auto document = JsonOfYaml(yaml, "x.yaml", 8);
  return document ? document->value.dump() : document.error().ToString();
}

TEST(YamlJsonTest, PlainScalarsHaveTypesAndQuotedOnesAreText) {
  EXPECT_EQ(JsonText("a: true\nb: 'true'\nc: 20\nd: \"20\"\ne: null\nf: ''\ng: 1.3.6.1\nh:\n"),
            R"({"a":true,"b":"true","c":20,"d":"20","e":null,"f":"","g":"1.3.6.1","h":null})");
  EXPECT_EQ(JsonText("a: True\nb: False\nc: ~\nd: \"~\"\n"),
            R"({"a":true,"b":false,"c":null,"d":"~"})");
  EXPECT_EQ(JsonText("- a: 1\n  b: [x, {c: d}]\n- 'e f'\n"),
            R"([{"a":1,"b":["x",{"c":"d"}]},"e f"])");
}

TEST(YamlJsonTest, TellsTheLastMember) {
  const auto document = JsonOfYaml("a: 1\nb:\n  c: 2\n", "x.yaml", 8);
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->last_key, "b");
}

TEST(YamlJsonTest, RefusesWhatNoExportHas) {
  EXPECT_EQ(JsonText("a: &x [1]\nb: [*x, *x]\n"), "x.yaml: an alias in line 2");
  EXPECT_EQ(JsonText("a: 1\na: 2\n"), "x.yaml: a key twice in one object in line 2");
  EXPECT_EQ(JsonText("a: 1\n? [b]\n: 2\n"), "x.yaml: a key that is no text in line 2");
  EXPECT_EQ(JsonText("a: [[[[[[[[1]]]]]]]]\n"), "x.yaml: nested too deep in line 1");
  EXPECT_TRUE(JsonText("a: [1\nb: 2\n").starts_with("x.yaml: not YAML: "));
  EXPECT_EQ(JsonText("a: 1\n---\na: 2\n"), "x.yaml: more than one YAML document");
  EXPECT_EQ(JsonText("---\na: 1\n...\n"), R"({"a":1})");
  EXPECT_EQ(JsonText(std::string(100'000, '[')), "x.yaml: more than 20000 brackets");
}

}  // namespace
}  // namespace whfb::readers
