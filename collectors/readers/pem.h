// PEM, for the readers whose format may come in it.

#ifndef WHFB_COLLECTORS_READERS_PEM_H_
#define WHFB_COLLECTORS_READERS_PEM_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

inline constexpr std::string_view kCrlLabel = "X509 CRL";

// What the beginning of a text shows. Labels count only at the start of a line.
struct PemHead {
  std::string_view label{};   // the first that is read here: of certificates, PKCS#7, lists of
                              // revoked certificates; empty: none
  bool at_top = false;        // the first line that is not blank begins a block, of any label
  bool certificates = false;  // there is a label of certificates or PKCS#7
};

[[nodiscard]] PemHead ReadPemHead(const Head& head);

// Everything that the blocks hold; places are lines.
[[nodiscard]] Status ReadPem(const EvidenceView& evidence, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_PEM_H_
