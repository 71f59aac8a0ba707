// What a web server does with requests for one directory, as far as its collected configuration
// files prove it.

#ifndef WHFB_COLLECTORS_DERIVED_WEB_DIRECTORY_H_
#define WHFB_COLLECTORS_DERIVED_WEB_DIRECTORY_H_

#include <string>
#include <string_view>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// The directory of a file that is reached by plain HTTP, in lower case.
struct WebDirectory {
  std::string host{};
  std::string path{};  // "cdp/lists", empty: that of the site
};

// False where the address is no HTTP address of a file.
[[nodiscard]] bool ParseHttpAddress(std::string_view address, WebDirectory& directory);

enum class WebAnswer : unsigned char { kNoFile, kUnknown, kYes, kNo };

struct WebVerdict {
  WebAnswer answer = WebAnswer::kNoFile;  // kNoFile: no file is proven to be of the directory
  WhyUnknown why = WhyUnknown::kNotCollected;
  Provenance source{};
};

// Names with '+' are served (requestFiltering: allowDoubleEscaping). `settings` is
// environment.web_setting.
[[nodiscard]] WebVerdict ServesPlus(const Table& settings, const WebDirectory& directory);

// Requests without TLS are refused (access: sslFlags holds Ssl).
[[nodiscard]] WebVerdict RefusesHttp(const Table& settings, const WebDirectory& directory);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_WEB_DIRECTORY_H_
