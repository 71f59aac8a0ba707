// How long certificates of a profile live, beside its template.

#include <cstdint>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/derived/judged_certificate.h"
#include "scanner/core/truth.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

struct ValidityTest : testing::Test {
  Bundle bundle;
  SubjectFacts& profile = Profile("A", "scep");

  SubjectFacts& Profile(std::string_view name, std::string_view type) {
    SubjectFacts& facts = bundle.facts.Named(SubjectKind::kCertificateProfile, name).facts;
    facts.Put("profile.type", Cell::Text(type, kHere));
    facts.Put("profile.route", Cell::Text(type == "scep" ? "intune-scep" : "intune-pkcs", kHere));
    facts.Put("profile.judged", Cell::Bool(true, kHere));
    return facts;
  }

  SubjectFacts& Environment() { return bundle.facts.Environment().facts; }

  void Derive() { bundle.Derive(collectors::kProfileValidityDerivation); }

  SubjectFacts& Template(std::string_view cn, std::int64_t hours) {
    SubjectFacts& facts = bundle.facts.Named(SubjectKind::kCertificateTemplate, cn).facts;
    facts.Put("template.cn", Cell::Text(cn, kHere));
    facts.Put("template.judged", Cell::Bool(true, kHere));
    facts.Put("template.route", Cell::Text("intune-scep", kHere));
    facts.Put("template.validity_hours", Cell::Int(hours, kHere));
    return facts;
  }

  const Cell& Within(std::int64_t value, std::string_view scale) {
    profile.Put("profile.validity_value", Cell::Int(value, kHere));
    profile.Put("profile.validity_scale", Cell::Text(scale, kHere));
    Derive();
    return profile.Get("profile.within_template");
  }
};

TEST_F(ValidityTest, YearsAndMonthsAreThoseOfTheConsole) {
  struct Asked {
    std::int64_t value = 0;
    std::string_view scale{};
    std::int64_t hours = 0;
    Truth within = Truth::kUnknown;
  };

  constexpr std::int64_t kDay = 24;
  const std::vector<Asked> all = {
      {1, "years", 365 * kDay, Truth::kTrue},     {1, "years", 365 * kDay - 1, Truth::kFalse},
      {2, "years", 365 * kDay, Truth::kFalse},    {30, "days", 30 * kDay, Truth::kTrue},
      {31, "days", 30 * kDay, Truth::kFalse},     {6, "months", 180 * kDay, Truth::kTrue},
      {6, "months", 186 * kDay, Truth::kTrue},    {6, "months", 185 * kDay, Truth::kUnknown},
      {6, "months", 178 * kDay, Truth::kUnknown}, {6, "months", 178 * kDay - 1, Truth::kFalse},
      {6, "weeks", 178 * kDay, Truth::kUnknown}};
  for (const Asked& one : all) {
    (void)Template("T", one.hours);
    const Cell& cell = Within(one.value, one.scale);
    const Truth truth = cell.unknown()           ? Truth::kUnknown
                        : cell.value.number != 0 ? Truth::kTrue
                                                 : Truth::kFalse;
    EXPECT_EQ(truth, one.within) << one.value << one.scale << one.hours;
  }
  EXPECT_EQ(profile.Get("profile.template").value.text, "T");
  EXPECT_EQ(profile.Get("profile.template_hours").value.number, 178 * kDay);
}

// A longer period than that of the template is cut with the flag and without.
TEST_F(ValidityTest, AShorterPeriodThanThatOfTheTemplateIsACustomOne) {
  struct Asked {
    std::int64_t value = 0;
    std::string_view scale{};
    std::int64_t hours = 0;
    Truth custom = Truth::kUnknown;
  };

  constexpr std::int64_t kDay = 24;
  const std::vector<Asked> all = {
      {1, "years", 365 * kDay, Truth::kFalse},    {1, "years", 365 * kDay - 1, Truth::kFalse},
      {1, "years", 365 * kDay + 1, Truth::kTrue}, {6, "months", 180 * kDay, Truth::kFalse},
      {6, "months", 186 * kDay, Truth::kUnknown}, {6, "months", 186 * kDay + 1, Truth::kTrue},
      {6, "months", 178 * kDay, Truth::kUnknown}, {6, "months", 178 * kDay - 1, Truth::kFalse},
      {6, "weeks", 178 * kDay, Truth::kUnknown}};
  Environment().Put("environment.profile_list_complete", Cell::Bool(true, kHere));
  for (const Asked& one : all) {
    (void)Template("T", one.hours);
    (void)Within(one.value, one.scale);
    EXPECT_EQ(collectors::IsTrue(Environment().Get("environment.custom_validity")), one.custom)
        << one.value << one.scale << one.hours;
  }
}

TEST_F(ValidityTest, ThatNoPeriodIsShorterTakesEachProfileOfAWholeList) {
  const auto custom = [&] {
    Derive();
    return collectors::IsTrue(Environment().Get("environment.custom_validity"));
  };
  (void)Template("T", 365 * 24);
  (void)Within(1, "years");
  EXPECT_EQ(custom(), Truth::kUnknown) << "the list is not known to be whole";
  Environment().Put("environment.profile_list_complete", Cell::Bool(true, kHere));
  EXPECT_EQ(custom(), Truth::kFalse);
  SubjectFacts& other = Profile("B", "scep");
  EXPECT_EQ(custom(), Truth::kUnknown) << "its validity is not told";
  other.Put("profile.validity_value", Cell::Int(6, kHere));
  other.Put("profile.validity_scale", Cell::Text("months", kHere));
  EXPECT_EQ(custom(), Truth::kTrue);
  other.Put("profile.judged", Cell::Unknown(WhyUnknown::kNotCollected));
  EXPECT_EQ(custom(), Truth::kUnknown);
  other.Put("profile.judged", Cell::Bool(true, kHere));
  other.Put("profile.draft", Cell::Bool(true, kHere));
  EXPECT_EQ(custom(), Truth::kFalse) << "nobody is assigned it";
}

TEST_F(ValidityTest, AnotherTemplateOfTheRouteMayBeMeant) {
  EXPECT_EQ(Within(1, "years").why, WhyUnknown::kNotCollected);
  (void)Template("T", 24);
  SubjectFacts& other = Template("U", 24);
  EXPECT_EQ(Within(1, "years").why, WhyUnknown::kAmbiguous);
  other.Put("template.judged", Cell::Unknown(WhyUnknown::kNotCollected));
  EXPECT_TRUE(Within(1, "years").present());
  other.Put("template.judged", Cell::Bool(true, kHere));
  other.Put("template.route", Cell::Text("adcs", kHere));
  EXPECT_TRUE(Within(1, "years").present());
}

TEST_F(ValidityTest, APkcsProfileNamesItsTemplate) {
  (void)Template("T", 24);
  Template("U", 9000).Put("template.judged", Cell::Bool(false, kHere));
  profile.Put("profile.template_name", Cell::Text("u", kHere));
  EXPECT_EQ(Within(1, "years").value.number, 1);
  EXPECT_EQ(profile.Get("profile.template").value.text, "U");
  profile.Put("profile.template_name", Cell::Text("V", kHere));
  EXPECT_EQ(Within(1, "years").why, WhyUnknown::kNotCollected);
}

}  // namespace

}  // namespace whfb::test
