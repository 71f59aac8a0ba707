// Bits of compatibility: [MS-CRTD] 2.27. Enroll: [MS-CRTD] 2.5.1. Well-known SIDs:
// [MS-DTYP] 2.4.2.4.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/directory_account_columns.h"
#include "collectors/readers/dstemplate_values.h"
#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kEnrollGuid = "0e10c968-78fb-11d2-90d4-00c04f79dc55";
constexpr std::string_view kNdes = "S-1-5-21-1-2-3-1155";
constexpr Provenance kHere = {.evidence = 1, .place = 1};

std::string Enrolls(std::string_view who, std::string_view type = "OA") {
  return std::string("(")
             .append(type)
             .append(";;CR;")
             .append(kEnrollGuid)
             .append(";;")
             .append(who) +
         ")";
}

// One template with these attributes, and what the environment tells beside it.
struct Exported : Scene {
  Exported& With(std::string_view name, const std::vector<std::string>& values, bool whole = true) {
    std::vector<std::string_view> kept;
    for (const std::string& value : values) {
      kept.push_back(environment.pool.Keep(value));
    }
    attributes.push_back({.name = name,
                          .values = environment.pool.KeepList(kept),
                          .whole = whole,
                          .why = WhyUnknown::kNotCollected});
    return *this;
  }

  // Of the same template, as a verbose dump or LDAP shows it.
  void HasOtherExport(std::string_view name, std::string_view value) {
    const std::vector<std::string_view> values = {value};
    const std::vector<readers::DirectoryAttribute> one = {
        {.name = name, .values = environment.pool.KeepList(values), .whole = true}};
    environment_records.Add(readers::TemplateRecord{
        .cn = "HelloRdp",
        .attributes = environment.pool.KeepItems(std::span<const readers::DirectoryAttribute>(one)),
        .complete = true});
  }

  SubjectFacts& Environment() { return environment.Environment().facts; }

  void Declare(std::string_view fact, std::vector<std::string_view> list) {
    Environment().Set(fact, environment.ListCell(list, kHere));
  }

  void HasAccount(std::string_view name, std::string_view sid) {
    std::array<Cell, kAccountColumnCount> row{};
    row[0] = environment.TextCell(sid, kHere);
    row[1] = environment.TextCell(name, kHere);
    Environment().TableOf("environment.account").Add(row);
  }

  const SubjectFacts& Run() {
    environment_records.Add(readers::TemplateRecord{
        .cn = "HelloRdp",
        .attributes =
            environment.pool.KeepItems(std::span<const readers::DirectoryAttribute>(attributes)),
        .has_dump_trailer = trailer});
    Scan();
    return environment.Find(SubjectKind::kCertificateTemplate)->facts;
  }

  std::vector<readers::DirectoryAttribute> attributes{};
  bool trailer = false;
};

std::string Text(const Cell& cell) {
  if (!cell.present()) {
    return cell.absent() ? "absent" : std::string(ToString(cell.why));
  }
  std::string text(cell.value.text);
  for (const std::string_view one : cell.value.list) {
    text.append(text.empty() ? "" : " ").append(one);
  }
  return text.empty() ? std::to_string(cell.value.number) : text;
}

TEST(TemplateUseTest, CompatibilityIsInTwoPlacesOfTheFlag) {
  Exported run;
  const SubjectFacts& own = run.With("msPKI-Private-Key-Flag", {"101056512"}).Run();  // 0x6060000
  EXPECT_EQ(Text(own.Get("template.compat_ca")), "6");
  EXPECT_EQ(Text(own.Get("template.compat_recipient")), "6");
  Exported signed_number;
  const SubjectFacts& other =
      signed_number.With("msPKI-Private-Key-Flag", {"-82837504"}).Run();  // 0xfb100000 | 0
  EXPECT_EQ(Text(other.Get("template.compat_ca")), "0");
  EXPECT_EQ(Text(other.Get("template.compat_recipient")), "11");
  Exported nothing;
  EXPECT_EQ(Text(nothing.Run().Get("template.compat_ca")), "truncated");
}

TEST(TemplateUseTest, NamesAreComparedWithoutCase) {
  struct Case {
    const char* display = nullptr;  // null: not shown
    const char* is_cn = nullptr;
    const char* makes_cn = nullptr;
  };

  for (const Case& one :
       {Case{"HelloRdp", "1", "1"}, Case{"hello RDP", "0", "1"}, Case{"Hello for RDP", "0", "0"},
        Case{nullptr, "truncated", "truncated"}}) {
    Exported run;
    if (one.display != nullptr) {
      run.With("displayName", {one.display});
    }
    const SubjectFacts& own = run.Run();
    EXPECT_EQ(Text(own.Get("template.display_name_is_cn")), one.is_cn);
    EXPECT_EQ(Text(own.Get("template.display_name_makes_cn")), one.makes_cn);
  }
}

// -2 years, -6 weeks (formats.md section 3); words of another language; a wrong length; a positive
// interval; eight hours.
TEST(TemplateUseTest, PeriodsAreHours) {
  struct Case {
    const char* octets = nullptr;
    const char* hours = nullptr;
  };

  for (const Case& one : {Case{"0080720e5dc2fdff", "17520"}, Case{"0080a60affdeffff", "1008"},
                          Case{"1 Jahre", "malformed"}, Case{"0080a60affdeff", "malformed"},
                          Case{"0080a60affde0000", "malformed"}, Case{"00c0dcf1bcffffff", "8"},
                          Case{"0000000000000000", "0"}}) {
    Exported run;
    EXPECT_EQ(
        Text(run.With("pKIExpirationPeriod", {one.octets}).Run().Get("template.validity_hours")),
        one.hours)
        << one.octets;
  }
}

TEST(TemplateUseTest, OnlyAnEditedDumpIsAFileToImport) {
  constexpr const char* kPassport = "1,Microsoft Passport Key Storage Provider";
  constexpr const char* kSoftware = "1,Microsoft Software Key Storage Provider";

  struct Case {
    const char* provider = nullptr;
    bool importable = false;
    bool trailer = false;
    const char* directory = nullptr;  // what another export shows; null: there is none
    const char* file = nullptr;
  };

  // A dump that was taken after the import has the closing line, too.
  for (const Case& one : {Case{kPassport, true, true, kSoftware, "closing-line"},
                          Case{kPassport, true, true, nullptr, "ambiguous"},
                          Case{kPassport, true, true, kPassport, "absent"},
                          Case{kPassport, true, false, nullptr, "ready"},
                          Case{kPassport, true, false, kPassport, "absent"},
                          Case{kPassport, false, true, nullptr, "absent"},
                          Case{kSoftware, true, true, nullptr, "absent"}}) {
    Exported run;
    run.trailer = one.trailer;
    if (one.importable) {
      run.With(readers::kImportAttribute, {"yes"});
    }
    if (one.directory != nullptr) {
      run.HasOtherExport("pKIDefaultCSPs", one.directory);
    }
    EXPECT_EQ(Text(run.With("pKIDefaultCSPs", {one.provider}).Run().Get("template.import_file")),
              one.file)
        << one.provider << " " << (one.directory == nullptr ? "" : one.directory);
  }
}

struct RightCase {
  const char* name = nullptr;
  std::string dacl{};
  const char* broad = nullptr;
  const char* users = nullptr;
  const char* identity = nullptr;
};

TEST(TemplateUseTest, GroupsThatHoldEverybodyOrNobodyAnswer) {
  const std::string read = "(A;;RP;;;AU)";
  for (const RightCase& one : {
           RightCase{"nobody", "D:P" + read, "absent", "0", "0"},
           RightCase{"authenticated users", "D:P" + read + Enrolls("AU"), "S-1-5-11", "1", "1"},
           RightCase{"everyone", "D:P" + read + Enrolls("WD"), "S-1-1-0", "1", "1"},
           RightCase{"domain users", "D:P" + read + Enrolls("DU"), "DU", "1", "ambiguous"},
           RightCase{"users", "D:P" + read + Enrolls("BU"), "S-1-5-32-545", "ambiguous",
                     "ambiguous"},
           RightCase{"computers", "D:P" + read + Enrolls("DC"), "DC", "0", "ambiguous"},
           RightCase{"controllers", "D:P" + read + Enrolls("ED") + Enrolls("DD"), "absent", "0",
                     "ambiguous"},
           RightCase{"administrators", "D:P" + read + Enrolls("DA"), "absent", "ambiguous",
                     "ambiguous"},
           RightCase{"full control", "D:P" + read + "(A;;GA;;;" + std::string(kNdes) + ")",
                     "absent", "ambiguous", "1"},
           RightCase{"identity", "D:P" + read + Enrolls(kNdes), "absent", "ambiguous", "1"},
           RightCase{"without read", "D:P" + Enrolls(kNdes), "absent", "ambiguous", "0"},
           RightCase{"other reader", "D:P(A;;RP;;;DA)" + Enrolls(kNdes), "absent", "ambiguous",
                     "ambiguous"},
           RightCase{"identity denied", "D:P" + Enrolls(kNdes, "OD") + read + Enrolls("AU"),
                     "S-1-5-11", "ambiguous", "0"},
           RightCase{"everybody denied", "D:P" + Enrolls("AU", "OD") + read + Enrolls("DU"),
                     "absent", "0", "0"},
           RightCase{"the same denied",
                     "D:P" + Enrolls("DU", "OD") + read + Enrolls("DU") + Enrolls(kNdes), "absent",
                     "ambiguous", "ambiguous"},
           RightCase{"computers denied", "D:P" + Enrolls("DC", "OD") + read + Enrolls("AU"),
                     "S-1-5-11", "1", "ambiguous"},
       }) {
    Exported run;
    run.Declare("environment.enrolment_identities", {kNdes});
    run.Declare("environment.domains", {"contoso.com"});
    run.Environment().Set("environment.domains_complete", Cell::Bool(true, kHere));
    const SubjectFacts& own = run.With("nTSecurityDescriptor", {one.dacl}).Run();
    EXPECT_EQ(Text(own.Get("template.broad_enrollers")), one.broad) << one.name;
    EXPECT_EQ(Text(own.Get("template.users_may_enroll")), one.users) << one.name;
    EXPECT_EQ(Text(own.Get("template.identity_may_enroll")), one.identity) << one.name;
  }
}

TEST(TemplateUseTest, DomainUsersAreEverybodyOnlyInAForestOfOneDomain) {
  for (const bool complete : {true, false}) {
    for (const bool one : {true, false}) {
      Exported run;
      run.Declare("environment.domains",
                  one ? std::vector<std::string_view>{"contoso.com"}
                      : std::vector<std::string_view>{"contoso.com", "emea.contoso.com"});
      run.Environment().Set("environment.domains_complete", Cell::Bool(complete, kHere));
      const SubjectFacts& own =
          run.With("nTSecurityDescriptor", {"D:P" + Enrolls("S-1-5-21-1-2-3-513")}).Run();
      EXPECT_EQ(Text(own.Get("template.users_may_enroll")), complete && one ? "1" : "ambiguous");
    }
  }
}

TEST(TemplateUseTest, AListThatIsNotWholeAnswersNothing) {
  Exported run;
  run.Declare("environment.enrolment_identities", {kNdes});
  const SubjectFacts& own = run.With("nTSecurityDescriptor", {"D:P" + Enrolls("AU")}, false).Run();
  EXPECT_EQ(Text(own.Get("template.enrollers")), "S-1-5-11");
  EXPECT_EQ(Text(own.Get("template.broad_enrollers")), "not-collected");
  EXPECT_EQ(Text(own.Get("template.users_may_enroll")), "not-collected");
  EXPECT_EQ(Text(own.Get("template.identity_may_enroll")), "not-collected");
}

TEST(TemplateUseTest, EveryDeclaredIdentityIsAsked) {
  struct Case {
    std::vector<std::string_view> identities{};
    const char* answer = nullptr;
  };

  const std::string dacl = "D:P(A;;RP;;;" + std::string(kNdes) + ")" + Enrolls(kNdes) + "(OD;;CR;" +
                           std::string(kEnrollGuid) + ";;S-1-5-21-1-2-3-1200)";
  for (const Case& one : {
           Case{{kNdes}, "ambiguous"},  // it may be in the group that is denied
           Case{{"S-1-5-21-1-2-3-1200"}, "0"},
           Case{{kNdes, "S-1-5-21-1-2-3-1200"}, "ambiguous"},
           Case{{}, "not-collected"},
       }) {
    Exported run;
    if (!one.identities.empty()) {
      run.Declare("environment.enrolment_identities", one.identities);
    }
    EXPECT_EQ(
        Text(run.With("nTSecurityDescriptor", {dacl}).Run().Get("template.identity_may_enroll")),
        one.answer);
  }
}

TEST(TemplateUseTest, AnIdentityIsFoundByTheNameOfOneAccount) {
  for (const std::size_t accounts : {0U, 1U, 2U}) {
    Exported run;
    run.Declare("environment.enrolment_identities", {"SVC-ndes"});
    if (accounts > 0) {
      run.HasAccount("svc-ndes", kNdes);
    }
    if (accounts > 1) {
      run.HasAccount("svc-ndes", "S-1-5-21-4-5-6-1155");
    }
    const SubjectFacts& own =
        run.With("nTSecurityDescriptor", {"D:P(A;;RP;;;AU)" + Enrolls(kNdes)}).Run();
    EXPECT_EQ(Text(own.Get("template.identity_may_enroll")), accounts == 1 ? "1" : "ambiguous");
  }
}

TEST(TemplateUseTest, AnIdentityOfANamedDomainIsNotTakenForTheAccountOfAnother) {
  Exported run;
  run.Declare("environment.enrolment_identities", {"FABRIKAM\\svc-ndes"});
  run.HasAccount("svc-ndes", kNdes);
  const SubjectFacts& own =
      run.With("nTSecurityDescriptor", {"D:P(A;;RP;;;AU)" + Enrolls(kNdes)}).Run();
  EXPECT_EQ(Text(own.Get("template.identity_may_enroll")), "ambiguous");
}

TEST(TemplateUseTest, ACaIssuesItOrEveryListWithoutItWasRead) {
  struct Case {
    const char* listed = nullptr;
    Coverage coverage = Coverage::kPartial;
    const char* issued = nullptr;
    const char* by = nullptr;
  };

  for (const Case& one : {
           Case{"hellordp", Coverage::kPartial, "1", "Contoso CA"},
           Case{"user", Coverage::kComplete, "0", "not-collected"},
           Case{"user", Coverage::kPartial, "denied", "not-collected"},
       }) {
    Exported run;
    Table& issued = run.Environment().TableOf("environment.issued_template");
    issued.Add(std::array{run.environment.TextCell(one.listed, kHere),
                          run.environment.TextCell("Contoso CA", kHere)});
    issued.Cover(one.coverage, WhyUnknown::kDenied, kHere);
    const SubjectFacts& own = run.Run();
    EXPECT_EQ(Text(own.Get("template.issued")), one.issued);
    EXPECT_EQ(Text(own.Get("template.issued_by")), one.by);
  }
}

}  // namespace

}  // namespace whfb::collectors
