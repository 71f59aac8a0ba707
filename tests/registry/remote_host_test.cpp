// Which devices are declared Remote Desktop hosts, and who may log on to them.

#include "collectors/derived/remote_host.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "collectors/directory_account_columns.h"
#include "collectors/local_group_columns.h"
#include "collectors/readers/small_records.h"
#include "tests/registry/collector_run.h"

namespace whfb::collectors {
extern const DerivationSpec kRemoteHostDerivation;
extern const DerivationSpec kRdpLogonDerivation;
}  // namespace whfb::collectors

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};
constexpr std::string_view kHostFact = "device.is_remote_host";

struct RemoteHostTest : testing::Test {
  Bundle environment;
  Bundle bundle;

  // What the intent file declares; empty: there is none.
  void Declare(std::string_view elements) {
    if (!elements.empty()) {
      const std::string text =
          std::string("<intent version=\"1\">").append(elements).append("</intent>");
      ASSERT_TRUE(environment.reading.Read(readers::kIntentReader, text));
    }
    environment.Collect(collectors::kEnvironmentCollector);
  }

  void Call(AliasKind kind, std::string_view name, bool told = true) {
    bundle.facts.Device().AddAlias(kind, name, told);
  }

  const Cell& Host() {
    bundle.Derive(collectors::kRemoteHostDerivation, &environment.facts);
    return bundle.Device(kHostFact);
  }
};

TEST_F(RemoteHostTest, ADeclaredNameWithOrWithoutADomainIsItsOwn) {
  Declare("<remote-host name=\"SRV01.corp.contoso.com\"/><remote-host name=\"srv02\"/>");
  for (const char* const name : {"srv01", "SRV01.corp.contoso.com", "srv02.emea.contoso.com"}) {
    Bundle device;
    device.facts.Device().AddAlias(AliasKind::kFqdn, name);
    device.Derive(collectors::kRemoteHostDerivation, &environment.facts);
    ASSERT_TRUE(device.Device(kHostFact).present()) << name;
    EXPECT_EQ(device.Device(kHostFact).value.number, 1) << name;
    EXPECT_EQ(device.Device(kHostFact).source.evidence, 0U) << "that of another space";
  }
}

TEST_F(RemoteHostTest, OfAnotherDomainIsAnotherHost) {
  Declare("<remote-host name=\"srv01.corp.contoso.com\"/>");
  Call(AliasKind::kName, "srv01");
  Call(AliasKind::kFqdn, "srv01.emea.contoso.com");
  EXPECT_TRUE(Host().absent());
}

TEST_F(RemoteHostTest, AShortNameInAnotherDomainIsPerhapsAnother) {
  Declare("<remote-host name=\"srv01.corp.contoso.com\"/>");
  Call(AliasKind::kName, "srv01");
  bundle.facts.Device().facts.Set("device.domain_dns_name", Cell::Text("emea.contoso.com", kHere));
  EXPECT_EQ(Host().why, WhyUnknown::kAmbiguous);
}

TEST_F(RemoteHostTest, ACutNetbiosNameIsPerhapsThatOfTheHost) {
  Declare("<remote-host name=\"remote-desktop-01\"/>");
  Call(AliasKind::kName, "REMOTE-DESKTOP-");
  ASSERT_TRUE(Host().unknown());
  EXPECT_EQ(Host().why, WhyUnknown::kAmbiguous);
}

TEST_F(RemoteHostTest, WhatNobodyDeclaresIsNone) {
  Declare("<remote-host name=\"srv01\"/>");
  Call(AliasKind::kName, "srv011");
  EXPECT_TRUE(Host().absent());
}

TEST_F(RemoteHostTest, WithoutAnIntentFileAndInOneThatNamesNoneThereIsNone) {
  Declare("");
  EXPECT_TRUE(Host().absent());
  Bundle silent;
  ASSERT_TRUE(silent.reading.Read(readers::kIntentReader, "<intent version=\"1\"/>"));
  silent.Collect(collectors::kEnvironmentCollector);
  bundle.Derive(collectors::kRemoteHostDerivation, &silent.facts);
  EXPECT_TRUE(bundle.Device(kHostFact).absent());
}

TEST_F(RemoteHostTest, ARejectedIntentFileLeavesItUnknown) {
  environment.reading.records.Add(readers::RejectedIntent{.source = kHere});
  environment.Collect(collectors::kEnvironmentCollector);
  Call(AliasKind::kName, "srv01");
  EXPECT_EQ(Host().why, WhyUnknown::kMalformed);
}

TEST_F(RemoteHostTest, WhereTwoEnvironmentsFitNobodyKnows) {
  Call(AliasKind::kName, "srv01");
  bundle.Derive(collectors::kRemoteHostDerivation);
  ASSERT_TRUE(bundle.Device(kHostFact).unknown());
  EXPECT_EQ(bundle.Device(kHostFact).why, WhyUnknown::kAmbiguous);
}

TEST_F(RemoteHostTest, TheNameOfABundleProvesADeclaredOneAndNotThatItIsNone) {
  Declare("<remote-host name=\"srv01\"/>");
  Call(AliasKind::kName, "exports", false);
  Call(AliasKind::kBundleName, "exports");
  ASSERT_TRUE(Host().unknown());
  EXPECT_EQ(Host().why, WhyUnknown::kNotCollected);
  Bundle other;
  other.facts.Device().AddAlias(AliasKind::kBundleName, "SRV01");
  other.Derive(collectors::kRemoteHostDerivation, &environment.facts);
  EXPECT_TRUE(other.Device(kHostFact).present());
}

TEST_F(RemoteHostTest, TheNameOfABundleDoesNotOverruleTheEvidence) {
  Declare("<remote-host name=\"srv01\"/>");
  Call(AliasKind::kName, "pc-0042");
  Call(AliasKind::kBundleName, "srv01");
  EXPECT_TRUE(Host().absent());
}

constexpr const char* kAda = "S-1-5-21-1-2-3-1104";
constexpr const char* kUsers = "S-1-5-32-555";

using Sids = std::vector<std::string_view>;

struct RdpLogonTest : testing::Test {
  Bundle environment;
  Bundle bundle;

  RdpLogonTest() { bundle.declared.users = {kAda}; }

  void Right(const Sids& holders) { Set("device.rdp_host.logon_right", holders); }

  // Empty: nobody is.
  void Deny(const Sids& denied) { Set("device.rdp_host.logon_denied", denied); }

  void Set(std::string_view fact, const Sids& sids) {
    bundle.facts.Device().facts.Set(
        fact, sids.empty() ? Cell::Absent(kHere) : bundle.facts.ListCell(sids, kHere));
  }

  void Group(std::string_view sid, const Sids& members, bool accounts_only) {
    Table& table = bundle.facts.Device().facts.TableOf(collectors::kLocalGroupTable);
    const std::array<Cell, collectors::kGroupColumnCount> row = {
        bundle.facts.TextCell(sid, kHere), bundle.facts.ListCell(members, kHere),
        Cell::Bool(accounts_only, kHere)};
    table.Add(row);
    table.Cover(Coverage::kPartial);
  }

  const Cell& Authorised() {
    bundle.Derive(collectors::kRdpLogonDerivation, &environment.facts);
    return bundle.Device("device.rdp_host.authorised");
  }

  // "yes", "no", or why it is not known.
  std::string Answer() {
    const Cell& cell = Authorised();
    if (cell.present()) {
      return cell.value.number != 0 ? "yes" : "no";
    }
    return cell.absent() ? "absent" : std::string(ToString(cell.why));
  }

  std::string_view Who() { return bundle.Device("device.rdp_host.authorised_account").value.text; }
};

TEST_F(RdpLogonTest, ADirectMemberOfAGroupThatHoldsTheRightMayLogOn) {
  Right({"S-1-5-32-544", kUsers});
  Deny({});
  Group(kUsers, {kAda, "S-1-5-21-1-2-3-513"}, false);
  EXPECT_EQ(Answer(), "yes");
  EXPECT_EQ(Who(), kAda);
}

TEST_F(RdpLogonTest, WhoHoldsTheRightDirectlyMayLogOn) {
  Right({kAda});
  Deny({});
  EXPECT_EQ(Answer(), "yes");
}

TEST_F(RdpLogonTest, EverybodyIsWhoeverSignsIn) {
  for (const char* const everybody : {"S-1-1-0", "S-1-5-11"}) {
    Bundle device;
    device.facts.Device().facts.Set("device.rdp_host.logon_right",
                                    device.facts.ListCell(Sids{everybody}, kHere));
    device.facts.Device().facts.Set("device.rdp_host.logon_denied", Cell::Absent(kHere));
    device.Derive(collectors::kRdpLogonDerivation);
    ASSERT_TRUE(device.Device("device.rdp_host.authorised").present()) << everybody;
    EXPECT_EQ(device.Device("device.rdp_host.authorised").value.number, 1) << everybody;
  }
}

TEST_F(RdpLogonTest, EverybodyInAGroupIsEverybody) {
  Right({kUsers});
  Deny({});
  Group(kUsers, {"S-1-5-11"}, false);
  EXPECT_EQ(Answer(), "yes");
}

TEST_F(RdpLogonTest, AGroupThatNobodyListedSettlesNothing) {
  Right({"S-1-5-32-544", kUsers});
  Deny({});
  EXPECT_EQ(Answer(), "not-collected");
  Group("S-1-5-32-544", {"S-1-5-21-1-2-3-512"}, false);
  Group(kUsers, {"S-1-5-21-1-2-3-513"}, false);
  EXPECT_EQ(Answer(), "ambiguous") << "he may be in one of these groups";
}

TEST_F(RdpLogonTest, WhoIsNotFoundIsNotRefusedForThat) {
  Right({kUsers});
  Deny({});
  Group(kUsers, {"S-1-5-21-1-2-3-1105"}, true);
  EXPECT_EQ(Answer(), "ambiguous") << "another user of the fleet may be the one";
}

TEST_F(RdpLogonTest, ADenialWinsWhereItNamesTheUserOrEverybody) {
  for (const char* const denied : {kAda, "S-1-1-0", "S-1-5-11"}) {
    Bundle device;
    device.declared.users = {kAda};
    device.facts.Device().facts.Set("device.rdp_host.logon_right",
                                    device.facts.ListCell(Sids{kAda}, kHere));
    device.facts.Device().facts.Set("device.rdp_host.logon_denied",
                                    device.facts.ListCell(Sids{denied}, kHere));
    device.Derive(collectors::kRdpLogonDerivation);
    ASSERT_TRUE(device.Device("device.rdp_host.authorised").present()) << denied;
    EXPECT_EQ(device.Device("device.rdp_host.authorised").value.number, 0) << denied;
  }
}

TEST_F(RdpLogonTest, ADeniedGroupThatMayHoldTheUserLeavesItOpen) {
  Right({kAda});
  Deny({"S-1-5-32-546"});
  EXPECT_EQ(Answer(), "ambiguous");
  Group("S-1-5-32-546", {"S-1-5-21-1-2-3-501"}, true);
  EXPECT_EQ(Answer(), "yes") << "its members are known, and are others";
}

TEST_F(RdpLogonTest, AMemberOfADeniedGroupIsDenied) {
  Right({kAda});
  Deny({"S-1-5-32-546"});
  Group("S-1-5-32-546", {kAda}, true);
  EXPECT_EQ(Answer(), "no");
}

TEST_F(RdpLogonTest, AnAccountOfEntraIsNoLocalOne) {
  bundle.declared.users = {"S-1-12-1-1-2-3-4"};
  Right({"S-1-12-1-1-2-3-4"});
  Deny({"S-1-5-113"});
  EXPECT_EQ(Answer(), "yes");
}

TEST_F(RdpLogonTest, AnAccountWithADomainSidMayBeALocalOne) {
  Right({kAda});
  Deny({"S-1-5-114"});
  EXPECT_EQ(Answer(), "ambiguous");
}

TEST_F(RdpLogonTest, OneOfSeveralUsersIsEnoughAndAllMustBeDenied) {
  bundle.declared.users = {"S-1-5-21-1-2-3-1105", kAda};
  Right({kAda});
  Deny({"S-1-5-21-1-2-3-1105"});
  EXPECT_EQ(Answer(), "yes");
  EXPECT_EQ(Who(), kAda);
}

TEST_F(RdpLogonTest, AUserWhoIsNotDeniedKeepsItOpen) {
  bundle.declared.users = {"S-1-5-21-1-2-3-1105", kAda};
  Right({"S-1-5-21-1-2-3-1105"});
  Deny({"S-1-5-21-1-2-3-1105"});
  EXPECT_EQ(Answer(), "ambiguous");
}

TEST_F(RdpLogonTest, WithoutAnExportOfRightsNothingIsKnown) {
  Group(kUsers, {kAda}, true);
  EXPECT_EQ(Answer(), "not-collected");
  Right({kUsers});
  EXPECT_EQ(Answer(), "not-collected") << "whether it is denied was not read";
}

TEST_F(RdpLogonTest, AListingThatIsTooOldTellsNothing) {
  Right({kUsers});
  Deny({});
  Group(kUsers, {kAda}, true);
  bundle.facts.Device()
      .facts.TableOf(collectors::kLocalGroupTable)
      .OverrideCoverage(Coverage::kNone, WhyUnknown::kStale);
  EXPECT_EQ(Answer(), "stale");
}

TEST_F(RdpLogonTest, AnExportOfTheDirectoryTellsTheSidOfAnExpectedUser) {
  bundle.declared.users.clear();
  ASSERT_TRUE(environment.reading.Read(
      readers::kIntentReader,
      "<intent version=\"1\"><expected-user upn=\"Ada@corp.contoso.com\"/></intent>"));
  environment.Collect(collectors::kEnvironmentCollector);
  Right({kUsers});
  Deny({});
  Group(kUsers, {kAda}, true);
  EXPECT_EQ(Answer(), "ambiguous") << "who she is was not told";
  const std::array<Cell, 2> row = {environment.facts.TextCell("ada@corp.contoso.com", kHere),
                                   environment.facts.TextCell(kAda, kHere)};
  environment.facts.Environment().facts.TableOf(collectors::kAccountNameTable).Add(row);
  EXPECT_EQ(Answer(), "yes");
}

}  // namespace

}  // namespace whfb::test
