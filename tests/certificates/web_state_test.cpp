// Which CRL directories the collected IIS configurations are held against.

#include <array>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/crl.h"
#include "collectors/readers/web_record.h"

namespace whfb::collectors {

namespace {

using readers::Known;

class WebState : public testing::Test {
 protected:
  void AddList(std::string_view address, std::string_view delta) {
    const auto list = [this](std::string_view text) {
      return Known<readers::TextList>::Present(
          facts_.ListCell(std::array{text}, Provenance{}).value.list);
    };
    records_.Add(readers::CrlRecord{.sha1 = Known<std::string_view>::Present(address),
                                    .cdp = list(address),
                                    .freshest = list(delta),
                                    .source = {.evidence = 1, .place = 1}});
  }

  void AddSetting(std::string_view name, std::string_view value, std::string_view location) {
    records_.Add(readers::WebSetting{.location = location,
                                     .name = name,
                                     .value = Known<std::string_view>::Present(value),
                                     .source = {.evidence = 2, .place = ++line_}});
  }

  // A server of pki.x.test with the settings of two directories.
  void Scan() {
    AddSetting(readers::kBinding, "http *:80:pki.x.test", "Web");
    records_.Add(readers::WebConfigFile{
        .server = true, .complete = true, .source = {.evidence = 2, .place = 1}});
    facts_.evidence.resize(2);
    facts_.evidence[1].file = "web01/applicationHost.config";
    const Declared declared;
    for (const CollectorSpec* const spec : AllCollectors()) {
      if (spec->name == "environment_crl" || spec->name == "web_setting") {
        spec->collect({.records = records_, .declared = declared}, facts_);
      }
    }
    for (const DerivationSpec* const spec : AllDerivations()) {
      if (spec->name == "web_state") {
        spec->derive({.declared = declared}, facts_);
      }
    }
  }

  const Cell& Get(std::string_view fact) { return facts_.Environment().facts.Get(fact); }

  FactCatalog catalog_ = MakeCatalog();
  FactSpace facts_{catalog_};
  readers::Records records_{facts_.pool};
  std::uint64_t line_ = 0;
};

TEST_F(WebState, WithoutAListNoDirectoryIsKnown) {
  AddSetting(readers::kDoubleEscaping, "true", "Web/cdp");
  Scan();
  EXPECT_EQ(Get("environment.crl_plus_served").why, WhyUnknown::kNotCollected);
  EXPECT_TRUE(Get("environment.crl_needs_tls").unknown());
  EXPECT_TRUE(Get("environment.crl_web_directories").unknown());
}

TEST_F(WebState, OneBadDirectoryIsEnough) {
  AddList("http://pki.x.test/a/ca.crl", "http://pki.x.test/b/ca+.crl");
  AddSetting(readers::kDoubleEscaping, "true", "Web/a");
  AddSetting(readers::kDoubleEscaping, "false", "Web/b");
  AddSetting(readers::kSslFlags, "Ssl", "Web/a");
  AddSetting(readers::kSslFlags, "None", "Web/b");
  Scan();
  ASSERT_TRUE(Get("environment.crl_plus_served").present());
  EXPECT_EQ(Get("environment.crl_plus_served").value.number, 0);
  EXPECT_EQ(Get("environment.crl_plus_refused_at").value.list[0], "http://pki.x.test/b");
  ASSERT_TRUE(Get("environment.crl_needs_tls").present());
  EXPECT_EQ(Get("environment.crl_needs_tls").value.number, 1);
  EXPECT_EQ(Get("environment.crl_needs_tls_at").value.list[0], "http://pki.x.test/a");
  EXPECT_EQ(Get("environment.crl_web_directories").value.list.size(), 2U);
}

TEST_F(WebState, AServerElsewhereIsNotJudged) {
  AddList("http://pki.x.test/a/ca.crl", "http://cdn.y.test/b/ca+.crl");
  AddSetting(readers::kDoubleEscaping, "true", "Web/a");
  AddSetting(readers::kSslFlags, "None", "");
  Scan();
  EXPECT_EQ(Get("environment.crl_plus_served").value.number, 1);
  ASSERT_TRUE(Get("environment.crl_needs_tls").present());
  EXPECT_EQ(Get("environment.crl_needs_tls").value.number, 0);
  EXPECT_EQ(Get("environment.crl_web_directories").value.list.size(), 1U);
}

TEST_F(WebState, RefusedPlusWithoutADeltaIsNoFault) {
  AddList("http://pki.x.test/a/ca.crl", "ldap:///CN=CA");
  AddSetting(readers::kDoubleEscaping, "false", "Web/a");
  Scan();
  EXPECT_TRUE(Get("environment.crl_plus_served").unknown());
}

TEST_F(WebState, AnOpenDirectoryLeavesTheOthersUndecided) {
  AddList("http://pki.x.test/a/ca.crl", "http://pki.x.test/b/ca+.crl");
  AddSetting(readers::kDoubleEscaping, "true", "Web/b");
  Scan();
  EXPECT_TRUE(Get("environment.crl_plus_served").unknown());
}

}  // namespace

}  // namespace whfb::collectors
