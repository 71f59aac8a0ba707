// Which of the collected lists of revoked certificates are told to serve no more.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/readers/crl.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

namespace {

using readers::CrlRecord;
using readers::Known;

constexpr Ticks kNow = kUnixEpochTicks + 1'750'000'000 * kTicksPerSecond;
constexpr Ticks kDay = 86'400 * kTicksPerSecond;

// One environment with lists, all collected at the same time.
class CrlState : public testing::Test {
 protected:
  // An issuer, and from when until when, in days from now.
  CrlRecord& Add(std::string_view issuer, Ticks from, Ticks until) {
    const Provenance source{.evidence = 1, .place = ++added_};
    return records_.Add(CrlRecord{
        .sha1 = Known<std::string_view>::Present(facts_.pool.Intern(std::to_string(added_) + "0")),
        .issuer = Known<std::string_view>::Present(issuer),
        .authority_key_id = Known<std::string_view>::Present(KeyOf(issuer)),
        .this_update = Known<TimeInterval>::Present({from, from}),
        .next_update = Known<TimeInterval>::Present({until, until}),
        .base = Known<std::string_view>::Absent(),
        .cdp = Known<readers::TextList>::Absent(),
        .source = source});
  }

  // "ka" of "CN=A".
  std::string_view KeyOf(std::string_view issuer) {
    return facts_.pool.Keep("k" + LowerAscii(issuer.substr(3)));
  }

  // The CAs of the tests are in use: they have enrolment services that show their certificates.
  void UseCas() {
    SubjectFacts& environment = facts_.Environment().facts;
    Table& services = environment.TableOf("environment.enrolment_service");
    const auto listed = static_cast<std::size_t>(FindColumn(services.spec(), "ca_sha1"));
    for (const std::string_view name : {"A", "B", "C"}) {
      AddCa("CN=" + std::string(name), "CN=" + std::string(name), "", name, "k" + LowerAscii(name));
      std::vector<Cell> row(services.spec().columns.size());
      row[0] = Cell::Text(name, {});
      row[listed] = facts_.ListCell(std::vector<std::string_view>{name}, {});
      services.Add(row);
    }
  }

  // Names, key of the issuer (empty: not told), thumbprint; valid until then.
  void AddCa(std::string_view subject,
             std::string_view issuer,
             std::string_view issuer_key,
             std::string_view sha1,
             std::string_view key = "",
             Ticks until = kNow + 1000 * kDay) {
    std::vector<Cell> row(kCertificateColumnCount);
    const auto text = [this](std::string_view value) {
      return value.empty() ? Cell{} : facts_.TextCell(value, {});
    };
    row[kSha1] = text(sha1);
    row[kSubject] = text(subject);
    row[kIssuer] = text(issuer);
    row[kSubjectKeyId] = text(key);
    row[kAuthorityKeyId] = text(issuer_key);
    row[kNotBefore] = Cell::Time({kNow - 1000 * kDay, kNow - 1000 * kDay}, {});
    row[kNotAfter] = Cell::Time({until, until}, {});
    facts_.Environment().facts.TableOf("environment.ca_certificate").Add(row);
  }

  void Scan(TimeInterval collected = {}) {
    const Declared declared;
    if (in_use_) {
      UseCas();
    }
    for (const CollectorSpec* const spec : AllCollectors()) {
      if (spec->name == "environment_crl") {
        spec->collect({.records = records_,
                       .moment = {.now = kNow, .collected = collected},
                       .declared = declared},
                      facts_);
      }
    }
    for (const DerivationSpec* const spec : AllDerivations()) {
      if (spec->name == "crl_state") {
        spec->derive({.moment = {.now = kNow}, .declared = declared}, facts_);
      }
    }
  }

  const Cell& Current() { return facts_.Environment().facts.Get("environment.crl_files_current"); }

  const Cell& Expired() { return facts_.Environment().facts.Get("environment.crl_files_expired"); }

  void ExpectUnknown(WhyUnknown why) {
    ASSERT_TRUE(Current().unknown());
    EXPECT_EQ(Current().why, why);
    EXPECT_TRUE(Expired().unknown());
  }

  FactCatalog catalog_ = MakeCatalog();
  FactSpace facts_{catalog_};
  readers::Records records_{facts_.pool};
  std::uint64_t added_ = 0;
  bool in_use_ = true;
};

TEST_F(CrlState, NothingCollectedIsNotKnown) {
  Scan();
  ExpectUnknown(WhyUnknown::kNotCollected);
}

TEST_F(CrlState, AListServesUntilItsNextUpdate) {
  Add("CN=A", kNow - kDay, kNow);
  Scan();
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 1);
  EXPECT_TRUE(Expired().value.list.empty());
}

TEST_F(CrlState, OneThatEndedIsNamedWithItsEnd) {
  Add("CN=A", kNow - kDay, kNow + kDay);
  Add("CN=B", kNow - kDay, kNow - kTicksPerSecond);
  Scan();
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 0);
  ASSERT_EQ(Expired().value.list.size(), 1U);
  EXPECT_EQ(Expired().value.list[0], "CN=B until 2025-06-15T15:06:39Z");
}

TEST_F(CrlState, ANewerOneOfTheSeriesReplacesIt) {
  Add("CN=A", kNow - 9 * kDay, kNow - 2 * kDay);
  Add("CN=A", kNow - 3 * kDay, kNow + 4 * kDay);
  Scan();
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 1);
}

class OtherSeries : public CrlState, public testing::WithParamInterface<int> {};

TEST_P(OtherSeries, ReplacesNothing) {
  Add("CN=A", kNow - 9 * kDay, kNow - 2 * kDay);
  CrlRecord& newer = Add(GetParam() == 0 ? "CN=B" : "CN=A", kNow - 3 * kDay, kNow + 4 * kDay);
  if (GetParam() == 1) {
    newer.authority_key_id = Known<std::string_view>::Present("ab");
  } else if (GetParam() == 2) {
    newer.base = Known<std::string_view>::Present("01");
  } else if (GetParam() == 3) {
    newer.cdp = Known<readers::TextList>::Unknown(WhyUnknown::kMalformed);
  }
  Scan();
  EXPECT_EQ(Expired().value.list.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(CaKeyKindPlace, OtherSeries, testing::Range(0, 4));

TEST_F(CrlState, WhatEndedAfterItWasCopiedMayHaveBeenRenewed) {
  Add("CN=A", kNow - 9 * kDay, kNow - kDay);
  Scan({kNow - 2 * kDay, kNow - 2 * kDay});
  ExpectUnknown(WhyUnknown::kStale);
}

TEST_F(CrlState, WhatHadEndedWhenItWasCopiedIsTold) {
  Add("CN=A", kNow - 9 * kDay, kNow - kDay);
  Scan({kNow - kDay + 1, kNow - kDay + 1});
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 0);
}

TEST_F(CrlState, WhatNamesNoEndIsNotJudged) {
  Add("CN=A", kNow - kDay, kNow + kDay);
  Add("CN=B", kNow - kDay, 0).next_update = Known<TimeInterval>::Absent();
  Scan();
  ExpectUnknown(WhyUnknown::kAmbiguous);
}

TEST_F(CrlState, OneThatEndedDecidesBesideOneThatIsNotJudged) {
  Add("CN=B", kNow - kDay, 0).next_update = Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  Add("CN=A", kNow - 9 * kDay, kNow - kDay);
  Add("CN=C", kNow - kDay, 0).next_update = Known<TimeInterval>::Absent();
  Scan();
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 0);
}

TEST_F(CrlState, OldEvidenceIsNotJudged) {
  Add("CN=A", kNow - kDay, kNow + kDay);
  Scan();
  Table& lists = facts_.Environment().facts.TableOf("environment.crl");
  lists.OverrideCoverage(Coverage::kNone, WhyUnknown::kStale);
  const Declared declared;
  for (const DerivationSpec* const spec : AllDerivations()) {
    if (spec->name == "crl_state") {
      spec->derive({.moment = {.now = kNow}, .declared = declared}, facts_);
    }
  }
  ExpectUnknown(WhyUnknown::kStale);
}

TEST_F(CrlState, AListOfACaThatNothingUsesDecidesNothing) {
  in_use_ = false;
  Add("CN=A", kNow - 9 * kDay, kNow - kDay);
  Scan();
  ASSERT_TRUE(Current().unknown());
  EXPECT_EQ(Current().why, WhyUnknown::kAmbiguous);
  ASSERT_EQ(Expired().value.list.size(), 1U);  // it is named all the same
}

// A domain controller with a certificate of this CA and key, valid until then.
struct CrlOfController : CrlState {
  void Put(std::string_view issuer, std::string_view key, Ticks until) {
    in_use_ = false;
    SubjectFacts& controller =
        facts_.Named(SubjectKind::kDomainController, "dc01.contoso.com").facts;
    controller.Put("dc.kdc_certificate.issuer", facts_.TextCell(issuer, {}));
    if (!key.empty()) {
      controller.Put("dc.kdc_certificate.authority_key_id", facts_.TextCell(key, {}));
    }
    controller.Put("dc.kdc_certificate.not_after", Cell::Time({until, until}, {}));
  }

  // Whether the list of this CA and key, which has ended, is known to be in use.
  bool IsInUse(std::string_view issuer, std::string_view key) {
    Add(issuer, kNow - 9 * kDay, kNow - kDay).authority_key_id =
        Known<std::string_view>::Present(key);
    Scan();
    EXPECT_TRUE(Current().unknown() || Current().value.number == 0);
    return Current().present();
  }
};

TEST_F(CrlOfController, TheIssuerOfItsCertificateIsInUse) {
  Put("CN=Issuing", "aa", kNow + kDay);
  EXPECT_TRUE(IsInUse("CN=Issuing", "aa"));
}

TEST_F(CrlOfController, AnotherKeyOfTheIssuerMayBeRetired) {
  Put("CN=Issuing", "aa", kNow + kDay);
  EXPECT_FALSE(IsInUse("CN=Issuing", "bb"));
}

TEST_F(CrlOfController, WithoutItsKeyTheIssuerProvesNothing) {
  Put("CN=Issuing", "", kNow + kDay);
  EXPECT_FALSE(IsInUse("CN=Issuing", "aa"));
}

TEST_F(CrlOfController, ACertificateThatEndedProvesNothing) {
  Put("CN=Issuing", "aa", kNow - kDay);
  EXPECT_FALSE(IsInUse("CN=Issuing", "aa"));
}

TEST_F(CrlOfController, TheCaAboveTheIssuerIsInUse) {
  Put("CN=Issuing", "aa", kNow + kDay);
  AddCa("CN=Issuing", "CN=Root", "cc", "01", "aa");
  EXPECT_TRUE(IsInUse("CN=Root", "cc"));
}

TEST_F(CrlOfController, ACrossCertificateThatEndedBringsNoKeyBackIntoUse) {
  Put("CN=Issuing", "aa", kNow + kDay);
  AddCa("CN=Issuing", "CN=Root", "cc", "01", "aa", kNow - kDay);
  EXPECT_FALSE(IsInUse("CN=Root", "cc"));
}

// The one that replaced it, of the same key, need not be among the evidence.
TEST_F(CrlState, ThatACertificateOfItEndedDoesNotRetireAKey) {
  in_use_ = false;
  AddCa("CN=A", "CN=A", "", "old", "ka", kNow - kDay);
  Add("CN=A", kNow - 9 * kDay, kNow - kDay);
  Add("CN=B", kNow - kDay, kNow + kDay);
  Scan();
  ASSERT_TRUE(Current().unknown());
  EXPECT_EQ(Current().why, WhyUnknown::kAmbiguous);
}

TEST_F(CrlState, TheOrderOfThePlacesMakesNoOtherSeries) {
  const std::vector<std::string_view> one = {"http://a", "http://b"};
  const std::vector<std::string_view> other = {"http://b", "http://a"};
  Add("CN=A", kNow - 9 * kDay, kNow - 2 * kDay).cdp =
      Known<readers::TextList>::Present(facts_.pool.KeepList(one));
  Add("CN=A", kNow - 3 * kDay, kNow + 4 * kDay).cdp =
      Known<readers::TextList>::Present(facts_.pool.KeepList(other));
  Scan();
  ASSERT_TRUE(Current().present());
  EXPECT_EQ(Current().value.number, 1);
}

}  // namespace
}  // namespace whfb::collectors
