// Names: of computers in logs, of users that share one, and how many are kept.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/engine/device_names.h"
#include "scanner/engine/overlay.h"

namespace whfb::engine {

namespace {

constexpr const char* kUpn = "ada@corp.contoso.com";
constexpr const char* kOldSid = "S-1-12-1-1-2-3-4";
constexpr const char* kNewSid = "S-1-12-1-9-8-7-6";

const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

TEST(SameHostTest, IgnoresCaseDomainAndWhatNetBiosCutsOff) {
  EXPECT_TRUE(SameHost("PC-0001", "pc-0001.corp.contoso.com"));
  EXPECT_TRUE(SameHost("DESKTOP-VERYLON", "desktop-verylongname"));
  EXPECT_FALSE(SameHost("PC-0001", "PC-00012"));
  EXPECT_FALSE(SameHost("DESKTOP-VERYLONGNAME1", "DESKTOP-VERYLONGNAME2"));
}

// One log of a device whose dsregcmd says PC-0001; names with the newest first.
struct Logs {
  FactSpace facts{Catalog()};
  readers::Records records{facts.pool};
  std::vector<CoverageRecord> coverage{};

  Logs() {
    facts.evidence.push_back({.bundle = 1, .file = "dsregcmd.txt"});
    records.Add(readers::DsregcmdField{.section = "Device State",
                                       .name = "Device Name",
                                       .value = "PC-0001",
                                       .source = {.evidence = 1}});
  }

  void Add(const std::vector<readers::ComputerSpan>& computers) {
    facts.evidence.push_back({.bundle = 1, .file = "log"});
    const auto number = static_cast<std::uint32_t>(facts.evidence.size());
    records.Add(readers::LogSummary{
        .channel = "Some/Admin",
        .computers = facts.pool.KeepItems(std::span<const readers::ComputerSpan>(computers)),
        .source = {.evidence = number}});
    records.Add(readers::Event{.channel = "Some/Admin", .source = {.evidence = number}});
  }

  [[nodiscard]] std::vector<bool> Foreign() {
    SetAsideForeignLogs(facts.evidence, records, coverage);
    std::vector<bool> foreign;
    for (const readers::LogSummary& log : records.Of<readers::LogSummary>()) {
      foreign.push_back(log.foreign);
    }
    return foreign;
  }
};

TEST(ForeignLogTest, IsOneWhoseNewestRecordIsOfAnotherComputer) {
  Logs logs;
  logs.Add({{.name = "PC-0001", .last_id = 9}});
  logs.Add({{.name = "PC-0002", .last_id = 9}, {.name = "PC-0001", .last_id = 5}});
  EXPECT_EQ(logs.Foreign(), (std::vector<bool>{false, true}));
  EXPECT_EQ(logs.records.Of<readers::Event>().size(), 1U);
}

TEST(ForeignLogTest, IsNoneOfARenamedComputer) {
  Logs logs;
  logs.Add({{.name = "pc-0001", .last_id = 9}, {.name = "DESKTOP-1", .last_id = 5}});
  // Written before the name changed, and never since.
  logs.Add({{.name = "DESKTOP-1", .last_id = 9}});
  EXPECT_EQ(logs.Foreign(), (std::vector<bool>{false, false}));
  EXPECT_EQ(logs.records.Of<readers::Event>().size(), 2U);
}

TEST(ForeignLogTest, KeepsWhatItsReaderSaidOfDamage) {
  Logs logs;
  logs.Add({{.name = "PC-0002", .last_id = 9}});
  logs.coverage.push_back({.bundle = 1,
                           .file = "log",
                           .status = CoverageStatus::kPartial,
                           .reason = "chunk 3: signature is not ElfChnk",
                           .damaged = 1});
  EXPECT_EQ(logs.Foreign(), std::vector<bool>{true});
  EXPECT_EQ(logs.coverage[0].status, CoverageStatus::kIgnored);
  const std::string& reason = logs.coverage[0].reason;
  EXPECT_NE(reason.find("written by the computer PC-0002"), std::string::npos) << reason;
  EXPECT_NE(reason.find("chunk 3: signature is not ElfChnk"), std::string::npos) << reason;
}

struct Accounts {
  FactSpace facts{Catalog()};

  explicit Accounts(const std::vector<const char*>& sids) {
    for (const char* const sid : sids) {
      (void)facts.User({.sid = sid, .upn = kUpn, .told = false});
    }
  }

  [[nodiscard]] std::vector<Cell> NgcSet() {
    std::vector<Cell> cells;
    for (const Subject* const user : facts.UsersCalled(kUpn)) {
      cells.push_back(user->facts.Get("user.ngc_set"));
    }
    return cells;
  }
};

void ExpectAmbiguous(const std::vector<Cell>& cells, std::size_t count) {
  EXPECT_EQ(cells.size(), count);
  for (const Cell& cell : cells) {
    EXPECT_TRUE(cell.unknown());
    EXPECT_EQ(cell.why, WhyUnknown::kAmbiguous);
  }
}

class SharedUpnTest : public testing::TestWithParam<std::vector<const char*>> {};

TEST_P(SharedUpnTest, NamesNobodyToDsregcmd) {
  Accounts accounts(GetParam());
  readers::Records records(accounts.facts.pool);
  records.Add(
      readers::DsregcmdField{.section = "User State",
                             .name = "NgcSet",
                             .value = "NO",
                             .context = {.account = readers::Account::kUser, .user_upn = kUpn},
                             .source = {.evidence = 1}});
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->name == "device_state") {
      collector->collect({.records = records, .declared = {}}, accounts.facts);
    }
  }
  ExpectAmbiguous(accounts.NgcSet(), 2);
}

TEST_P(SharedUpnTest, NamesNobodyToAnEarlierBundle) {
  FactSpace earlier(Catalog());
  earlier.User({.upn = kUpn})->facts.Set("user.ngc_set", Cell::Bool(false, {}));
  Accounts later(GetParam());
  Overlay(earlier, later.facts, 0);
  Accounts none({});
  none.facts = std::move(earlier);
  ExpectAmbiguous(none.NgcSet(), 2);
}

TEST_P(SharedUpnTest, NamesNobodyToALaterBundle) {
  Accounts earlier(GetParam());
  for (Subject* const user : earlier.facts.UsersCalled(kUpn)) {
    user->facts.Set("user.ngc_set", Cell::Bool(true, {}));
  }
  FactSpace later(Catalog());
  later.User({.upn = kUpn})->facts.Set("user.ngc_set", Cell::Bool(false, {}));
  Overlay(earlier.facts, later, 0);
  ExpectAmbiguous(earlier.NgcSet(), 2);
}

INSTANTIATE_TEST_SUITE_P(Orders,
                         SharedUpnTest,
                         testing::Values(std::vector<const char*>{kOldSid, kNewSid},
                                         std::vector<const char*>{kNewSid, kOldSid}));

TEST(AliasesTest, AreBoundedAndTheRestIsTold) {
  FactSpace facts(Catalog());
  for (int i = 0; i < 16'000; ++i) {
    (void)facts.User({.sid = kOldSid, .upn = "a" + std::to_string(i) + "@contoso.com"});
  }
  ASSERT_EQ(facts.subjects().size(), 1U);
  EXPECT_EQ(facts.subjects().front().aliases.size(), Subject::kMaxAliases);
  EXPECT_EQ(facts.refused(), 16'000 - (Subject::kMaxAliases - 1));
}

TEST(AliasesTest, AreComparedWithoutCase) {
  FactSpace facts(Catalog());
  Subject* const user = facts.User({.sid = "s-1-12-1-1-2-3-4", .upn = "Ada@Contoso.com"});
  EXPECT_EQ(facts.User({.sid = kOldSid}), user);
  EXPECT_EQ(facts.User({.upn = "ADA@contoso.com"}), user);
  EXPECT_EQ(user->name, kOldSid);
}

}  // namespace

}  // namespace whfb::engine
