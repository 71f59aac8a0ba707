#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/hive_places.h"
#include "collectors/readers/reg_interest.h"
#include "collectors/readers/small_records.h"
#include "samples/hive_writer.h"
#include "scanner/core/ascii_text.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {
namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryType;
using readers::RegistryValue;
using samples::HiveListStyle;
using samples::HiveSample;

constexpr std::string_view kSystemPolicies =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System";
constexpr std::string_view kPassport =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";

// What every HKLM\SOFTWARE has.
HiveSample Software() {
  HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  return sample;
}

Bytes Raw(std::initializer_list<int> octets) {
  Bytes bytes;
  std::ranges::transform(octets, std::back_inserter(bytes),
                         [](int octet) { return static_cast<std::byte>(octet); });
  return bytes;
}

class EveryWay : public testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(HiveReaderTest,
                         EveryWay,
                         testing::Values(Way::kMemory, Way::kCache),
                         [](const auto& parameter) {
                           return parameter.param == Way::kMemory ? "Memory" : "Cache";
                         });

TEST_P(EveryWay, GivesTheRecordsOfTheKeysThatAreAskedFor) {
  HiveSample sample = Software();
  sample.root.At("Microsoft\\Windows\\CurrentVersion\\Policies\\System")
      .Number("ConsentPromptBehaviorAdmin", 3)
      .last_written = 132'000'000'000'000'000;
  sample.root.At("Policies\\Microsoft\\PassportForWork\\PINComplexity")
      .Number("MinimumPINLength", 6);
  sample.root.At("Contoso\\Secret").Number("Value", 1);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "config/SOFTWARE", GetParam()));

  const RegistryValue* const prompt = reading.Value(kSystemPolicies, "ConsentPromptBehaviorAdmin");
  ASSERT_NE(prompt, nullptr);
  EXPECT_EQ(prompt->type, RegistryType::kDword);
  EXPECT_EQ(prompt->number, 3U);
  EXPECT_FALSE(prompt->malformed);
  EXPECT_EQ(prompt->source.evidence, 1U);
  EXPECT_EQ(prompt->source.key, std::string(kSystemPolicies) + "\\ConsentPromptBehaviorAdmin");
  EXPECT_FALSE(prompt->source.outdated);
  const RegistryKey* const key = reading.Key(kSystemPolicies);
  ASSERT_NE(key, nullptr);
  EXPECT_TRUE(key->complete);
  EXPECT_EQ(key->last_written, 132'000'000'000'000'000);
  EXPECT_NE(reading.Value(std::string(kPassport) + "\\PINComplexity", "MinimumPINLength"), nullptr);
  EXPECT_EQ(reading.Value("HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso\\Secret", "Value"), nullptr);
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST_P(EveryWay, CountsEveryKeyAndValueIfAsked) {
  HiveSample sample = Software();  // four keys
  sample.root.At("Contoso").Number("A", 1).Number("B", 2);
  sample.root.Text("", "default");
  const Bytes hive = WriteHive(sample);
  Reading all;
  ASSERT_TRUE(all.Read(hive, "SOFTWARE", GetParam()));
  EXPECT_EQ(all.sink.record_count, 5U + 3U);
  EXPECT_EQ(all.sink.note, "regf 1.5, HKEY_LOCAL_MACHINE\\SOFTWARE, 5 keys, 3 values");
  Reading looked;
  looked.sink.count_all = false;
  ASSERT_TRUE(looked.Read(hive, "SOFTWARE", GetParam()));
  EXPECT_EQ(looked.sink.record_count, 2U);  // CurrentVersion and its ProfileList, without values
}

TEST(HiveReaderTest, SaysWhatAPlaceDoesNotHoldAndNothingOfOtherPlaces) {
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(Software())));
  const RegistryRoot* const root = reading.Root(kPassport);
  ASSERT_NE(root, nullptr);
  EXPECT_TRUE(root->complete);
  EXPECT_EQ(reading.Key(kPassport), nullptr);
  EXPECT_EQ(reading.Root("HKEY_LOCAL_MACHINE\\SOFTWARE"), nullptr);
  // The key is there and what lies below it was not looked at.
  EXPECT_EQ(reading.Root("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"),
            nullptr);
}

TEST(HiveReaderTest, FindsAKeyThroughEveryKindOfList) {
  for (const HiveListStyle style :
       {HiveListStyle::kHash, HiveListStyle::kHint, HiveListStyle::kIndex}) {
    for (const std::size_t most_in_list : {2U, 512U}) {
      HiveSample sample = Software();
      sample.lists = style;
      sample.most_in_list = most_in_list;  // 2: index roots
      for (int i = 0; i < 9; ++i) {
        sample.root.At("Policies\\Microsoft\\Other" + std::to_string(i));
      }
      sample.root.At("policies\\MICROSOFT\\PassportForWork");
      sample.root.At("Policies\\Microsoft\\passportforwork").Number("Enabled", 1);
      Reading reading;
      ASSERT_TRUE(reading.Read(WriteHive(sample)));
      EXPECT_NE(reading.Value(kPassport, "Enabled"), nullptr);
      EXPECT_EQ(reading.sink.record_count, 4U + 2U + 10U + 3U + 1U);
    }
  }
}

TEST_P(EveryWay, ReadsEveryTypeAndOddSizes) {
  HiveSample sample = Software();
  samples::HiveSampleKey& key = sample.root.At("Policies\\Microsoft\\PassportForWork");
  const Bytes wide = samples::HiveText("Gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x91");
  Bytes odd = samples::HiveText("ab");
  odd.push_back(std::byte{'c'});
  const Bytes multi = samples::HiveText(std::string_view("one\0two\0\0", 9));
  key.values = {{.name = "none", .type = 0, .data = Raw({1, 2})},
                {.name = "text", .type = 1, .data = wide},
                {.name = "odd", .type = 1, .data = odd},
                {.name = "empty", .type = 1, .data = {}},
                {.name = "expand", .type = 2, .data = samples::HiveText("%TEMP%")},
                {.name = "binary", .type = 3, .data = Raw({1, 2, 3})},
                {.name = "dword", .type = 4, .data = Raw({4, 3, 2, 1})},
                {.name = "short", .type = 4, .data = Raw({4, 3})},
                {.name = "big-endian", .type = 5, .data = Raw({0, 0, 0, 9})},
                {.name = "multi", .type = 7, .data = multi},
                {.name = "qword", .type = 11, .data = Raw({1, 0, 0, 0, 2, 0, 0, 0})},
                {.name = "property", .type = 0xffff0012, .data = Raw({7})}};
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample), "SOFTWARE", GetParam()));
  const auto at = [&](std::string_view name) {
    const RegistryValue* const value = reading.Value(kPassport, name);
    return value == nullptr ? RegistryValue{.type = RegistryType::kNone, .malformed = true}
                            : *value;
  };
  EXPECT_EQ(at("none").type, RegistryType::kOther);
  EXPECT_EQ(at("none").bytes.size(), 2U);
  EXPECT_EQ(at("text").text, "Gr\xc3\xbc\xc3\x9f \xf0\x9f\x94\x91");
  EXPECT_EQ(at("odd").text, "ab");
  EXPECT_TRUE(at("odd").malformed);
  EXPECT_EQ(at("empty").type, RegistryType::kText);
  EXPECT_FALSE(at("empty").malformed);
  EXPECT_EQ(at("expand").type, RegistryType::kExpandText);
  EXPECT_EQ(at("binary").bytes.size(), 3U);
  EXPECT_EQ(at("binary").bytes[2], std::byte{3});
  EXPECT_EQ(at("dword").number, 0x01020304U);
  EXPECT_TRUE(at("short").malformed);
  EXPECT_EQ(at("big-endian").type, RegistryType::kOther);
  EXPECT_EQ(at("multi").text, "one\ntwo");
  EXPECT_EQ(at("qword").number, 0x0000000200000001U);
  EXPECT_EQ(at("property").type, RegistryType::kOther);
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST_P(EveryWay, ReadsDataInPiecesAndInOneLargeCell) {
  Bytes data(40'000);
  for (std::size_t i = 0; i < data.size(); ++i) {
    data[i] = static_cast<std::byte>(i * 7 % 251);
  }
  for (const std::uint32_t minor : {3U, 4U, 5U, 6U}) {
    HiveSample sample = Software();
    sample.minor = minor;
    sample.root.At("Microsoft\\SystemCertificates\\MY").Bytes("Blob", data);
    Reading reading;
    ASSERT_TRUE(reading.Read(WriteHive(sample), "SOFTWARE", GetParam()));
    const RegistryValue* const blob =
        reading.Value("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\MY", "Blob");
    ASSERT_NE(blob, nullptr);
    EXPECT_TRUE(std::ranges::equal(blob->bytes, data)) << "regf 1." << minor;
  }
}

TEST(HiveReaderTest, ShowsNamesBeyondAsciiAsUtf8) {
  HiveSample sample = Software();
  sample.root.At("Policies\\Microsoft\\PassportForWork")
      .At("Gr\xc3\xb6\xc3\x9f\x65")            // Latin-1 in the hive
      .At("\xd0\x9a\xd0\xbb\xd1\x8e\xd1\x87")  // UTF-16 in the hive
      .Number("\xe2\x82\xac", 1);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample)));
  EXPECT_NE(reading.Value(std::string(kPassport) +
                              "\\Gr\xc3\xb6\xc3\x9f\x65\\\xd0\x9a\xd0\xbb\xd1\x8e\xd1\x87",
                          "\xe2\x82\xac"),
            nullptr);
}

TEST(HiveReaderTest, MakesScepStatesAsRegTextDoes) {
  HiveSample sample = Software();
  sample.root.At("Microsoft\\Provisioning\\Diagnostics\\SCEP\\unique-1")
      .Number("Error", 0x80070005);
  Reading reading;
  ASSERT_TRUE(reading.Read(WriteHive(sample)));
  const auto states = reading.records.Of<readers::ScepState>();
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].unique_id, "unique-1");
  EXPECT_EQ(states[0].error.value, 0x80070005U);
}

TEST(HiveReaderTest, RefusesOtherVersionsAndOtherFiles) {
  HiveSample sample = Software();
  sample.minor = 2;
  Reading reading;
  const Status old = reading.Read(WriteHive(sample), "SOFTWARE");
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().ToString(), "SOFTWARE: regf 1.2; versions 1.3 to 1.6 are known");
  const Status cut = reading.Read(Raw({'r', 'e', 'g', 'f'}), "SOFTWARE");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().ToString(), "SOFTWARE: the header of the hive is missing or cut");
}

TEST(HiveReaderTest, IsRecognisedByItsSignature) {
  const Bytes hive = WriteHive(Software());
  const auto recognise = readers::kHiveReader.recognise;
  EXPECT_EQ(recognise({std::span(hive).first(4096), "anything.bin"}), 100);
  EXPECT_EQ(recognise({Raw({'r', 'e', 'g', 'x'}), "software"}), 0);
  EXPECT_EQ(recognise({{}, "ntuser.dat"}), 0);
}

TEST(HivePlacesTest, AreInStepWithTheInterestsOfRegText) {
  const auto covers = [](std::string_view part, bool end) {
    return std::ranges::any_of(readers::HivePlaces(), [&](const readers::HivePlace& place) {
      const std::string path = "\\" + LowerAscii(place.path);
      return end ? path.ends_with(part) : path.find(part) != std::string::npos;
    });
  };
  for (const readers::HivePlace& place : readers::HivePlaces()) {
    EXPECT_TRUE(readers::IsInterestingKey("\\" + LowerAscii(place.path))) << place.path;
  }
  for (const std::string_view part : readers::InterestingParts()) {
    EXPECT_TRUE(covers(part, false)) << part;
  }
  for (const std::string_view end : readers::InterestingEnds()) {
    const bool is_volatile = end.find("activecomputername") != std::string_view::npos;
    EXPECT_NE(covers(end, true), is_volatile) << end;
  }
}

TEST(HivePlacesTest, NeverLieBelowAnotherPlace) {
  for (const readers::HivePlace& above : readers::HivePlaces()) {
    for (const readers::HivePlace& below : readers::HivePlaces()) {
      const bool inside = above.part == below.part && above.subtree &&
                          LowerAscii(below.path).starts_with(LowerAscii(above.path) + "\\");
      EXPECT_FALSE(inside) << below.path;
    }
  }
}

}  // namespace
}  // namespace whfb::test
