// Whether a web server is proven to serve a CRL directory as clients need it. Expected values:
// Microsoft Learn, IIS configuration reference (access, requestFiltering, location).

#include "collectors/derived/web_directory.h"

#include <array>
#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/web_record.h"

namespace whfb::collectors {

namespace {

using readers::kAccessLock;
using readers::kBinding;
using readers::kDoubleEscaping;
using readers::kFilteringLock;
using readers::kSslFlags;

class WebDirectoryTest : public testing::Test {
 protected:
  void Add(std::string_view file,
           bool server,
           std::string_view location,
           std::string_view name,
           std::string_view value,
           bool whole = true) {
    const Provenance source{.evidence = 1, .place = ++line_};
    const Cell cut = Cell::Unknown(WhyUnknown::kTruncated, source);
    Settings().Add(std::array{
        Cell::Text(file, source), Cell::Int(static_cast<std::int64_t>(line_), source),
        Cell::Text(location, source), Cell::Text(name, source), Cell::Text(value, source),
        whole ? Cell::Bool(server, source) : cut, whole ? Cell::Bool(true, source) : cut});
  }

  // One server with the host among its bindings.
  void Server(std::string_view location, std::string_view name, std::string_view value) {
    if (!bound_) {
      bound_ = true;
      Add(kServer, true, "Web", kBinding, "http *:80:pki.x.test");
    }
    Add(kServer, true, location, name, value);
  }

  Table& Settings() { return facts_.Environment().facts.TableOf("environment.web_setting"); }

  WebAnswer Plus() { return ServesPlus(Settings(), kDirectory).answer; }

  WebAnswer Ssl() { return RefusesHttp(Settings(), kDirectory).answer; }

  static constexpr std::string_view kServer = "web01/applicationHost.config";
  const WebDirectory kDirectory{"pki.x.test", "cdp"};
  FactCatalog catalog_ = MakeCatalog();
  FactSpace facts_{catalog_};
  std::uint64_t line_ = 0;
  bool bound_ = false;
};

TEST(HttpAddress, IsSplitIntoHostAndDirectory) {
  WebDirectory directory;
  EXPECT_TRUE(ParseHttpAddress("HTTP://PKI.x.test:80/Cdp/a/ca+.crl", directory));
  EXPECT_EQ(directory.host, "pki.x.test");
  EXPECT_EQ(directory.path, "cdp/a");
  EXPECT_TRUE(ParseHttpAddress("http://pki.x.test/ca.crl", directory));
  EXPECT_EQ(directory.path, "");
  EXPECT_FALSE(ParseHttpAddress("https://pki.x.test/ca.crl", directory));
  EXPECT_FALSE(ParseHttpAddress("ldap:///CN=CA", directory));
  EXPECT_FALSE(ParseHttpAddress("http://pki.x.test", directory));
  EXPECT_FALSE(ParseHttpAddress("http:///ca.crl", directory));
  EXPECT_FALSE(ParseHttpAddress("http", directory));
}

TEST_F(WebDirectoryTest, NothingCollectedSaysNothing) {
  EXPECT_EQ(Plus(), WebAnswer::kNoFile);
  EXPECT_EQ(Ssl(), WebAnswer::kNoFile);
}

TEST_F(WebDirectoryTest, ALocationWithTheAddressDecides) {
  Server("WEB/CDP", kDoubleEscaping, "True");
  Server("Web/cdp", kSslFlags, "Ssl, SslNegotiateCert");
  EXPECT_EQ(Plus(), WebAnswer::kYes);
  EXPECT_EQ(Ssl(), WebAnswer::kYes);
}

TEST_F(WebDirectoryTest, AnotherSiteOrPathSaysNothing) {
  Server("Other/cdp", kDoubleEscaping, "true");
  Server("Web/cdp2", kDoubleEscaping, "true");
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
}

TEST_F(WebDirectoryTest, ASiteIsThatOfTheHostOnlyWithProof) {
  Add("ca/applicationHost.config", true, "Web", kBinding, "http *:80:");
  Add("ca/applicationHost.config", true, "Web/cdp", kSslFlags, "Ssl");
  EXPECT_EQ(Ssl(), WebAnswer::kNoFile);
  Add("e/PKI.x.test/applicationHost.config", true, "Web", kBinding, "http *:80:");
  Add("e/PKI.x.test/applicationHost.config", true, "Web/cdp", kSslFlags, "None");
  EXPECT_EQ(Ssl(), WebAnswer::kNo);
}

TEST_F(WebDirectoryTest, ABindingOfTlsIsNoneOfHttp) {
  Add(kServer, true, "Web", kBinding, "https *:443:pki.x.test");
  Add(kServer, true, "Web/cdp", kSslFlags, "Ssl");
  EXPECT_EQ(Ssl(), WebAnswer::kNoFile);
}

TEST_F(WebDirectoryTest, WhatIsSetAboveHoldsOnlyWhereDirectoriesMayNotSetIt) {
  Server("", kSslFlags, "None");
  Server("Web", kSslFlags, "Ssl");
  Server("Web", kDoubleEscaping, "true");
  EXPECT_EQ(Ssl(), WebAnswer::kYes);
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
  Server("", kAccessLock, "Deny");
  Server("", kFilteringLock, "Deny");
  EXPECT_EQ(Plus(), WebAnswer::kYes);
  Server("Web", kAccessLock, "Allow");
  EXPECT_EQ(Ssl(), WebAnswer::kUnknown);
  Server("Web/cdp", kAccessLock, "Inherit");
  EXPECT_EQ(Ssl(), WebAnswer::kUnknown);
}

TEST_F(WebDirectoryTest, OnlySslRefusesPlainHttp) {
  Server("Web/cdp", kSslFlags, "SslNegotiateCert,SslMapCert");
  EXPECT_EQ(Ssl(), WebAnswer::kNo);
}

TEST_F(WebDirectoryTest, FlagsWithoutDocumentedEffectAreNotJudged) {
  Server("Web/cdp", kSslFlags, "SslRequireCert");
  EXPECT_EQ(Ssl(), WebAnswer::kUnknown);
}

TEST_F(WebDirectoryTest, AWebConfigIsThatOfTheAddressOfItsFolder) {
  Add("e/pki.x.test/cdp/web.config", false, "", kDoubleEscaping, "true");
  EXPECT_EQ(Plus(), WebAnswer::kYes);
  Add("e/pki.x.test/web.config", false, "cdp", kDoubleEscaping, "false");
  EXPECT_EQ(ServesPlus(Settings(), kDirectory).why, WhyUnknown::kConflicting);
}

TEST_F(WebDirectoryTest, AWebConfigOfAnotherFolderSaysNothing) {
  Add("cdp/web.config", false, "", kDoubleEscaping, "true");
  Add("mypki.x.test/cdp/web.config", false, "", kDoubleEscaping, "true");
  Add("pki.x.test/web.config", false, "", kDoubleEscaping, "true");
  EXPECT_EQ(Plus(), WebAnswer::kNoFile);
}

TEST_F(WebDirectoryTest, AWebConfigFillsWhatTheServerLeavesOpen) {
  Server("", kDoubleEscaping, "false");
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
  Add("pki.x.test/cdp/web.config", false, "", kDoubleEscaping, "true");
  EXPECT_EQ(Plus(), WebAnswer::kYes);
  Server("Web/cdp", kDoubleEscaping, "false");
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
}

TEST_F(WebDirectoryTest, AnUnplacedWebConfigMayOverruleWhatIsOpen) {
  Server("Web/cdp", kDoubleEscaping, "false");
  Server("Web/cdp", kSslFlags, "Ssl");
  EXPECT_EQ(Plus(), WebAnswer::kNo);
  Add("web.config", false, "", kDoubleEscaping, "true");
  Add("web.config", false, "", kSslFlags, "None");
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
  EXPECT_EQ(Ssl(), WebAnswer::kYes);  // locked: a web.config cannot
}

TEST_F(WebDirectoryTest, AFileThatDiffersLeavesItOpen) {
  Server("Web/cdp", kSslFlags, "Ssl");
  Server("Web/cdp/private", kSslFlags, "None");
  Server("Web/cdp/private/ca.crl", kSslFlags, "None");
  EXPECT_EQ(Ssl(), WebAnswer::kYes);
  Server("Web/cdp/ca.crl", kSslFlags, "None");
  EXPECT_EQ(ServesPlus(Settings(), kDirectory).answer, WebAnswer::kUnknown);
  EXPECT_EQ(RefusesHttp(Settings(), kDirectory).why, WhyUnknown::kAmbiguous);
}

TEST_F(WebDirectoryTest, OneServerOfTwoProvesNothing) {
  Server("Web/cdp", kDoubleEscaping, "true");
  Add("web02/applicationHost.config", true, "S", kBinding, "http *:80:pki.x.test");
  EXPECT_EQ(Plus(), WebAnswer::kUnknown);
}

TEST_F(WebDirectoryTest, ADamagedFileSaysNothing) {
  Add("pki.x.test/cdp/web.config", false, "", kDoubleEscaping, "true", false);
  EXPECT_EQ(Plus(), WebAnswer::kNoFile);
  Server("Web/cdp", kDoubleEscaping, "true");
  EXPECT_EQ(ServesPlus(Settings(), kDirectory).why, WhyUnknown::kTruncated);
}

}  // namespace

}  // namespace whfb::collectors
