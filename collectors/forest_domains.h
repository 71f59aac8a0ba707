// The domains of the forest, as the directory exports of the environment show them.

#ifndef WHFB_COLLECTORS_FOREST_DOMAINS_H_
#define WHFB_COLLECTORS_FOREST_DOMAINS_H_

#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

struct ForestDomain {
  std::string dns_name{};  // lower case
  std::string sid{};       // empty: not shown
  std::string netbios_name{};
  Provenance source{};
};

struct ForestDomains {
  std::vector<ForestDomain> domains{};  // by name
  std::string root{};                   // DNS name of the forest root; empty: not shown
  bool complete = false;                // there are no others
  Provenance source{};                  // of the search that shows it

  // Empty when they are not known.
  [[nodiscard]] std::string_view RootSid() const;
  [[nodiscard]] std::string_view OnlySid() const;  // of a forest of one domain
};

[[nodiscard]] ForestDomains FindForestDomains(const readers::Records& records);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_FOREST_DOMAINS_H_
