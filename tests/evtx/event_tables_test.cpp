// Tables of CAPI2 and Remote Desktop events. Expected values of the real logs: `evtxexport -f xml`
// (libevtx 20181227), which reads the first 24 records of CAPI2_Operational.evtx.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "collectors/collector.h"
#include "collectors/readers/event_record.h"
#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
extern const ReaderSpec kEvtxReader;
extern const ReaderSpec kEventXmlReader;
}  // namespace whfb::readers

namespace whfb::collectors {
extern const CollectorSpec kCapi2EventCollector;
extern const CollectorSpec kRdpEventCollector;

namespace {

using Row = std::span<const Cell>;

class EventTablesTest : public testing::Test {
 protected:
  void Add(const readers::ReaderSpec& reader, std::span<const std::byte> bytes) {
    readers::RecordSink sink{.records = records_};
    interests_.assign(kCapi2EventCollector.events.begin(), kCapi2EventCollector.events.end());
    interests_.insert(interests_.end(), kRdpEventCollector.events.begin(),
                      kRdpEventCollector.events.end());
    sink.interests = interests_;
    ASSERT_TRUE(reader.read({.number = ++evidence_, .path = "log", .bytes = bytes}, sink));
  }

  void AddXml(std::string_view text) {
    Add(readers::kEventXmlReader, std::as_bytes(std::span(text)));
  }

  // False: there is no shared data.
  bool AddShared(std::string_view name) {
    const std::filesystem::path path = std::filesystem::path(WHFB_SHARED_DATA) / "evtx" / name;
    if (!std::filesystem::exists(path)) {
      return false;
    }
    Add(readers::kEvtxReader, readers::ReadBytes(path));
    return true;
  }

  const Table& Collect(std::string_view table) {
    for (const CollectorSpec* collector : {&kCapi2EventCollector, &kRdpEventCollector}) {
      collector->collect({.records = records_, .moment = moment_, .declared = declared_}, facts_);
    }
    return facts_.Device().facts.TableOf(table);
  }

  static std::string Text(const Table& table, std::size_t row, std::string_view column) {
    const auto columns = table.spec().columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].name == column) {
        const Cell& cell = table.Row(row)[i];
        if (!cell.present()) {
          return cell.knowledge == Knowledge::kAbsent ? "absent" : "unknown";
        }
        return columns[i].type == ValueType::kInt    ? std::to_string(cell.value.number)
               : columns[i].type == ValueType::kTime ? FormatTime(cell.value.time.latest)
                                                     : std::string(cell.value.text);
      }
    }
    return "no such column";
  }

  // The rows whose columns are these, in order.
  static std::vector<std::string> Rows(const Table& table,
                                       const std::vector<std::string_view>& columns) {
    std::vector<std::string> rows;
    for (std::size_t row = 0; row < table.size(); ++row) {
      std::string text;
      for (const std::string_view column : columns) {
        text += (text.empty() ? "" : " ") + Text(table, row, column);
      }
      rows.push_back(text);
    }
    return rows;
  }

  FactCatalog catalog_ = MakeCatalog();
  FactSpace facts_{catalog_};
  readers::Records records_{facts_.pool};
  std::vector<readers::EventInterest> interests_;
  Declared declared_{};
  Moment moment_{};
  std::uint32_t evidence_ = 0;
};

bool Holds(const std::vector<std::string>& rows, std::string_view row) {
  return std::ranges::find(rows, row) != rows.end();
}

TEST_F(EventTablesTest, PrivateKeysThatARealProgramAskedFor) {
  if (!AddShared("CAPI2_70_private_key_accessed.evtx")) {
    GTEST_SKIP() << "no shared data";
  }
  const Table& table = Collect("device.capi2_event");
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(Text(table, 0, "id"), "70");
  EXPECT_EQ(Text(table, 0, "code"), "00000000");
  EXPECT_EQ(Text(table, 0, "certificate"), "3cd6b0efaf68549efe9ed2316426fcd7ff81a6a8");
  EXPECT_EQ(Text(table, 0, "process"), "mimikatz.exe");
  EXPECT_EQ(Text(table, 0, "chain_errors"), "none");
  EXPECT_EQ(Text(table, 0, "count"), "unknown") << "a filtered export";
  EXPECT_EQ(table.coverage(), Coverage::kPartial);
}

TEST_F(EventTablesTest, ChainsAndRevocationInARealLog) {
  if (!AddShared("CAPI2_Operational.evtx")) {
    GTEST_SKIP() << "no shared data";
  }
  const std::vector<std::string> rows =
      Rows(Collect("device.capi2_event"),
           {"id", "code", "certificate", "chain_errors", "revocation", "policy", "process"});
  // Records 7, 6 and 14.
  EXPECT_TRUE(Holds(rows,
                    "11 00000000 9617094a1cfb59ae7c1f7dfdb6739e4e7c40508f 00000040 80092012 "
                    "none setup.exe"));
  EXPECT_TRUE(Holds(rows,
                    "41 00000000 9617094a1cfb59ae7c1f7dfdb6739e4e7c40508f none 00000000 "
                    "none setup.exe"));
  EXPECT_TRUE(Holds(rows,
                    "30 00000000 9617094a1cfb59ae7c1f7dfdb6739e4e7c40508f none none "
                    "CERT_CHAIN_POLICY_AUTHENTICODE setup.exe"));
  const Table& fetched = facts_.Device().facts.TableOf("device.capi2_retrieval_event");
  EXPECT_TRUE(Holds(Rows(fetched, {"code", "url", "object", "http_status", "process"}),
                    "00000000 http://crl.microsoft.com/pki/crl/products/CSPCA.crl CONTEXT_OID_CRL "
                    "200 setup.exe"));
  EXPECT_EQ(fetched.coverage(), Coverage::kPartial) << "record 1, but the log is off by default";
  EXPECT_EQ(fetched.why(), WhyUnknown::kNotCollected);
}

TEST_F(EventTablesTest, WhoWasAuthenticatedOnARealTarget) {
  if (!AddShared("TerminalServices-RemoteConnectionManager_Operational.evtx")) {
    GTEST_SKIP() << "no shared data";
  }
  const Table& table = Collect("device.rdp_connection_event");
  EXPECT_EQ(Rows(table, {"id", "user", "domain", "address"}),
            (std::vector<std::string>{"261 none none none", "1149 a none 103.11.244.223",
                                      "1149 administrator none 31.14.75.59",
                                      "1149 administrator desktop-1n4r894 31.14.75.59",
                                      "1149 mpowers magnetic-deskto 174.127.93.2"}));
}

// Microsoft Learn, "550 5.7.64 TenantAttribution": the event as it is printed there.
constexpr std::string_view kLearnEvent30 =
    R"(<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">
 <System>
 <Provider Name="Microsoft-Windows-CAPI2" Guid="{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}" />
 <EventID>30</EventID>
 <Version>0</Version>
 <Level>2</Level>
 <Task>30</Task>
 <Opcode>0</Opcode>
 <Keywords>0x4000000000000001</Keywords>
 <TimeCreated SystemTime="2016-12-01T03:09:55.456180600Z" />
 <EventRecordID>3156</EventRecordID>
 <Correlation />
 <Execution ProcessID="544" ThreadID="1996" />
 <Channel>Microsoft-Windows-CAPI2/Operational</Channel>
 <Computer>CORP-SMTP1.ServerName.com</Computer>
 <Security UserID="S-1-5-18" />
 </System>
 <UserData>
 <CertVerifyCertificateChainPolicy>
 <Policy type="CERT_CHAIN_POLICY_SSL" constant="4" />
 <Certificate fileRef="EC53EBC94A796C42E5B4E5851F961874F013D94C.cer" subjectName="*.ServerName.com" />
 <Status chainIndex="0" elementIndex="-1" />
 <EventAuxInfo ProcessName="lsass.exe" impersonateToken="S-1-5-18" />
 <Result value="800B0109">A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider.</Result>
 </CertVerifyCertificateChainPolicy>
 </UserData>
</Event>)";

TEST_F(EventTablesTest, APolicyThatFailedAsLearnPrintsIt) {
  AddXml(kLearnEvent30);
  const Table& table = Collect("device.capi2_event");
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(
      Rows(table, {"id", "code", "certificate", "policy", "process", "about", "user", "last"}),
      (std::vector<std::string>{
          "30 800b0109 ec53ebc94a796c42e5b4e5851f961874f013d94c CERT_CHAIN_POLICY_SSL "
          "lsass.exe *.ServerName.com S-1-5-18 2016-12-01T03:09:55Z"}));
}

std::string Replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST_F(EventTablesTest, WhatIsNoCodeAndNoThumbprintIsNotTakenForOne) {
  std::string text = Replaced(std::string(kLearnEvent30), "800B0109\">", "800B01091\">");
  text = Replaced(text, "EC53EBC94A796C42E5B4E5851F961874F013D94C.cer", "EC53.cer");
  AddXml(text);
  const Table& table = Collect("device.capi2_event");
  EXPECT_EQ(Rows(table, {"code", "certificate"}), (std::vector<std::string>{"none unknown"}));
}

TEST_F(EventTablesTest, ALogThatIsOffByDefaultProvesNothingAbsent) {
  AddXml(Replaced(std::string(kLearnEvent30), ">3156<", ">1<"));
  const Table& table = Collect("device.capi2_event");
  EXPECT_EQ(table.coverage(), Coverage::kPartial);
  EXPECT_EQ(table.why(), WhyUnknown::kNotCollected);
  EXPECT_EQ(Text(table, 0, "count"), "unknown");
}

// More kinds than are kept: those that failed are there, and the table says that it is not whole.
TEST_F(EventTablesTest, WhatFailedIsKeptFirst) {
  constexpr int kMany = 2'001;
  std::string text;
  for (int i = 0; i <= kMany; ++i) {
    std::string event = Replaced(std::string(kLearnEvent30), ">3156<", fmt::format(">{}<", i + 1));
    event = Replaced(event, "EC53EBC94A796C42E5B4E5851F961874F013D94C", fmt::format("{:040x}", i));
    text += i == kMany ? event : Replaced(event, "800B0109\">", "0\">");
  }
  AddXml(text);
  const Table& table = Collect("device.capi2_event");
  EXPECT_EQ(table.size(), 2'000U);
  EXPECT_EQ(table.coverage(), Coverage::kPartial);
  EXPECT_EQ(table.why(), WhyUnknown::kTooLarge);
  EXPECT_TRUE(Holds(Rows(table, {"code", "certificate"}),
                    "800b0109 00000000000000000000000000000000000007d1"));
}

}  // namespace
}  // namespace whfb::collectors
