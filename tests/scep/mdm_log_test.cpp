// From the bytes of a log to the rows of a user.

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/scep_history.h"
#include "samples/evtx_writer.h"

namespace whfb::collectors {
namespace {

constexpr std::string_view kSid = "S-1-12-1-1111-2222-3333-4444";
constexpr std::string_view kUniqueId =
    "ModelName_AC_0f2b0c5e-0000-4000-8000-000000000001_LogicalName_"
    "6A0B2E5C_1111_4222_8333_444455556666_Hash_-12345";
// The same profile, edited; and another profile.
constexpr std::string_view kEdited =
    "ModelName_AC_0f2b0c5e-0000-4000-8000-000000000001_LogicalName_"
    "6A0B2E5C_1111_4222_8333_444455556666_Hash_777";
constexpr std::string_view kOther =
    "ModelName_AC_0f2b0c5e-0000-4000-8000-000000000001_LogicalName_"
    "7B0B2E5C_1111_4222_8333_444455556666_Hash_777";
const Ticks kStart = TicksFromCivil({.year = 2026, .month = 11, .day = 1});

samples::SampleEvent Event(std::uint32_t id, std::vector<samples::SampleField> fields) {
  return {.channel = std::string(kMdmProvider) + "/Admin",
          .provider = std::string(kMdmProvider),
          .computer = "PC-0042",
          .user_sid = "S-1-5-18",
          .id = id,
          .time = kStart,
          .fields = std::move(fields)};
}

samples::SampleEvent Accepted(std::uint32_t result,
                              std::uint32_t protection = 4,
                              std::string_view unique_id = kUniqueId,
                              std::string_view sid = kSid) {
  using samples::SampleType;
  return Event(306, {{.name = "Message1", .text = std::string(unique_id)},
                     {.name = "Message2", .text = std::string(sid)},
                     {.name = "Message3", .text = "user"},
                     {.name = "Message4", .text = "clientinstall"},
                     {.name = "HexInt1", .type = SampleType::kHexInt32, .number = protection},
                     {.name = "HexInt3", .type = SampleType::kHexInt32, .number = result}});
}

class MdmLogTest : public testing::Test {
 protected:
  void Scan(std::span<const samples::SampleEvent> events, std::size_t cut = 0) {
    auto log = samples::WriteEvtx(events);
    ASSERT_TRUE(log);
    log->resize(log->size() - cut);
    const auto collectors = AllCollectors();
    const CollectorSpec& collector =
        **std::ranges::find(collectors, std::string_view("mdm_log"), &CollectorSpec::name);
    const auto readers = readers::AllReaders();
    const readers::ReaderSpec& reader =
        **std::ranges::find(readers, std::string_view("evtx"), &readers::ReaderSpec::kind);
    readers::Records records(space_.pool);
    readers::RecordSink sink = {.records = records, .interests = collector.events};
    ASSERT_TRUE(reader.read({.number = 1, .path = "a.evtx", .bytes = *log}, sink));
    const Declared declared{};
    collector.collect({.records = records, .declared = declared}, space_);
    user_ = space_.User({.sid = kSid});
    other_ = space_.User({.sid = "S-1-12-1-9-9-9-9"});
    const auto derivations = AllDerivations();
    (*std::ranges::find(derivations, std::string_view("scep_outcome"), &DerivationSpec::name))
        ->derive({.declared = declared}, space_);
  }

  [[nodiscard]] const Cell& At(std::string_view column) const {
    const Table& table = user_->facts.TableOf("user.scep_enrolment");
    return table.Row(0)[static_cast<std::size_t>(FindColumn(table.spec(), column))];
  }

  FactCatalog catalog_ = MakeCatalog();
  FactSpace space_{catalog_};
  const Subject* user_ = nullptr;
  const Subject* other_ = nullptr;
};

TEST_F(MdmLogTest, TellsTheUserOfThePolicySourceError) {
  Scan(std::vector{Accepted(0x82ab0011)});
  ASSERT_EQ(user_->facts.TableOf("user.scep_enrolment").size(), 1U);
  EXPECT_EQ(At("outcome").value.text, "failed");
  EXPECT_EQ(At("hresult").value.text, "82ab0011");
  EXPECT_EQ(At("hello").value.number, 1);
  EXPECT_EQ(At("key_protection").value.number, 4);
  EXPECT_EQ(At("attempts").value.number, 1);
  EXPECT_TRUE(At("retries_left").unknown());
  EXPECT_EQ(At("outcome").source.place, 1U);
  EXPECT_EQ(user_->facts.TableOf("user.scep_enrolment").coverage(), Coverage::kComplete)
      << "the log begins with record 1";
  EXPECT_EQ(user_->facts.Get("user.scep.log_complete").value.number, 1);
}

TEST_F(MdmLogTest, AHelloErrorStandsOnItsOwnWhateverKeyProtectionShows) {
  for (const std::uint32_t protection : {0U, 2U}) {
    for (const std::uint32_t code : {0x82ab0010U, 0x82ab0011U, 0x82ab0012U, 0x82ab00ffU}) {
      space_.Clear();
      Scan(std::vector{Accepted(code, protection)});
      ASSERT_TRUE(At("hello").present()) << protection << " " << code;
      EXPECT_EQ(At("hello").value.number, 1) << protection << " " << code;
    }
  }
  for (const std::uint32_t protection : {0U, 7U}) {
    space_.Clear();
    Scan(std::vector{Accepted(0x80090029, protection)});
    EXPECT_TRUE(At("hello").unknown()) << protection << " is no documented value";
  }
}

TEST_F(MdmLogTest, ALaterSuccessSettlesIt) {
  Scan(std::vector{Accepted(0x82ab0011), Accepted(0x02ab0003), Event(36, {}), Event(39, {})});
  EXPECT_EQ(At("outcome").value.text, "success");
  EXPECT_EQ(At("succeeded").value.number, 1);
}

TEST_F(MdmLogTest, ARequestOfAnotherProfileIsNoneForTheHelloContainer) {
  Scan(std::vector{Accepted(0x800b0101, 2)});
  EXPECT_EQ(space_.Device().facts.TableOf("device.scep_enrolment").size(), 1U);
  EXPECT_EQ(user_->facts.TableOf("user.scep_enrolment").size(), 0U);
  EXPECT_EQ(user_->facts.TableOf("user.scep_enrolment").coverage(), Coverage::kComplete);
}

TEST_F(MdmLogTest, ARequestThatStillRunsHasNotFailed) {
  Scan(std::vector{Accepted(0x02ab0003), Event(36, {})});
  EXPECT_EQ(At("outcome").value.text, "pending");
  ASSERT_TRUE(At("succeeded").unknown());
  EXPECT_EQ(At("succeeded").why, WhyUnknown::kNeedsLive);
}

TEST_F(MdmLogTest, ARetryThatRunsAfterAFailureHasNotSucceeded) {
  using samples::SampleType;
  Scan(std::vector{
      Accepted(0x02ab0003), Event(36, {}),
      Event(32, {{.name = "HRESULT", .type = SampleType::kHexInt32, .number = 0x800b0101}}),
      Event(36, {})});
  EXPECT_EQ(At("outcome").value.text, "pending");
  ASSERT_TRUE(At("succeeded").present());
  EXPECT_EQ(At("succeeded").value.number, 0);
}

// In order, an hour apart.
std::vector<samples::SampleEvent> InOrder(std::vector<samples::SampleEvent> events) {
  Ticks time = kStart;
  for (samples::SampleEvent& event : events) {
    event.time = time;
    time += 3600 * kTicksPerSecond;
  }
  return events;
}

TEST_F(MdmLogTest, ASuccessOfTheEditedProfileSettlesTheFailureBeforeTheEdit) {
  Scan(InOrder(
      {Accepted(0x82ab0011), Accepted(0x02ab0003, 4, kEdited), Event(36, {}), Event(39, {})}));
  EXPECT_EQ(space_.Device().facts.TableOf("device.scep_enrolment").size(), 2U);
  ASSERT_EQ(user_->facts.TableOf("user.scep_enrolment").size(), 1U);
  EXPECT_EQ(At("unique_id").value.text, kEdited);
  EXPECT_EQ(At("succeeded").value.number, 1);
}

TEST_F(MdmLogTest, TheNewestRequestOfAProfileDecidesAlsoWhenItFailed) {
  Scan(InOrder(
      {Accepted(0x02ab0003), Event(36, {}), Event(39, {}), Accepted(0x82ab0011, 4, kEdited)}));
  ASSERT_EQ(user_->facts.TableOf("user.scep_enrolment").size(), 1U);
  EXPECT_EQ(At("succeeded").value.number, 0);
}

TEST_F(MdmLogTest, AFailureIsOutlivedOnlyInTheHelloContainerOfTheSameProfileAndUser) {
  const std::string_view stranger = "S-1-12-1-9-9-9-9";
  for (const samples::SampleEvent& later :
       {Accepted(0x02ab0003, 2, kEdited), Accepted(0x02ab0003, 0, kEdited),
        Accepted(0x02ab0003, 4, kOther), Accepted(0x02ab0003, 4, kEdited, stranger)}) {
    space_.Clear();
    Scan(InOrder({Accepted(0x82ab0011), later, Event(36, {}), Event(39, {})}));
    EXPECT_EQ(At("unique_id").value.text, kUniqueId);
    EXPECT_EQ(At("succeeded").value.number, 0);
  }
}

TEST_F(MdmLogTest, RequestsOfOneMomentDoNotOutliveEachOther) {
  Scan(std::vector{Accepted(0x82ab0011), Accepted(0x82ab0010, 4, kEdited)});
  EXPECT_EQ(user_->facts.TableOf("user.scep_enrolment").size(), 2U);
}

TEST_F(MdmLogTest, ARowBelongsToItsUserOnly) {
  Scan(std::vector{Accepted(0x02ab0003)});
  EXPECT_EQ(other_->facts.TableOf("user.scep_enrolment").size(), 0U);
  EXPECT_EQ(other_->facts.TableOf("user.scep_enrolment").coverage(), Coverage::kComplete);
  const Table& device = space_.Device().facts.TableOf("device.scep_enrolment");
  const auto column = static_cast<std::size_t>(FindColumn(device.spec(), "profile_id"));
  EXPECT_EQ(device.Row(0)[column].value.text, "6a0b2e5c-1111-4222-8333-444455556666");
}

TEST_F(MdmLogTest, AGapInTheNumbersLeavesTheLogIncomplete) {
  std::vector<samples::SampleEvent> events = {Accepted(0x02ab0003), Event(39, {})};
  events[1].record_id = 7;
  Scan(events);
  EXPECT_EQ(user_->facts.TableOf("user.scep_enrolment").coverage(), Coverage::kPartial);
  EXPECT_EQ(At("key_protection").value.number, 4);
  EXPECT_TRUE(At("outcome").unknown()) << "another outcome may be among the missing records";
  EXPECT_EQ(At("outcome").why, WhyUnknown::kTruncated);
  EXPECT_EQ(space_.Device().facts.Get("device.mdm_log.complete").value.number, 0);
}

TEST_F(MdmLogTest, WhatACutLogShowsLastNeedNotBeTheLastOutcome) {
  const std::vector events = {Accepted(0x82ab0011), Accepted(0x02ab0003), Event(36, {}),
                              Event(39, {})};
  int torn = 0;
  for (std::size_t cut = 0; cut < 65'000; cut += 16) {
    space_.Clear();
    Scan(events, cut);
    const Table& table = user_->facts.TableOf("user.scep_enrolment");
    if (table.size() == 0) {
      continue;  // nothing of the request is left
    }
    torn += At("outcome").unknown() ? 1 : 0;
    EXPECT_TRUE(At("outcome").unknown() || At("outcome").value.text == "success") << cut;
    EXPECT_TRUE(!At("hresult").present() || At("hresult").value.text != "82ab0011") << cut;
  }
  EXPECT_GT(torn, 10);
}

TEST_F(MdmLogTest, WithoutALogNothingIsKnown) {
  const Declared declared{};
  readers::Records records(space_.pool);
  space_.Device();
  const auto collectors = AllCollectors();
  (*std::ranges::find(collectors, std::string_view("mdm_log"), &CollectorSpec::name))
      ->collect({.records = records, .declared = declared}, space_);
  EXPECT_EQ(space_.Device().facts.TableOf("device.scep_enrolment").coverage(), Coverage::kNone);
  EXPECT_TRUE(space_.Device().facts.Get("device.mdm_log.complete").unknown());
}

}  // namespace
}  // namespace whfb::collectors
