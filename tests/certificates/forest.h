// The environment evidence of a made forest: domain controllers below one CA.

#ifndef WHFB_TESTS_CERTIFICATES_FOREST_H_
#define WHFB_TESTS_CERTIFICATES_FOREST_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::collectors {

struct Plan {
  const char* common_name = nullptr;  // null: an empty subject
  std::vector<const char*> dns{};
  long from = kNow - 100;
  long to = kNow + kYear;
  const char* cdp = "URI:http://pki/ca.crl";
};

inline tests::Recipe RecipeOf(const Plan& plan) {
  tests::Recipe recipe = {
      .not_before = plan.from,
      .not_after = plan.to,
      .extensions = {{"extendedKeyUsage", "clientAuth,serverAuth,1.3.6.1.5.2.3.5"},
                     {"crlDistributionPoints", plan.cdp},
                     {"authorityKeyIdentifier", "keyid"}}};
  if (plan.common_name != nullptr) {
    recipe.subject = {{"CN", plan.common_name}};
  }
  for (const char* const name : plan.dns) {
    recipe.san.emplace_back("DNS", name);
  }
  return recipe;
}

struct Forest : Scene {
  Authority root = MakeAuthority("Root");

  Forest() { with_environment = true; }

  // One more evidence item, by its path below the input.
  std::uint32_t AddFile(const std::string& path) {
    environment.evidence.push_back({.bundle = 1, .file = path, .kind = "certutil-store"});
    return static_cast<std::uint32_t>(environment.evidence.size());
  }

  // A certificate in the machine store that the evidence item lists.
  void AddController(const Plan& plan, std::uint32_t evidence) {
    const auto leaf =
        tests::Issue(RecipeOf(plan), tests::SharedKey(), root.certificate.get(), root.key.get());
    environment_records.Add(CertificateRecord{.fields = Fields(leaf.get(), environment),
                                              .scope = StoreScope::kMachine,
                                              .store = "my",
                                              .source = {.evidence = evidence}});
  }

  void ListStore(std::uint32_t evidence, bool complete = true) {
    environment_records.Add(StoreListing{.scope = StoreScope::kMachine,
                                         .store = "my",
                                         .complete = complete,
                                         .source = {.evidence = evidence}});
  }

  void Declare(std::string_view path, std::string_view value) {
    environment_records.Add(readers::IntentItem{.path = path, .value = value});
  }

  [[nodiscard]] const Subject* Controller(std::string_view name) const {
    for (const Subject& subject : environment.subjects()) {
      if (subject.kind == SubjectKind::kDomainController && subject.name == name) {
        return &subject;
      }
    }
    return nullptr;
  }

  // Those that there is evidence of; a declared one is a subject also without any.
  [[nodiscard]] std::size_t Controllers() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(environment.subjects(), [](const Subject& subject) {
          return subject.kind == SubjectKind::kDomainController &&
                 subject.facts.TableOf("dc.certificate").coverage() != Coverage::kNone;
        }));
  }
};

}  // namespace whfb::collectors

#endif  // WHFB_TESTS_CERTIFICATES_FOREST_H_
