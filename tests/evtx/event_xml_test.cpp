// Events as XML against the same logs as EVTX: what the reader of one says, the other says too.

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/text_pool.h"
#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
namespace {

namespace fs = std::filesystem;

const ReaderSpec& ReaderNamed(std::string_view kind) {
  const auto readers = AllReaders();
  return **std::ranges::find(readers, kind, &ReaderSpec::kind);
}

struct Reading {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};
  bool read = false;
};

void ReadAs(std::string_view kind, std::span<const std::byte> bytes, Reading& reading) {
  const EvidenceView evidence = {.number = 1, .path = "log", .bytes = bytes};
  reading.read = static_cast<bool>(ReaderNamed(kind).read(evidence, reading.sink));
}

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
      case '\n':
        escaped += "&#" + std::to_string(static_cast<int>(letter)) + ";";
        break;
      default:
        escaped += letter;
    }
  }
  return escaped;
}

std::string Digits(std::uint64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// As wevtutil writes it, with nine digits.
std::string SystemTime(Ticks time) {
  std::string text = FormatTime(time);
  text.pop_back();
  return text + "." + Digits(static_cast<std::uint64_t>(time % kTicksPerSecond), 7) + "00Z";
}

// Elements again from the paths of their leaves and attributes, which are in the order of the
// document: an attribute comes before what its element holds.
class UserDataWriter {
 public:
  void Add(const EventField& field) {
    const std::size_t at = field.name.find('@');
    std::vector<std::string> path;
    for (std::string_view rest = field.name.substr(0, at); !rest.empty();) {
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      path.emplace_back(rest.substr(0, slash));
      rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    std::size_t same = 0;
    while (same < path.size() && same < open_.size() && path[same] == open_[same]) {
      ++same;
    }
    const bool in_tag = in_tag_ && same == path.size() && same == open_.size();
    Close(in_tag ? same : std::min(same, path.size() - 1));
    while (open_.size() < path.size()) {
      EndTag();
      open_.push_back(path[open_.size()]);
      xml_ += "<" + open_.back();
      in_tag_ = true;
    }
    if (at != std::string_view::npos) {
      xml_ += " " + std::string(field.name.substr(at + 1)) + "=\"" + Escaped(field.value) + "\"";
      return;
    }
    EndTag();
    xml_ += Escaped(field.value);
    Close(path.size() - 1);
  }

  std::string Done() {
    Close(0);
    return "<UserData>" + xml_ + "</UserData>";
  }

 private:
  void EndTag() {
    xml_ += in_tag_ ? ">" : "";
    in_tag_ = false;
  }

  void Close(std::size_t depth) {
    while (open_.size() > depth) {
      EndTag();
      xml_ += "</" + open_.back() + ">";
      open_.pop_back();
    }
  }

  std::string xml_;
  std::vector<std::string> open_;
  bool in_tag_ = false;
};

std::string UserData(const Event& event) {
  UserDataWriter writer;
  for (const EventField& field : event.fields) {
    writer.Add(field);
  }
  return writer.Done();
}

std::string EventData(const Event& event) {
  std::string xml = "<EventData>";
  for (const EventField& field : event.fields) {
    xml += "<Data Name=\"" + Escaped(field.name) + "\">" + Escaped(field.value) + "</Data>";
  }
  return xml + "</EventData>";
}

bool HasUserData(const Event& event) {
  return event.provider == "Microsoft-Windows-Eventlog" ||
         std::ranges::any_of(event.fields, [](const EventField& field) {
           return field.name.find_first_of("/@") != std::string_view::npos;
         });
}

std::string ToXml(const Event& event) {
  const auto text = [](std::string_view name, std::string_view value) {
    return "<" + std::string(name) + ">" + Escaped(value) + "</" + std::string(name) + ">";
  };
  const std::string user =
      event.user_sid.empty() ? "" : " UserID=\"" + std::string(event.user_sid) + "\"";
  return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
         "<Provider Name=\"" +
         Escaped(event.provider) + "\"/>" + text("EventID", std::to_string(event.id)) +
         text("Level", std::to_string(event.level)) + "<TimeCreated SystemTime='" +
         SystemTime(event.time) + "'/>" + text("EventRecordID", std::to_string(event.record_id)) +
         text("Channel", event.channel) + text("Computer", event.computer) + "<Security" + user +
         "/></System>" + (HasUserData(event) ? UserData(event) : EventData(event)) + "</Event>\r\n";
}

std::string ToUtf16(std::string_view utf8) {
  std::string units = "\xff\xfe";
  for (std::size_t at = 0; at < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    unsigned long point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      point = point << 6 | (static_cast<unsigned char>(utf8[at + i]) & 0x3fU);
    }
    const auto put = [&units](unsigned long unit) {
      units += static_cast<char>(unit & 0xff);
      units += static_cast<char>(unit >> 8);
    };
    if (point >= 0x10000) {
      put(0xd800 + ((point - 0x10000) >> 10));
      point = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    put(point);
    at += length;
  }
  return units;
}

// Blanks with a line end are taken for layout.
std::string_view WithoutLayout(std::string_view value) {
  const bool blank = value.find_first_not_of(" \t\r\n") == std::string_view::npos;
  return blank && value.find_first_of("\r\n") != std::string_view::npos ? "" : value;
}

void ExpectSameEvent(const Event& xml, const Event& evtx) {
  SCOPED_TRACE(evtx.record_id);
  EXPECT_EQ(xml.channel, evtx.channel);
  EXPECT_EQ(xml.provider, evtx.provider);
  EXPECT_EQ(xml.computer, evtx.computer);
  EXPECT_EQ(xml.user_sid, evtx.user_sid);
  EXPECT_EQ(std::tuple(xml.id, xml.level, xml.record_id, xml.time),
            std::tuple(evtx.id, evtx.level, evtx.record_id, evtx.time));
  EXPECT_EQ(xml.source.place, evtx.source.place);
  ASSERT_EQ(xml.fields.size(), evtx.fields.size());
  for (std::size_t i = 0; i < xml.fields.size(); ++i) {
    EXPECT_EQ(xml.fields[i].name, evtx.fields[i].name);
    EXPECT_TRUE(SameNoCase(xml.fields[i].value, WithoutLayout(evtx.fields[i].value)))
        << xml.fields[i].name << ": " << xml.fields[i].value << " / " << evtx.fields[i].value;
  }
}

void ExpectSameSummary(const LogSummary& xml, const LogSummary& evtx) {
  EXPECT_EQ(xml.channel, evtx.channel);
  EXPECT_EQ(std::tuple(xml.records, xml.first_id, xml.last_id),
            std::tuple(evtx.records, evtx.first_id, evtx.last_id));
  EXPECT_EQ(xml.covered, evtx.covered);
  EXPECT_EQ(xml.backwards, evtx.backwards);
  EXPECT_EQ(std::tuple(xml.cleared, xml.cleared_at, xml.more_gaps),
            std::tuple(evtx.cleared, evtx.cleared_at, evtx.more_gaps));
  ASSERT_EQ(xml.gaps.size(), evtx.gaps.size());
  for (std::size_t i = 0; i < xml.gaps.size(); ++i) {
    EXPECT_EQ(
        std::tuple(xml.gaps[i].after, xml.gaps[i].before, xml.gaps[i].from, xml.gaps[i].to),
        std::tuple(evtx.gaps[i].after, evtx.gaps[i].before, evtx.gaps[i].from, evtx.gaps[i].to));
  }
  ASSERT_EQ(xml.computers.size(), evtx.computers.size());
  for (std::size_t i = 0; i < xml.computers.size(); ++i) {
    EXPECT_EQ(xml.computers[i].name, evtx.computers[i].name);
    EXPECT_EQ(xml.computers[i].last_id, evtx.computers[i].last_id);
    EXPECT_EQ(xml.computers[i].to, evtx.computers[i].to);
  }
  EXPECT_TRUE(xml.query);
}

class SharedLogAsXmlTest : public testing::TestWithParam<fs::path> {};

// Our decoder of EVTX writes the XML; old records first, new ones first, 8 and 16 bit.
TEST_P(SharedLogAsXmlTest, SaysWhatTheLogSays) {
  Reading evtx;
  const std::vector<std::byte> log = ReadBytes(GetParam());
  ReadAs("evtx", log, evtx);
  ASSERT_TRUE(evtx.read);
  const auto events = evtx.records.Of<Event>();
  std::string up;
  std::string down;
  for (const Event& event : events) {
    const std::string xml = ToXml(event);
    up += xml;
    down.insert(0, xml);
  }
  for (const std::string& text : {up, "<Events>" + down + "</Events>", ToUtf16(up)}) {
    Reading xml;
    ReadAs("event-xml", BytesOf(text), xml);
    ASSERT_TRUE(xml.read);
    if (GetParam().stem() == "RDP_1149_multiple_hosts") {
      // Put together from logs of several hosts.
      EXPECT_EQ(xml.sink.record_count, events.size());
      EXPECT_EQ(xml.sink.damaged_count, 1U);
      EXPECT_TRUE(std::ranges::all_of(xml.records.Of<Event>(), [](const Event& event) {
        return event.computer == "wsus01.offsec.lan";
      }));
      continue;
    }
    EXPECT_EQ(xml.sink.damaged_count, 0U)
        << (xml.sink.gaps.empty() ? "" : xml.sink.gaps[0].message);
    const auto seen = xml.records.Of<Event>();
    ASSERT_EQ(seen.size(), events.size());
    const bool reversed = text.starts_with("<Events>");
    for (std::size_t i = 0; i < events.size(); ++i) {
      ExpectSameEvent(seen[reversed ? events.size() - 1 - i : i], events[i]);
    }
    const auto logs = xml.records.Of<LogSummary>();
    if (evtx.records.Of<LogSummary>().size() == 1 && evtx.sink.damaged_count == 0) {
      ASSERT_EQ(logs.size(), 1U);
      ExpectSameSummary(logs[0], evtx.records.Of<LogSummary>()[0]);
    }
  }
}

// libevtx writes the XML.
TEST_P(SharedLogAsXmlTest, ReadsWhatLibevtxWrites) {
  const fs::path output =
      fs::path(testing::TempDir()) / ("events_" + GetParam().stem().string() + ".xml");
  const std::string command =
      "evtxexport -f xml \"" + GetParam().string() + "\" > \"" + output.string() + "\" 2>/dev/null";
  (void)std::system(command.c_str());  // NOLINT(cert-env33-c): fixed arguments
  const std::vector<std::byte> text = ReadBytes(output);
  fs::remove(output);
  if (text.empty()) {
    GTEST_SKIP() << "evtxexport is not installed";
  }
  Reading evtx;
  const std::vector<std::byte> log = ReadBytes(GetParam());
  ReadAs("evtx", log, evtx);
  Reading xml;
  ReadAs("event-xml", text, xml);
  std::map<std::uint64_t, const Event*> known;
  for (const Event& event : evtx.records.Of<Event>()) {
    known.emplace(event.record_id, &event);
  }
  std::size_t compared = 0;
  for (const Event& event : xml.records.Of<Event>()) {
    const auto found = known.find(event.record_id);
    ASSERT_NE(found, known.end()) << event.record_id;
    EXPECT_EQ(event.id, found->second->id);
    EXPECT_EQ(event.time, found->second->time);
    EXPECT_EQ(event.provider, found->second->provider);
    EXPECT_EQ(event.channel, found->second->channel);
    EXPECT_EQ(event.computer, found->second->computer);
    EXPECT_EQ(event.user_sid, found->second->user_sid);
    ++compared;
  }
  EXPECT_GE(compared + xml.sink.damaged_count, xml.sink.record_count);
  RecordProperty("compared", static_cast<int>(compared));
}

INSTANTIATE_TEST_SUITE_P(
    All, SharedLogAsXmlTest, testing::ValuesIn(SharedLogs()), [](const auto& parameter) {
      std::string name = std::to_string(parameter.index) + "_" + parameter.param.stem().string();
      std::ranges::replace_if(
          name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedLogAsXmlTest);

}  // namespace
}  // namespace whfb::readers
