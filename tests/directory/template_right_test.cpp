// Several descriptors of one template. SDDL: [MS-DTYP] 2.5.1; Enroll: [MS-CRTD] 2.5.1.

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kEnrollOf = "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;";
constexpr std::string_view kUsers = "S-1-5-21-1-2-3-513";

std::string Enrolls(std::string_view who) {
  return std::string(kEnrollOf).append(who).append(")");
}

// The table of a template that was exported with each of these descriptors.
struct Exported : Scene {
  // `values`: descriptors in one entry. `whole`: the export shows every entry of its list.
  void Add(const std::vector<std::string>& values, bool whole = true) {
    std::vector<std::string_view> kept;
    for (const std::string& value : values) {
      kept.push_back(environment.pool.Keep(value));
    }
    const std::vector<readers::DirectoryAttribute> attributes = {
        {.name = "nTSecurityDescriptor",
         .values = environment.pool.KeepList(kept),
         .whole = whole,
         .why = WhyUnknown::kNotCollected}};
    environment_records.Add(readers::TemplateRecord{
        .cn = "Hello",
        .attributes =
            environment.pool.KeepItems(std::span<const readers::DirectoryAttribute>(attributes))});
  }

  const Table& Run() {
    Scan();
    return environment.Find(SubjectKind::kCertificateTemplate)->facts.TableOf("template.right");
  }
};

TEST(TemplateRightTest, DescriptorsThatDifferAreConflicting) {
  struct Case {
    const char* name = nullptr;
    std::string first{};
    std::string second{};
    Coverage coverage = Coverage::kComplete;
  };

  const std::string users = Enrolls(kUsers);
  for (const Case& one : {
           Case{"owner", "D:" + users, "O:BAD:" + users},
           Case{"order", "D:" + users + Enrolls("AU"), "D:" + Enrolls("AU") + users},
           Case{"alias", "D:" + users, "D:" + Enrolls("DU")},
           Case{"alias of nobody's number", "D:" + users, "D:" + Enrolls("DA"), Coverage::kNone},
           Case{"another domain", "D:" + users, "D:" + Enrolls("S-1-5-21-4-5-6-513"),
                Coverage::kNone},
           Case{"more", "D:" + users, "D:" + users + Enrolls("AU"), Coverage::kNone},
       }) {
    Exported apart;
    apart.Add({one.first});
    apart.Add({one.second});
    EXPECT_EQ(apart.Run().coverage(), one.coverage) << one.name;
    // Two entries may have become one.
    Exported together;
    together.Add({one.first, one.second});
    EXPECT_EQ(together.Run().coverage(), one.coverage) << one.name;
  }
}

// What an export leaves out is no contradiction, what it shows beyond the whole list is.
TEST(TemplateRightTest, AnExportOfSomeEntriesProvesNoOthersAbsent) {
  struct Case {
    const char* name = nullptr;
    std::string whole{};  // empty: no such export
    std::string some{};
    Coverage coverage = Coverage::kPartial;
    std::size_t rows = 1;
  };

  const std::string users = Enrolls(kUsers);
  for (const Case& one : {
           Case{"alone", "", "D:" + users},
           Case{"part", "D:" + users + Enrolls("AU"), "D:" + users, Coverage::kComplete, 2},
           Case{"alias", "D:" + Enrolls("DU"), "D:" + users, Coverage::kComplete, 1},
           Case{"other", "D:" + Enrolls("AU"), "D:" + users, Coverage::kNone, 0},
       }) {
    for (const bool first : {true, false}) {
      Exported run;
      if (first && !one.whole.empty()) {
        run.Add({one.whole});
      }
      run.Add({one.some}, false);
      if (!first && !one.whole.empty()) {
        run.Add({one.whole});
      }
      const Table& rights = run.Run();
      EXPECT_EQ(rights.coverage(), one.coverage) << one.name;
      EXPECT_EQ(rights.size(), one.rows) << one.name;
    }
  }
}

TEST(TemplateRightTest, EntriesOfSeveralExportsAreJoined) {
  Exported run;
  run.Add({"D:" + Enrolls(kUsers)}, false);
  run.Add({"D:" + Enrolls("AU")}, false);
  const Table& rights = run.Run();
  EXPECT_EQ(rights.coverage(), Coverage::kPartial);
  EXPECT_EQ(rights.size(), 2U);
}

// Of the size that a limit of the readers lets pass, each text another one. Held against each other
// they would take many minutes.
TEST(TemplateRightTest, ManyDescriptorsOfOneTemplateAreReadOnceEach) {
  constexpr int kExports = 4'000;
  constexpr int kEntries = 60;
  for (const bool differ : {false, true}) {
    Exported run;
    for (int i = 0; i < kExports; ++i) {
      std::string text = "O:S-1-5-21-1-2-3-" + std::to_string(2'000 + i) + "D:";
      for (int entry = 0; entry < kEntries; ++entry) {
        const int rid = 1'100 + entry + (differ ? i : 0);
        text.append(Enrolls("S-1-5-21-1-2-3-" + std::to_string(rid)));
      }
      run.Add({text});
    }
    const Table& rights = run.Run();
    EXPECT_EQ(rights.coverage(), differ ? Coverage::kNone : Coverage::kComplete);
    EXPECT_EQ(rights.size(), differ ? 0U : static_cast<std::size_t>(kEntries));
  }
}

}  // namespace

}  // namespace whfb::collectors
