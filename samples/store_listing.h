// `certutil -store` text of certificates, as Windows prints it in English and in French
// (formats.md section 1).

#ifndef WHFB_SAMPLES_STORE_LISTING_H_
#define WHFB_SAMPLES_STORE_LISTING_H_

#include <string>
#include <vector>

namespace whfb::samples {

struct ListedCertificate {
  std::string der{};
  std::string container{};  // empty: no key provider information
  std::string provider{};
  bool keyset_missing = false;
};

struct StoreListingPlan {
  std::string store{};         // "my", "root", "CA", as typed
  std::string display_name{};  // "Personal"; empty: not shown
  std::string language = "en";
  std::vector<ListedCertificate> certificates{};
};

[[nodiscard]] std::string StoreListing(const StoreListingPlan& plan);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_STORE_LISTING_H_
