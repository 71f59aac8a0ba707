// One template, read from every kind of export: the same facts where they overlap, unknown where an
// export does not show an attribute.

#include <gtest/gtest.h>

#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

struct Source {
  std::string_view name{};
  const readers::ReaderSpec* reader = nullptr;
  std::string_view file{};
};

void PrintTo(const Source& source, std::ostream* out) {
  *out << source.name;
}

struct Expected {
  std::string_view fact{};
  std::string_view answer{};
};

// What the template says; hand-written from the attributes in the files.
constexpr std::array kExpected = {
    Expected{"template.display_name", "WHfB RDP"},
    Expected{"template.schema_version", "4"},
    Expected{"template.flags", "131642"},
    Expected{"template.certificate_name_flag", "2181038080"},
    Expected{"template.enrollment_flag", "264"},
    Expected{"template.private_key_flag", "84213888"},
    Expected{"template.providers", "Microsoft Passport Key Storage Provider"},
    Expected{"template.application_policies", "1.3.6.1.4.1.311.20.2.2, 1.3.6.1.5.5.7.3.2"},
    Expected{"template.eku", "1.3.6.1.4.1.311.20.2.2, 1.3.6.1.5.5.7.3.2"},
    Expected{"template.minimal_key_size", "2048"},
    Expected{"template.oid",
             "1.3.6.1.4.1.311.21.8.1234567.2345678.3456789.4567890.5678901.6.12345678.1234567"},
    Expected{"template.algorithm", "RSA"},
    Expected{"template.hash", "SHA256"},
    Expected{"template.key_usage", "80"},
    Expected{"template.key_spec", "1"},
    Expected{"template.ra_signatures", "0"},
    Expected{"template.validity_seconds", "31536000"},
    Expected{"template.renewal_seconds", "3628800"},
    Expected{"template.guid", "5a8f2b10-3c4d-4e5f-8a9b-0c1d2e3f4a5b"},
};

// Facts that an export cannot tell.
bool Hides(const Source& source, std::string_view fact) {
  const auto among = [fact](std::initializer_list<std::string_view> facts) {
    return std::ranges::find(facts, fact) != facts.end();
  };
  if (source.name == "bloodhound") {
    return among({"template.flags", "template.private_key_flag", "template.providers",
                  "template.minimal_key_size", "template.algorithm", "template.hash",
                  "template.key_usage", "template.key_spec"});
  }
  if (source.name == "certipy") {
    return among({"template.flags", "template.private_key_flag", "template.providers",
                  "template.algorithm", "template.hash", "template.key_usage", "template.key_spec",
                  "template.oid", "template.guid", "template.application_policies"});
  }
  return source.name == "listing" && among({"template.guid"});
}

const std::array kSources = {
    Source{"ldif", &readers::kLdifReader, "ldif/template-whfb.in.ldif"},
    Source{"ldifde", &readers::kLdifReader, "ldif/ldifde.in.ldf"},
    Source{"dstemplate", &readers::kDstemplateReader, "dstemplate/verbose-whfb.in.txt"},
    Source{"listing", &readers::kTemplateListingReader, "template-listing/whfb.in.txt"},
    Source{"bloodhound", &readers::kBloodhoundReader, "bloodhound/certtemplates.in.json"},
    Source{"certipy", &readers::kCertipyReader, "certipy/find.in.json"},
};

class TemplateFactsTest : public testing::TestWithParam<Source> {};

TEST_P(TemplateFactsTest, AreTheSameOrUnknown) {
  const Source& source = GetParam();
  Environment environment;
  environment.Add(*source.reader, Golden(source.file)).Finish();
  for (const Expected& one : kExpected) {
    const std::string answer = Answer(environment.Template("WHfBRdp"), one.fact);
    EXPECT_EQ(answer, Hides(source, one.fact) ? "unknown (not-collected)" : one.answer) << one.fact;
  }
}

INSTANTIATE_TEST_SUITE_P(EverySource,
                         TemplateFactsTest,
                         testing::ValuesIn(kSources),
                         [](const auto& source) { return std::string(source.param.name); });

TEST(TemplateFactsTest, AllSourcesTogetherAgree) {
  // In any order, also with the upper-case name of BloodHound first.
  for (const bool backwards : {false, true}) {
    Environment environment;
    for (std::size_t i = 0; i < kSources.size(); ++i) {
      const Source& source = kSources.at(backwards ? kSources.size() - 1 - i : i);
      environment.Add(*source.reader, Golden(source.file));
    }
    environment.Finish();
    for (const Expected& one : kExpected) {
      EXPECT_EQ(Answer(environment.Template("WHfBRdp"), one.fact), one.answer) << one.fact;
    }
    EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.cn"), "WHfBRdp");
  }
}

TEST(TemplateFactsTest, SourcesThatDisagreeAreConflicting) {
  std::string other = Golden("dstemplate/verbose-whfb.in.txt");
  const std::string_view kPassport = "1,Microsoft Passport Key Storage Provider";
  other.replace(other.find(kPassport), kPassport.size(),
                "1,Microsoft Software Key Storage Provider");
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/template-whfb.in.ldif"))
      .Add(readers::kDstemplateReader, other)
      .Finish();
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.providers"), "unknown (conflicting)");
}

TEST(TemplateFactsTest, AnyProviderIsAbsentOnlyWhereEverythingIsShown) {
  std::string text = Golden("ldif/template-whfb.in.ldif");
  const std::string_view kLine = "pKIDefaultCSPs: 1,Microsoft Passport Key Storage Provider\n";
  text.erase(text.find(kLine), kLine.size());
  Environment whole;
  whole.Add(readers::kLdifReader, text).Finish();
  EXPECT_EQ(Answer(whole.Template("WHfBRdp"), "template.providers"), "absent");
  const std::string_view kAsked = "# requesting: * nTSecurityDescriptor";
  text.replace(text.find(kAsked), kAsked.size(), "# requesting: cn objectClass flags");
  text.erase(text.find("instanceType: 4\n"), 16);
  Environment listed;
  listed.Add(readers::kLdifReader, text).Finish();
  EXPECT_EQ(Answer(listed.Template("WHfBRdp"), "template.providers"), "unknown (not-collected)");
}

TEST(TemplateFactsTest, APeriodOfWrongLengthIsMalformed) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/damaged.in.ldif")).Finish();
  EXPECT_EQ(Answer(environment.Template("Broken"), "template.validity_seconds"),
            "unknown (malformed)");
  EXPECT_EQ(Answer(environment.Template("Broken"), "template.key_usage"), "unknown (malformed)");
  EXPECT_EQ(Answer(environment.Template("Cut"), "template.flags"), "unknown (truncated)");
}

constexpr std::string_view kDomain = "S-1-5-21-3677581135-3435515867-784156431";

std::vector<std::string> RightsTo(Environment& environment, std::string_view right) {
  std::vector<std::string> rows;
  const Table& table = environment.Template("WHfBRdp").TableOf("template.right");
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto row = table.Row(i);
    if (row[1].value.text == right) {
      rows.push_back(std::string(row[2].value.number != 0 ? "allow " : "deny ")
                         .append(row[0].value.text)
                         .append(" ")
                         .append(Answer(row[5], ValueType::kSid))
                         .append(" ")
                         .append(Answer(row[6], ValueType::kInt)));
    }
  }
  std::ranges::sort(rows);
  return rows;
}

TEST(TemplateRightTest, TellsWhoMayEnrol) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/template-whfb.in.ldif")).Finish();
  const std::string domain(kDomain);
  EXPECT_EQ(RightsTo(environment, "enroll"),
            (std::vector<std::string>{"allow S-1-5-11 S-1-5-11 11",
                                      "allow " + domain + "-1105 " + domain + "-1105 1105",
                                      "allow " + domain + "-519 " + domain + "-519 519"}));
  EXPECT_EQ(RightsTo(environment, "autoenroll"),
            (std::vector<std::string>{"allow " + domain + "-519 " + domain + "-519 519",
                                      "deny " + domain + "-514 " + domain + "-514 514"}));
  // The console calls the entry of Domain Admins full control; it has no extended rights.
  EXPECT_EQ(RightsTo(environment, "full-control"),
            (std::vector<std::string>{"allow " + domain + "-519 " + domain + "-519 519"}));
  EXPECT_EQ(RightsTo(environment, "write-dacl").size(), 2U);
  EXPECT_EQ(RightsTo(environment, "read").size(), 3U);
  EXPECT_EQ(RightsTo(environment, "owner").size(), 1U);
  EXPECT_EQ(environment.Template("WHfBRdp").TableOf("template.right").coverage(),
            Coverage::kComplete);
}

TEST(TemplateRightTest, AnAliasIsASidOnlyInAForestOfOneDomain) {
  Environment environment;
  environment.Add(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt")).Finish();
  EXPECT_EQ(RightsTo(environment, "autoenroll"),
            (std::vector<std::string>{"allow EA unknown (ambiguous) 519",
                                      "deny DG unknown (ambiguous) 514"}));
  Environment known;
  known.Add(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt"))
      .Add(readers::kLdifReader, Golden("ldif/partitions.in.ldif"))
      .Add(readers::kBloodhoundReader, Golden("bloodhound/domains.in.json"))
      .Finish();
  EXPECT_EQ(RightsTo(known, "autoenroll"),
            (std::vector<std::string>{"allow EA " + std::string(kDomain) + "-519 519",
                                      "deny DG " + std::string(kDomain) + "-514 514"}));
}

TEST(TemplateRightTest, TheSameDescriptorInBothFormsIsOne) {
  Environment environment;
  environment.Add(readers::kDstemplateReader, Golden("dstemplate/verbose-whfb.in.txt"))
      .Add(readers::kLdifReader, Golden("ldif/template-whfb.in.ldif"))
      .Add(readers::kTemplateListingReader, Golden("template-listing/whfb.in.txt"))
      .Finish();
  EXPECT_EQ(RightsTo(environment, "enroll").size(), 3U);
  EXPECT_TRUE(environment.Template("WHfBRdp").Get("template.security_descriptor").present());
  EXPECT_EQ(environment.Template("WHfBRdp").TableOf("template.right").coverage(),
            Coverage::kComplete);
}

TEST(TemplateRightTest, DifferentDescriptorsAreConflicting) {
  std::string other = Golden("dstemplate/verbose-whfb.in.txt");
  other.erase(other.find("(A;;LCRPLORC;;;AU)"), 18);
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/template-whfb.in.ldif"))
      .Add(readers::kDstemplateReader, other)
      .Finish();
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.security_descriptor"),
            "unknown (conflicting)");
  const Table& rights = environment.Template("WHfBRdp").TableOf("template.right");
  EXPECT_EQ(rights.coverage(), Coverage::kPartial);
  EXPECT_EQ(rights.why(), WhyUnknown::kConflicting);
}

TEST(TemplateRightTest, ExportsThatLeaveDenialsOutAreNotWhole) {
  Environment environment;
  environment.Add(readers::kBloodhoundReader, Golden("bloodhound/certtemplates.in.json")).Finish();
  EXPECT_EQ(RightsTo(environment, "enroll").size(), 3U);
  EXPECT_EQ(environment.Template("WHfBRdp").TableOf("template.right").coverage(),
            Coverage::kPartial);
  Environment names;
  names.Add(readers::kCertipyReader, Golden("certipy/find.in.json")).Finish();
  EXPECT_EQ(RightsTo(names, "write-owner"),
            (std::vector<std::string>{
                "allow CONTOSO.TEST\\Domain Admins unknown (not-collected) unknown (not-collected)",
                "allow CONTOSO.TEST\\Enterprise Admins unknown (not-collected) "
                "unknown (not-collected)"}));
}

TEST(TemplateRightTest, NoDescriptorIsNoAnswer) {
  Environment environment;
  environment.Add(readers::kLdifReader, Golden("ldif/ldifde.in.ldf")).Finish();
  EXPECT_EQ(Answer(environment.Template("WHfBRdp"), "template.security_descriptor"),
            "unknown (not-collected)");
  EXPECT_EQ(environment.Template("WHfBRdp").TableOf("template.right").coverage(), Coverage::kNone);
}

TEST(TemplateRightTest, ANullListLetsEverybodyDoEverything) {
  Environment environment;
  environment
      .Add(readers::kDstemplateReader,
           "[WHfBRdp]\n msPKI-RA-Signature = \"0\"\n"
           " nTSecurityDescriptor = \"O:BAD:NO_ACCESS_CONTROL\"\n[TemplateList]\n")
      .Finish();
  EXPECT_EQ(RightsTo(environment, "enroll"), std::vector<std::string>{"allow S-1-1-0 S-1-1-0 0"});
}

TEST(TemplateRightTest, TheWriteUpsTemplateGivesRightsToAdministrators) {
  const std::string text = ReadAll(WHFB_SHARED_DATA "/dstemplate/VMware_excerpt.txt");
  if (text.empty()) {
    GTEST_SKIP() << "sample dstemplate/VMware_excerpt.txt is not here";
  }
  Environment environment;
  environment.Add(readers::kDstemplateReader, text).Finish();
  const Table& table = environment.Template("VMware").TableOf("template.right");
  std::vector<std::string> enroll;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.Row(i)[1].value.text == "enroll") {
      enroll.emplace_back(table.Row(i)[0].value.text);
    }
  }
  EXPECT_EQ(enroll,
            (std::vector<std::string>{"DA", "S-1-5-21-3624711327-1928871231-2040357511-519"}));
  EXPECT_EQ(Answer(environment.Template("VMware"), "template.validity_seconds"), "63072000");
  EXPECT_EQ(Answer(environment.Template("VMware"), "template.key_usage"), "e0");
}

}  // namespace

}  // namespace whfb::test
