// Field by field against libevtx (evtxexport -f xml), on the records that it renders.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
namespace {

namespace fs = std::filesystem;

using Fields = std::vector<std::pair<std::string, std::string>>;

// libevtx writes GUIDs in upper case, times with nine digits and hex with leading zeros.
std::string Normal(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text.size() == 30 && text.ends_with("00z") && text[10] == 't') {
    text.erase(27, 2);
  }
  if (text.starts_with("0x")) {
    const std::size_t digits = std::min(text.find_first_not_of('0', 2), text.size() - 1);
    text.erase(2, digits - 2);
  }
  std::erase(text, '\r');  // XML parsers drop it
  if (text.size() > 1 && text[0] == '-' && std::isdigit(static_cast<unsigned char>(text[1])) != 0) {
    return "-";  // libevtx 20181227 prints other digits for negative 32-bit numbers
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  return text;
}

// Values that are not empty, in order.
Fields Normal(const Fields& fields) {
  Fields normal;
  for (const auto& [name, value] : fields) {
    if (std::string text = Normal(value); !text.empty()) {
      normal.emplace_back(Normal(name), text);
    }
  }
  return normal;
}

void AddUserData(const pugi::xml_node& node, const std::string& path, Fields& fields) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (!std::string_view(attribute.name()).starts_with("xmlns")) {
      fields.emplace_back(path + "@" + attribute.name(), attribute.value());
    }
  }
  bool leaf = true;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) {
      leaf = false;
      AddUserData(child, path.empty() ? child.name() : path + "/" + child.name(), fields);
    }
  }
  if (leaf) {
    fields.emplace_back(path, node.text().get());
  }
}

SeenEvent FromXml(const pugi::xml_node& xml) {
  const pugi::xml_node system = xml.child("System");
  SeenEvent event;
  event.provider = system.child("Provider").attribute("Name").value();
  event.id = system.child("EventID").text().as_uint();
  event.record_id = system.child("EventRecordID").text().as_ullong();
  event.channel = system.child("Channel").text().get();
  event.computer = system.child("Computer").text().get();
  event.user_sid = system.child("Security").attribute("UserID").value();
  for (const pugi::xml_node& data : xml.child("EventData").children()) {
    const bool named = std::string_view(data.name()) == "Data" || data.attribute("Name");
    event.fields.emplace_back(named ? data.attribute("Name").value() : data.name(),
                              data.text().get());
  }
  if (const pugi::xml_node user = xml.child("UserData")) {
    for (const pugi::xml_node& child : user.children()) {
      AddUserData(child, child.name(), event.fields);
    }
  }
  return event;
}

std::string Export(const fs::path& log) {
  const fs::path output = fs::path(testing::TempDir()) / ("export_" + log.stem().string() + ".xml");
  const std::string command =
      "evtxexport -f xml \"" + log.string() + "\" > \"" + output.string() + "\" 2>/dev/null";
  (void)std::system(command.c_str());  // NOLINT(cert-env33-c): fixed arguments
  std::ifstream file(output, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  fs::remove(output);
  return text;
}

class ExportTest : public testing::TestWithParam<fs::path> {};

void Compare(const SeenEvent& ours, const SeenEvent& theirs) {
  EXPECT_EQ(ours.id, theirs.id);
  EXPECT_EQ(ours.provider, theirs.provider);
  EXPECT_EQ(ours.channel, theirs.channel);
  EXPECT_EQ(ours.computer, theirs.computer);
  EXPECT_EQ(ours.user_sid, theirs.user_sid);
  EXPECT_EQ(Normal(ours.fields), Normal(theirs.fields));
}

TEST_P(ExportTest, SaysWhatLibevtxSays) {
  const std::string text = Export(GetParam());
  if (text.empty()) {
    GTEST_SKIP() << "evtxexport is not installed";
  }
  const std::vector<std::byte> bytes = ReadBytes(GetParam());
  MemorySource source(bytes);
  KeepingVisitor visitor;
  ASSERT_TRUE(WalkEvtx(source, "log", visitor));
  std::map<std::uint64_t, const SeenEvent*> ours;
  for (const SeenEvent& event : visitor.events) {
    ours.emplace(event.record_id, &event);
  }
  std::size_t compared = 0;
  for (std::size_t at = text.find("<Event "); at != std::string::npos;) {
    const std::size_t end = text.find("</Event>", at);
    const std::size_t next = text.find("<Event ", at + 1);
    pugi::xml_document document;
    // A record that libevtx breaks off, or writes as XML that is none, says nothing.
    if (end < next && document.load_buffer(text.data() + at, end + 8 - at)) {
      const SeenEvent theirs = FromXml(document.child("Event"));
      const auto found = ours.find(theirs.record_id);
      ASSERT_NE(found, ours.end()) << "record " << theirs.record_id;
      SCOPED_TRACE(theirs.record_id);
      Compare(*found->second, theirs);
      ++compared;
    }
    at = next;
  }
  RecordProperty("compared", static_cast<int>(compared));
}

INSTANTIATE_TEST_SUITE_P(
    All, ExportTest, testing::ValuesIn(SharedLogs()), [](const auto& parameter) {
      std::string name = std::to_string(parameter.index) + "_" + parameter.param.stem().string();
      std::ranges::replace_if(
          name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExportTest);

}  // namespace
}  // namespace whfb::readers
