// Policy files of `certreq -new`: which are taken for requests with a Hello key, and what they are
// told to lack. Keys and values: Microsoft Learn, certreq_1; the script
// Generate-CertificateRequest.

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/reader.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kHello =
    "[NewRequest]\nProviderName = \"Microsoft Passport Key Storage Provider\"\n"
    "KeyContainer = S-1-12-1-1/a/b/c\nUseExistingKeySet = TRUE\n";
constexpr std::string_view kUsages =
    "[EnhancedKeyUsageExtension]\nOID = 1.3.6.1.4.1.311.20.2.2 ; Smart Card Logon\n"
    "OID = 1.3.6.1.5.5.7.3.2\n";
constexpr std::string_view kClientOnly = "[EnhancedKeyUsageExtension]\nOID = 1.3.6.1.5.5.7.3.2\n";
constexpr std::string_view kEnd = "[Extensions]\n";

std::span<const std::byte> Bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

struct Answer {
  Cell sound{};
  std::vector<std::string> wanting{};
};

Answer Judge(const std::vector<std::string>& files) {
  const FactCatalog catalog = MakeCatalog();
  FactSpace facts(catalog);
  readers::Records records(facts.pool);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string name = std::string(1, static_cast<char>('a' + i)) + ".inf";
    const readers::ReaderSpec* const reader = readers::Recognise(Bytes(files[i]), name);
    EXPECT_TRUE(reader != nullptr && reader->kind == "certreq-inf");
    readers::RecordSink sink{.records = records};
    EXPECT_TRUE(reader->read({.number = 1, .path = name, .bytes = Bytes(files[i])}, sink));
  }
  const Declared declared;
  for (const CollectorSpec* const spec : AllCollectors()) {
    if (spec->name == "request_file") {
      spec->collect({.records = records, .declared = declared}, facts);
    }
  }
  for (const DerivationSpec* const spec : AllDerivations()) {
    if (spec->name == "request_state") {
      spec->derive({.declared = declared}, facts);
    }
  }
  const SubjectFacts& environment = facts.Environment().facts;
  Answer answer{.sound = environment.Get("environment.request_files_sound")};
  const Cell& wanting = environment.Get("environment.request_files_wanting");
  if (wanting.present()) {
    answer.wanting.assign(wanting.value.list.begin(), wanting.value.list.end());
  }
  return answer;
}

std::string Text(std::string_view first, std::string_view second, std::string_view third = {}) {
  return std::string(first).append(second).append(third);
}

struct Case {
  const char* name = "";
  std::string text{};
  Cell sound{};
  const char* wanting = "";  // of a.inf, after its name
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

class RequestState : public testing::TestWithParam<Case> {};

TEST_P(RequestState, IsJudged) {
  const Answer answer = Judge({GetParam().text});
  EXPECT_TRUE(SameAnswer(answer.sound, GetParam().sound, ValueType::kBool));
  const std::string wanting = GetParam().wanting;
  EXPECT_EQ(answer.wanting, wanting.empty() ? std::vector<std::string>{}
                                            : std::vector<std::string>{"a.inf: " + wanting});
}

const Cell kYes = Cell::Bool(true, {});
const Cell kNo = Cell::Bool(false, {});
const Cell kOpen = Cell::Unknown(WhyUnknown::kAmbiguous);
const Cell kNone = Cell::Unknown(WhyUnknown::kNotCollected);
constexpr const char* kNoLogon = "no Smart Card Logon (1.3.6.1.4.1.311.20.2.2)";

INSTANTIATE_TEST_SUITE_P(
    Files,
    RequestState,
    testing::Values(
        Case{"Sound", Text(kHello, kUsages, kEnd), kYes},
        Case{"UsagesAmongTheExtensions",
             Text(kHello,
                  "[Extensions]\n2.5.29.37={text}1.3.6.1.5.5.7.3.2,\n"
                  "_continue_ = \"1.3.6.1.4.1.311.20.2.2\"\n"),
             kYes},
        Case{"ClientAuthenticationOnly", Text(kHello, kClientOnly, kEnd), kNo, kNoLogon},
        Case{"UsagesMayGoOn", Text(kHello, kClientOnly), kOpen},
        Case{"TheTemplateMayAddTheUsage",
             Text(kHello, kClientOnly, "[RequestAttributes]\nCertificateTemplate = X\n"), kOpen},
        Case{"AnotherProvider",
             Text("[NewRequest]\nProviderName = Microsoft Software Key Storage Provider\n"
                  "KeyContainer = x\nUseExistingKeySet = true\n",
                  kUsages,
                  kEnd),
             kNo, "ProviderName is not Microsoft Passport Key Storage Provider"},
        Case{"ANewKey",
             Text("[NewRequest]\nProviderName = Microsoft Passport Key Storage Provider\n",
                  kUsages,
                  kEnd),
             kNo, "UseExistingKeySet is not TRUE, no KeyContainer"},
        Case{"Exportable", Text(kHello, "Exportable = TRUE\n", Text(kUsages, kEnd)), kNo,
             "Exportable is TRUE"},
        Case{"NotExportable", Text(kHello, "Exportable = FALSE\n", Text(kUsages, kEnd)), kYes},
        Case{"KeyOfTheMachine", Text(kHello, "MachineKeySet = TRUE\n", Text(kClientOnly, kEnd)),
             kNone},
        Case{"NeitherProviderNorUsage", Text("[NewRequest]\nSubject = CN=x\n", kClientOnly, kEnd),
             kNone},
        Case{"ProviderIsNotReadable",
             Text("[NewRequest]\nProviderName = %Provider%\n", kClientOnly, kEnd), kOpen}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(RequestFiles, EachIsNamedAndOneIsEnough) {
  const Answer answer = Judge({Text(kHello, kClientOnly, kEnd), Text(kHello, kUsages, kEnd)});
  EXPECT_TRUE(SameAnswer(answer.sound, kNo, ValueType::kBool));
  EXPECT_EQ(answer.wanting, std::vector<std::string>{std::string("a.inf: ") + kNoLogon});
}

TEST(RequestFiles, NoneIsNotKnown) {
  EXPECT_TRUE(SameAnswer(Judge({}).sound, kNone, ValueType::kBool));
}

TEST(RequestFiles, NoOtherInfIsTakenForOne) {
  for (const std::string_view text :
       {"[Version]\nSignature=\"$CHICAGO$\"\n[Privilege Rights]\nSeX = *S-1-5-32-555\n",
        "[Unicode]\nUnicode=yes\n[System Access]\nMinimumPasswordAge = 1\n; [NewRequest]\n",
        "[Version]\nSignature=\"$Windows NT$\"\n[Manufacturer]\n%x%=y\n", "[NewRequests]\na=b\n",
        "NewRequest\n", "text\n[NewRequest]\nSubject=CN=x\n",
        "[Registry Values]\nMACHINE\\a\\b=4,1\n[NewRequest]\nSubject=CN=x\n"}) {
    const readers::ReaderSpec* const reader = readers::Recognise(Bytes(text), "x.inf");
    EXPECT_TRUE(reader == nullptr || reader->kind != "certreq-inf") << text;
  }
}

}  // namespace
}  // namespace whfb::collectors
