#include <gtest/gtest.h>

#include "tests/group_policy/policy_reading.h"

namespace whfb::test {

namespace {

using readers::PolicyAction;
using readers::PolicyObject;
using readers::PolicyOrigin;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::RegistryType;

constexpr std::string_view kGpo = "{11111111-1111-1111-1111-111111111111}";

TEST(GpoReport, NamesTheGpoOfEverySetting) {
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kGpoReportReader, GoldenFile("gpo-report/workstations.in.xml")));
  ASSERT_FALSE(reading.Settings().empty());
  for (const PolicySetting& setting : reading.Settings()) {
    EXPECT_EQ(setting.gpo, kGpo);
    EXPECT_EQ(setting.gpo_name, "Arbeitspl\xC3\xA4tze");
    EXPECT_EQ(setting.origin, PolicyOrigin::kGpoReport);
    EXPECT_EQ(setting.scope, PolicyScope::kComputer);
    EXPECT_FALSE(setting.precedence.present());
  }
  ASSERT_EQ(reading.records.Of<PolicyObject>().size(), 2U);  // one a half
}

TEST(GpoReport, ReadsPreferencesInsideCollections) {
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kGpoReportReader, GoldenFile("gpo-report/workstations.in.xml")));
  const auto settings = reading.Settings();
  const auto preference = std::ranges::find_if(settings, [](const PolicySetting& setting) {
    return setting.part == readers::PolicyPart::kPreference && setting.value.name == "EnableLUA";
  });
  ASSERT_NE(preference, settings.end());
  EXPECT_EQ(preference->value.key,
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System");
  EXPECT_EQ(preference->value.type, RegistryType::kDword);
  EXPECT_EQ(preference->value.number, 1U);
  EXPECT_FALSE(preference->in_doubt);
}

TEST(GpoReport, APreferenceForSomeOnlyIsInDoubtAndDeleteIsADeletion) {
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kGpoReportReader, GoldenFile("gpo-report/workstations.in.xml")));
  const auto settings = reading.Settings();
  const auto deleted = std::ranges::find_if(
      settings, [](const PolicySetting& setting) { return setting.value.deleted; });
  ASSERT_NE(deleted, settings.end());
  EXPECT_EQ(deleted->action, PolicyAction::kDeleteValue);
  EXPECT_EQ(deleted->value.name, "Enabled");
  EXPECT_TRUE(deleted->in_doubt);  // item-level targeting
}

// One preference in a collection; `collection` and `item` are attributes, `filters` what limits the
// collection.
std::string PreferenceReport(const char* collection, const char* item, const char* filters) {
  return std::string("<GPO xmlns=\"http://www.microsoft.com/GroupPolicy/Settings\"><Identifier>")
      .append("<Identifier>{11111111-1111-1111-1111-111111111111}</Identifier></Identifier>")
      .append(
          "<Computer><ExtensionData><Extension xmlns:q2=\"http://www.microsoft.com/GroupPolicy/")
      .append("Settings/Windows/Registry\"><q2:RegistrySettings><q2:Collection ")
      .append(collection)
      .append("><q2:Registry ")
      .append(item)
      .append("><q2:Properties action=\"U\" hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Microsoft")
      .append(
          "\\Windows\\CurrentVersion\\Policies\\System\" name=\"EnableLUA\" type=\"REG_DWORD\" ")
      .append("value=\"00000001\"/></q2:Registry>")
      .append(filters)
      .append(
          "</q2:Collection></q2:RegistrySettings></Extension></ExtensionData></Computer></GPO>");
}

struct PreferenceCase {
  const char* collection = "";
  const char* item = "";
  const char* filters = "";
  std::size_t settings = 1;
  bool in_doubt = false;
};

class PreferenceTest : public testing::TestWithParam<PreferenceCase> {};

TEST_P(PreferenceTest, FollowsItsCollection) {
  const PreferenceCase& one = GetParam();
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpoReportReader,
                           PreferenceReport(one.collection, one.item, one.filters)));
  const auto settings = reading.Settings();
  ASSERT_EQ(settings.size(), one.settings);
  if (one.settings != 0) {
    EXPECT_EQ(settings[0].in_doubt, one.in_doubt);
  }
}

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const PreferenceCase kPreferences[] = {
    {},
    {.item = "disabled=\"0\""},
    {.item = "disabled=\"1\"", .settings = 0},
    {.collection = "disabled=\"1\"", .settings = 0},
    {.filters = "<q2:Filters><FilterGroup name=\"x\"/></q2:Filters>", .in_doubt = true},
};

INSTANTIATE_TEST_SUITE_P(OfAReport, PreferenceTest, testing::ValuesIn(kPreferences));

TEST(GpoReport, ReadsAReportOfAllGpos) {
  PolicyReading one;
  PolicyReading all;
  ASSERT_TRUE(one.Read(readers::kGpoReportReader, GoldenFile("gpo-report/workstations.in.xml")));
  ASSERT_TRUE(all.Read(readers::kGpoReportReader, GoldenFile("gpo-report/all.in.xml")));
  EXPECT_EQ(all.Settings().size(), one.Settings().size());
}

TEST(GpoReport, IsToldFromAResult) {
  const std::string report = GoldenFile("gpo-report/workstations.in.xml");
  const std::string result = GoldenFile("gpresult/both-halves-german.in.xml");
  const auto head = [](std::string_view bytes) {
    return std::as_bytes(std::span(bytes)).first(std::min(bytes.size(), readers::kHeadBytes));
  };
  EXPECT_EQ(readers::Recognise(head(report), "gpreport.xml"), &readers::kGpoReportReader);
  EXPECT_EQ(readers::Recognise(head(result), "gpresult.xml"), &readers::kGpresultReader);
  EXPECT_TRUE(readers::kGpoReportReader.environment);
  EXPECT_FALSE(readers::kGpresultReader.environment);
}

TEST(GpoReport, SurvivesEveryTruncation) {
  const std::string whole = GoldenFile("gpo-report/all.in.xml");
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    PolicyReading reading;
    const Status status = reading.Read(readers::kGpoReportReader, whole.substr(0, size));
    EXPECT_TRUE(!status || reading.sink.damaged_count > 0) << size;
  }
}

TEST(GpresultHtml, ReadsPathsAndGuidsAndSaysWhatItDoesNotRead) {
  PolicyReading reading;
  ASSERT_TRUE(
      reading.Read(readers::kGpresultHtmlReader, GoldenFile("gpresult-html/german.in.html")));
  ASSERT_EQ(reading.Settings().size(), 1U);  // not the one inside the script
  EXPECT_EQ(reading.Settings()[0].value.key, "SOFTWARE\\Policies\\Microsoft\\PassportForWork");
  EXPECT_EQ(reading.Settings()[0].value.name, "Enabled");
  EXPECT_EQ(reading.Settings()[0].origin, PolicyOrigin::kPage);
  EXPECT_EQ(reading.Settings()[0].scope, PolicyScope::kUnknown);
  ASSERT_EQ(reading.records.Of<PolicyObject>().size(), 1U);
  EXPECT_EQ(reading.records.Of<PolicyObject>()[0].id, kGpo);
  EXPECT_FALSE(reading.records.Of<PolicyObject>()[0].Applied().present());
  EXPECT_EQ(reading.sink.note,
            "utf-16le, 1 registry paths and 1 GPOs read; everything else is in the language of the "
            "console: collect gpresult /x for the settings");
}

TEST(GpresultHtml, APageThatOnlyLooksLikeOneIsRefused) {
  PolicyReading reading;
  EXPECT_FALSE(reading.Read(readers::kGpresultHtmlReader,
                            "<html gpmc_reportInitialized=\"false\"><body>Access Control List"));
}

TEST(GpresultHtml, HostileMarkupEndsInGaps) {
  for (const std::string_view tail :
       {"<td", "<script>", "<td><td><td>", "</tr></td></span>", "<tr><td>Software\\A\\b"}) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kGpresultHtmlReader,
                             std::string("<html><td class=\"rsopname\">").append(tail)))
        << tail;
    EXPECT_EQ(reading.sink.damaged_count, 1U) << tail;
    EXPECT_TRUE(reading.Settings().empty()) << tail;
  }
}

std::string PageWith(std::string_view body) {
  return std::string("<html><td class=\"rsopname\"></td>").append(body).append("</html>");
}

TEST(GpresultHtml, SaysThatItDoesNotReadMoreThan65536OfAKind) {
  const std::string row = "<tr><td>Software\\A\\b</td><td>1</td></tr>";
  const std::string title = "<span class=\"sectionTitle\">Local [LocalGPO]</span>";
  std::string rows;
  std::string titles;
  for (int i = 0; i < 65'536; ++i) {
    rows += row;
    titles += title;
  }
  PolicyReading exact;
  ASSERT_TRUE(exact.Read(readers::kGpresultHtmlReader, PageWith(rows + titles)));
  EXPECT_EQ(exact.Settings().size(), 65'536U);
  EXPECT_EQ(exact.records.Of<PolicyObject>().size(), 65'536U);
  EXPECT_TRUE(exact.sink.gaps.empty());

  PolicyReading more;
  ASSERT_TRUE(more.Read(readers::kGpresultHtmlReader, PageWith(rows + row + row + titles + title)));
  EXPECT_EQ(more.Settings().size(), 65'536U);
  ASSERT_EQ(more.sink.gaps.size(), 2U);
  EXPECT_EQ(more.sink.gaps[0].why, WhyUnknown::kTooLarge);
  EXPECT_EQ(more.sink.gaps[0].message, "more than 65536 registry paths: the rest is not read");
  EXPECT_EQ(more.sink.gaps[1].message, "more than 65536 GPOs: the rest is not read");
}

TEST(GpresultHtml, SaysThatItDoesNotReadATextOfMoreThan16KiB) {
  const std::string fits(16'384, 'x');
  for (const std::string& row : {"<tr><td>Software\\A\\b</td><td>" + fits + "x</td></tr>",
                                 "<tr><td>Software\\A\\" + fits + "</td><td>1</td></tr>",
                                 "<tr><td>Software\\A\\b</td><td>" + fits + "<br>x</td></tr>",
                                 "<span class=\"sectionTitle\">" + fits + " [LocalGPO]</span>"}) {
    PolicyReading reading;
    ASSERT_TRUE(reading.Read(readers::kGpresultHtmlReader, PageWith("\n" + row)));
    EXPECT_TRUE(reading.Settings().empty());
    ASSERT_EQ(reading.sink.gaps.size(), 1U);
    EXPECT_EQ(reading.sink.gaps[0].place, 2U);
    EXPECT_EQ(reading.sink.gaps[0].why, WhyUnknown::kTooLarge);
  }
  // What fits, and what is in no row that is read.
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultHtmlReader,
                           PageWith("<tr><td>Software\\A\\b</td><td>" + fits +
                                    "</td></tr><tr><td>" + fits + "x</td><td>1</td></tr>")));
  ASSERT_EQ(reading.Settings().size(), 1U);
  EXPECT_EQ(reading.Settings()[0].value.text, fits);
  EXPECT_TRUE(reading.sink.gaps.empty());
}

TEST(GpresultHtml, ARealPageOfAStandAlonePc) {
  // By hand: two GPO titles, both "Local Group Policy [LocalGPO]", and no settings.
  const std::string bytes = SharedFile("gpresult/gpresult_standalone_pc.html");
  if (bytes.empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/gpresult";
  }
  PolicyReading reading;
  ASSERT_TRUE(reading.Read(readers::kGpresultHtmlReader, bytes));
  EXPECT_TRUE(reading.Settings().empty());
  ASSERT_EQ(reading.records.Of<PolicyObject>().size(), 2U);
  EXPECT_EQ(reading.records.Of<PolicyObject>()[0].id, "LocalGPO");
  EXPECT_EQ(reading.sink.damaged_count, 0U);
}

}  // namespace

}  // namespace whfb::test
