#include "collectors/readers/intent_schema.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "scanner/core/time.h"

namespace whfb::readers {

namespace {

using enum IntentValue;

constexpr std::array kRootAttributes = {IntentAttribute{"version", kVersion, true},
                                        IntentAttribute{"issuing-cas-complete", kBool, false}};
constexpr std::array kIdAttributes = {IntentAttribute{"id", kGuid, true}};
constexpr std::array kForestAttributes = {IntentAttribute{"name", kDnsName, true},
                                          IntentAttribute{"domains-complete", kBool, false}};
constexpr std::array kDnsAttributes = {IntentAttribute{"name", kDnsName, true}};
constexpr std::array kNameAttributes = {IntentAttribute{"name", kText, true}};
constexpr std::array kListAttributes = {IntentAttribute{"complete", kBool, false}};
constexpr std::array kCaAttributes = {IntentAttribute{"thumbprint", kThumbprint, false},
                                      IntentAttribute{"subject", kText, false}};
constexpr std::array kProfileAttributes = {IntentAttribute{"name", kText, false},
                                           IntentAttribute{"id", kGuid, false}};
constexpr std::array kAccountAttributes = {IntentAttribute{"name", kText, false},
                                           IntentAttribute{"sid", kText, false}};
constexpr std::array kUserAttributes = {IntentAttribute{"upn", kText, false},
                                        IntentAttribute{"sid", kText, false}};
constexpr std::array kUsedAttributes = {IntentAttribute{"used", kBool, true}};
constexpr std::array kDateAttributes = {IntentAttribute{"date", kDate, true}};

constexpr std::array kElements = {
    IntentElement{"", kNothing, kRootAttributes},
    IntentElement{"route", kRoute},
    IntentElement{"join-type", kJoinType},
    IntentElement{"tenant", kNothing, kIdAttributes},
    IntentElement{"forest", kNothing, kForestAttributes},
    IntentElement{"forest/domain", kNothing, kDnsAttributes},
    IntentElement{"forest/upn-suffix", kNothing, kDnsAttributes},
    IntentElement{"forest/domain-controllers", kNothing, kListAttributes},
    IntentElement{"forest/domain-controllers/domain-controller", kNothing, kDnsAttributes},
    IntentElement{"issuing-ca", kNothing, kCaAttributes, true},
    IntentElement{"template", kNothing, kNameAttributes},
    IntentElement{"profile", kNothing, kProfileAttributes, true},
    IntentElement{"enrolment-identity", kNothing, kAccountAttributes, true},
    IntentElement{"kdc-enforcement", kNothing, kDateAttributes},
    IntentElement{"explicit-mappings", kNothing, kUsedAttributes},
    IntentElement{"expected-device", kNothing, kNameAttributes},
    IntentElement{"remote-host", kNothing, kDnsAttributes},
    IntentElement{"expected-user", kNothing, kUserAttributes, true},
};

constexpr std::size_t kNear = 3;  // edits that still count as a slip of the pen

std::size_t Edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      corner = above;
    }
  }
  return row.back();
}

// Keeps `candidate` as `best` when it is nearer.
void Consider(std::string_view name,
              std::string_view candidate,
              std::string_view& best,
              std::size_t& distance) {
  const std::size_t edits = Edits(name.substr(0, 64), candidate);
  if (edits < distance) {
    distance = edits;
    best = candidate;
  }
}

bool IsHex(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
         (letter >= 'A' && letter <= 'F');
}

bool IsGuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, 36);
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : !IsHex(text[at])) {
      return false;
    }
  }
  return text.size() == 36;
}

bool IsThumbprint(std::string_view text) {
  const bool clean = std::ranges::all_of(
      text, [](char letter) { return IsHex(letter) || letter == ' ' || letter == ':'; });
  return clean && std::ranges::count_if(text, IsHex) == 40;
}

bool IsDnsName(std::string_view text) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           static_cast<unsigned char>(letter) >= 0x80;
  };
  return !text.empty() && text.size() <= 255 && text.front() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, fits);
}

bool Fits(IntentValue value, std::string_view text) {
  switch (value) {
    case kNothing:
      return text.empty();
    case kText:
      return !text.empty();
    case kRoute:
      return text == "intune-scep" || text == "intune-pkcs" || text == "adcs" ||
             text == "third-party";
    case kJoinType:
      return text == "entra" || text == "hybrid";
    case kGuid:
      return IsGuid(text);
    case kDnsName:
      return IsDnsName(text);
    case kThumbprint:
      return IsThumbprint(text);
    case kDate:
      return ParseTime(text, "date").has_value();
    case kBool:
      return text == "true" || text == "false";
    case kVersion:
      return text == "1";
  }
  return true;
}

std::string_view Wanted(IntentValue value) {
  switch (value) {
    case kNothing:
      return "no text";
    case kText:
      return "a text";
    case kRoute:
      return "intune-scep, intune-pkcs, adcs or third-party";
    case kJoinType:
      return "entra or hybrid";
    case kGuid:
      return "a GUID";
    case kDnsName:
      return "a DNS name";
    case kThumbprint:
      return "40 hexadecimal digits";
    case kDate:
      return "a date such as 2025-09-09";
    case kBool:
      return "true or false";
    case kVersion:
      return "1";
  }
  return {};
}

}  // namespace

const IntentElement* FindIntentElement(std::string_view path) {
  const auto* const found = std::ranges::find(kElements, path, &IntentElement::path);
  return found == kElements.end() ? nullptr : found;
}

std::string_view NearestIntentChild(std::string_view parent, std::string_view name) {
  std::string_view best;
  std::size_t distance = kNear + 1;
  for (const IntentElement& element : kElements) {
    const std::size_t slash = element.path.rfind('/');
    const bool top = slash == std::string_view::npos;
    const std::string_view above = top ? std::string_view{} : element.path.substr(0, slash);
    if (above == parent && !element.path.empty()) {
      Consider(name, top ? element.path : element.path.substr(slash + 1), best, distance);
    }
  }
  return best;
}

std::string_view NearestIntentAttribute(const IntentElement& element, std::string_view name) {
  std::string_view best;
  std::size_t distance = kNear + 1;
  for (const IntentAttribute& attribute : element.attributes) {
    Consider(name, attribute.name, best, distance);
  }
  return best;
}

std::string_view IntentValueError(IntentValue value, std::string_view text) {
  return Fits(value, text) ? std::string_view{} : Wanted(value);
}

}  // namespace whfb::readers
