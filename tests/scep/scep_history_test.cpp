#include "collectors/scep_history.h"

#include <array>
#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace whfb::collectors {
namespace {

using readers::Event;
using readers::EventField;

constexpr std::string_view kOne = "ModelName_AC_1_LogicalName_a_Hash_1";
constexpr std::string_view kTwo = "ModelName_AC_1_LogicalName_b_Hash_2";

// A log, event by event.
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;  // events point into it
  Log& operator=(const Log&) = delete;
  Log(Log&&) = delete;
  Log& operator=(Log&&) = delete;
  ~Log() = default;

  Log& Add(std::uint32_t id, std::vector<EventField> fields = {}) {
    const std::vector<EventField>& kept = fields_.emplace_back(std::move(fields));
    const auto number = static_cast<std::int64_t>(events_.size() + 1);
    events_.push_back({.provider = kMdmProvider,
                       .id = id,
                       .record_id = static_cast<std::uint64_t>(number),
                       .time = number * kTicksPerSecond,
                       .fields = kept});
    return *this;
  }

  Log& Accept(std::string_view unique_id,
              std::string_view result = "0x2ab0003",
              std::string_view protection = "0x4") {
    return Add(306, {{"Message1", unique_id},
                     {"Message2", "S-1-12-1-1"},
                     {"Message3", "user"},
                     {"Message4", "clientinstall"},
                     {"HexInt1", protection},
                     {"HexInt3", result}});
  }

  Log& Fail(std::string_view hresult) { return Add(32, {{"HRESULT", hresult}}); }

  [[nodiscard]] std::vector<ScepRequest> Follow(
      std::span<const readers::ScepState> states = {}) const {
    return FollowScepRequests(events_, states);
  }

 private:
  std::deque<std::vector<EventField>> fields_;
  std::vector<Event> events_;
};

TEST(ScepHistoryTest, AcceptedGeneratedInstalledIsASuccess) {
  const auto requests = Log().Accept(kOne).Add(36).Add(39).Follow();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[0].key_protection.value, 4);
  EXPECT_EQ(requests[0].user_sid, "S-1-12-1-1");
  EXPECT_TRUE(requests[0].user_store.value);
  EXPECT_EQ(requests[0].attempts, 0);
}

TEST(ScepHistoryTest, AFailureInTheSynchronousCallIsTheOutcome) {
  const auto requests = Log().Accept(kOne, "0x82ab0011", "0x0").Follow();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_EQ(requests[0].hresult.value, 0x82ab0011U);
  EXPECT_EQ(requests[0].attempts, 1);
  EXPECT_FALSE(requests[0].key_protection.present()) << "0 in an event tells nothing";
}

TEST(ScepHistoryTest, ALaterSuccessSettlesTheFailure) {
  const auto requests = Log().Accept(kOne, "0x82ab0011").Accept(kOne).Add(36).Add(39).Follow();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[0].hresult.value, 0U);
  EXPECT_EQ(requests[0].attempts, 1);
}

TEST(ScepHistoryTest, ARetryNeedsNo306OfItsOwn) {
  const auto requests =
      Log().Accept(kOne).Add(36).Fail("-2146762495").Add(36).Fail("0x800b0101").Add(39).Follow();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[0].attempts, 2);
}

TEST(ScepHistoryTest, Event32EndsTheOpenRequest) {
  const auto requests = Log().Accept(kOne).Add(36).Fail("2148204801").Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_EQ(requests[0].hresult.value, 0x800b0101U);
}

TEST(ScepHistoryTest, OneAfterTheOtherIsToldApartByOrder) {
  const auto requests =
      Log().Accept(kOne).Add(36).Add(39).Accept(kTwo).Add(36).Fail("0x80090029").Follow();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[1].outcome, ScepOutcome::kFailed);
}

TEST(ScepHistoryTest, TwoOpenRequestsMakeTheOutcomeAmbiguous) {
  const auto requests = Log().Accept(kOne).Accept(kTwo).Add(36).Add(36).Add(39).Follow();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kAmbiguous);
  EXPECT_EQ(requests[1].outcome, ScepOutcome::kAmbiguous);
}

TEST(ScepHistoryTest, AnEventThatNamesTheRequestEndsTheAmbiguity) {
  const auto requests = Log()
                            .Accept(kOne)
                            .Accept(kTwo)
                            .Add(39)
                            .Add(309, {{"Message1", "{1}"},
                                       {"Message2", kTwo},
                                       {"Message3", "0123456789ABCDEF0123456789ABCDEF01234567"},
                                       {"Message4", "https://ndes.example/pkiclient.exe"},
                                       {"HexInt1", "0x1"},
                                       {"HexInt2", "0x0"},
                                       {"HexInt3", "0x0"}})
                            .Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kAmbiguous);
  EXPECT_EQ(requests[1].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[1].thumbprint, "0123456789ABCDEF0123456789ABCDEF01234567");
  EXPECT_EQ(requests[1].server, "https://ndes.example/pkiclient.exe");
}

TEST(ScepHistoryTest, The309OfAFailureIsNotAnotherAttempt) {
  const auto requests = Log()
                            .Accept(kOne)
                            .Fail("0x800b0101")
                            .Add(309, {{"Message2", kOne},
                                       {"HexInt1", "0x10"},
                                       {"HexInt2", "0x1"},
                                       {"HexInt3", "0x800b0101"}})
                            .Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_EQ(requests[0].attempts, 1);
  EXPECT_TRUE(requests[0].retries_left.present());
  EXPECT_FALSE(requests[0].retries_left.value);
}

TEST(ScepHistoryTest, AnAttemptThatRunsHasNotFailed) {
  const auto requests = Log()
                            .Accept(kOne)
                            .Add(309, {{"Message2", kOne},
                                       {"HexInt1", "0x2"},
                                       {"HexInt2", "0x1"},
                                       {"HexInt3", "0x2ab0003"}})
                            .Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kPending);
  EXPECT_EQ(requests[0].attempts, 0);
}

TEST(ScepHistoryTest, AnotherProfilesCertificateDoesNotHealARefusal) {
  const auto requests = Log()
                            .Accept(kOne, "0x82ab0011")
                            .Add(36, {{"Message2", "https://wifi-ndes"}, {"HexInt1", "0x2"}})
                            .Add(39)
                            .Follow();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_EQ(requests[0].hresult.value, 0x82ab0011U);
  EXPECT_TRUE(requests[0].server.empty());
}

TEST(ScepHistoryTest, ARefusalIsOfTheHelloContainerEvenWithoutKeyProtection) {
  const auto requests =
      Log().Accept(kOne, "0x82ab0010", "0x0").Add(36, {{"HexInt1", "0x2"}}).Add(39).Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
}

TEST(ScepHistoryTest, ANamelessSuccessThatMayBeMeantLeavesARefusalOpen) {
  for (const std::string_view setting : {"0x4", "0x0", ""}) {
    const auto requests = Log()
                              .Accept(kOne, "0x82ab0011")
                              .Add(36, {{"HexInt1", setting}})
                              .Add(39)
                              .Add(36, {{"HexInt1", setting}})
                              .Add(39)
                              .Follow();
    EXPECT_EQ(requests[0].outcome, ScepOutcome::kAmbiguous) << setting;
  }
  EXPECT_EQ(Log().Accept(kOne, "0x82ab0011").Add(39).Follow()[0].outcome, ScepOutcome::kAmbiguous);
}

TEST(ScepHistoryTest, TheEndOfANamelessRequestIsNotThatOfTheOpenOne) {
  const auto requests = Log().Accept(kOne).Add(36, {{"HexInt1", "0x2"}}).Add(39).Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kAmbiguous);
}

TEST(ScepHistoryTest, AFailedNamelessRequestLeavesASuccessOpenOnlyIfItMayBeMeant) {
  for (const auto& [setting, outcome] :
       {std::pair{"0x4", ScepOutcome::kAmbiguous}, std::pair{"0x2", ScepOutcome::kSuccess}}) {
    const auto requests = Log()
                              .Accept(kOne)
                              .Add(36, {{"HexInt1", "0x4"}})
                              .Add(39)
                              .Add(36, {{"HexInt1", setting}})
                              .Fail("0x800b0101")
                              .Follow();
    EXPECT_EQ(requests[0].outcome, outcome) << setting;
  }
}

TEST(ScepHistoryTest, ARetryOpensOnlyTheRequestOfItsKeyProtection) {
  const auto requests = Log()
                            .Accept(kOne)
                            .Fail("0x800b0101")
                            .Accept(kTwo, "0x2ab0003", "0x2")
                            .Fail("0x800b0101")
                            .Add(36, {{"HexInt1", "0x4"}})
                            .Add(39)
                            .Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[1].outcome, ScepOutcome::kFailed);
}

TEST(ScepHistoryTest, AFailureAmongFailedRequestsChangesNone) {
  const auto requests = Log()
                            .Accept(kOne)
                            .Fail("0x800b0101")
                            .Accept(kTwo)
                            .Fail("0x80090029")
                            .Fail("0x80091007")
                            .Follow();
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_EQ(requests[0].hresult.value, 0x800b0101U);
  EXPECT_EQ(requests[1].outcome, ScepOutcome::kFailed);
}

TEST(ScepHistoryTest, ASuccessOfAnUnknownRequestMakesNone) {
  EXPECT_TRUE(Log().Add(36).Add(39).Follow().empty());
}

TEST(ScepHistoryTest, TheStateOfTheDeviceWinsOverOlderEvents) {
  const readers::ScepState state = {.unique_id = kOne,
                                    .status = readers::Known<std::int64_t>::Present(16),
                                    .error = readers::Known<std::uint32_t>::Present(0x82ab0011)};
  const auto requests = Log().Accept(kOne).Follow({&state, 1});
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
  EXPECT_TRUE(requests[0].from_state);
  EXPECT_EQ(requests[0].hresult.value, 0x82ab0011U);
}

// RetryCount of the report is what the profile asks for (ClientCertificateInstall CSP, default 3),
// not what was tried.
TEST(ScepHistoryTest, TheConfiguredRetriesAreNoAttempts) {
  const readers::ScepState state = {.unique_id = kOne,
                                    .status = readers::Known<std::int64_t>::Present(1),
                                    .retry_count = readers::Known<std::int64_t>::Present(3)};
  const auto requests = Log().Follow({&state, 1});
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  EXPECT_EQ(requests[0].attempts, 0);
}

TEST(ScepHistoryTest, TheErrorIsKnownWhereTheOutcomeIsNot) {
  const readers::ScepState state = {.unique_id = kOne,
                                    .status = readers::Known<std::int64_t>::Present(32),
                                    .error = readers::Known<std::uint32_t>::Present(0x82ab0011)};
  const auto requests = Log().Follow({&state, 1});
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kAmbiguous);
  EXPECT_EQ(requests[0].hresult.value, 0x82ab0011U);
}

TEST(ScepHistoryTest, AnUnknownStateChangesNothing) {
  const readers::ScepState state = {.unique_id = kOne,
                                    .status = readers::Known<std::int64_t>::Present(32)};
  const auto requests = Log().Accept(kOne).Add(39).Follow({&state, 1});
  EXPECT_EQ(requests[0].outcome, ScepOutcome::kSuccess);
  const auto alone = Log().Follow({&state, 1});
  EXPECT_EQ(alone[0].outcome, ScepOutcome::kAmbiguous);
}

readers::ScepState DumpState(std::uint32_t error) {
  return {.unique_id = kOne, .error = readers::Known<std::uint32_t>::Present(error)};
}

readers::ScepState ReportState(std::int64_t status, std::uint32_t error) {
  readers::ScepState state = DumpState(error);
  state.status = readers::Known<std::int64_t>::Present(status);
  return state;
}

TEST(ScepStateTest, AnErrorOfTheDumpIsTheLastOutcome) {
  const readers::ScepState state = DumpState(0x82ab0011);
  for (const auto& requests : {Log().Follow({&state, 1}), Log().Accept(kOne).Follow({&state, 1})}) {
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0].outcome, ScepOutcome::kFailed);
    EXPECT_EQ(requests[0].hresult.value, 0x82ab0011U);
    EXPECT_EQ(requests[0].attempts, 1);
    EXPECT_FALSE(requests[0].retries_left.present()) << "the dump does not tell";
  }
}

TEST(ScepStateTest, AnErrorOfTheDumpMayBeOlderThanASuccess) {
  const readers::ScepState dump = DumpState(0x82ab0011);
  EXPECT_EQ(Log().Accept(kOne).Add(39).Follow({&dump, 1})[0].outcome, ScepOutcome::kAmbiguous);
  for (const auto& states :
       {std::array{ReportState(1, 0), dump}, std::array{dump, ReportState(1, 0)}}) {
    EXPECT_EQ(Log().Follow(states)[0].outcome, ScepOutcome::kAmbiguous);
  }
}

TEST(ScepStateTest, TheAnswerToTheCommandIsNoOutcome) {
  for (const std::uint32_t accepted : {0U, 0x02ab0003U}) {
    const readers::ScepState state = DumpState(accepted);
    EXPECT_EQ(Log().Follow({&state, 1})[0].outcome, ScepOutcome::kAmbiguous);
    EXPECT_EQ(Log().Accept(kOne).Fail("0x800b0101").Follow({&state, 1})[0].outcome,
              ScepOutcome::kFailed);
    EXPECT_EQ(Log().Accept(kOne).Add(39).Follow({&state, 1})[0].outcome, ScepOutcome::kSuccess);
  }
}

TEST(ScepStateTest, TheConfiguredRetriesAreNoAttempts) {
  readers::ScepState state = ReportState(16, 0x80092004);
  state.retry_count = readers::Known<std::int64_t>::Present(3);
  EXPECT_EQ(Log().Follow({&state, 1})[0].attempts, 1);
  Log log;
  log.Accept(kOne).Fail("0x80092004").Add(36).Fail("0x80092004");
  EXPECT_EQ(log.Follow({&state, 1})[0].attempts, 2);
}

TEST(ScepStateTest, TheSameOutcomeAgainKeepsItsTime) {
  readers::ScepState state = ReportState(16, 0x800b0101);
  state.context.collected = {kTicksPerDay, kTicksPerDay};
  const auto same = Log().Accept(kOne).Fail("0x800b0101").Follow({&state, 1});
  EXPECT_EQ(same[0].time.latest, 2 * kTicksPerSecond);
  EXPECT_FALSE(same[0].from_state);
  EXPECT_FALSE(same[0].retries_left.value);
  const auto other = Log().Accept(kOne).Fail("0x80091007").Follow({&state, 1});
  EXPECT_EQ(other[0].time.latest, kTicksPerDay);
}

}  // namespace
}  // namespace whfb::collectors
