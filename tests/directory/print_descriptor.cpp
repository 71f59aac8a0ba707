// Reads security descriptors from standard input, one a line, "b HEX" or "s SDDL", and prints each
// as SDDL in one form, for comparison with an independent reader (compare_descriptors.py).

#include <iostream>
#include <string>
#include <vector>

#include "collectors/readers/security_descriptor.h"

namespace {

std::vector<std::byte> FromHex(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::string rest = line.size() > 2 ? line.substr(2) : std::string();
    const auto descriptor = line.starts_with("b ")
                                ? whfb::readers::ParseSecurityDescriptor(FromHex(rest))
                                : whfb::readers::ParseSddl(rest);
    std::cout << (!descriptor ? "(damaged)"
                              : (descriptor->complete ? "" : "(partial)") +
                                    whfb::readers::ToSddl(*descriptor))
              << '\n';
  }
  return 0;
}
