// Lists of revoked certificates (RFC 5280 section 5): who issued them, until when they serve, and
// where the next ones are to be had. Which certificates they name is counted, not kept; nothing is
// verified here.

#ifndef WHFB_COLLECTORS_READERS_CRL_H_
#define WHFB_COLLECTORS_READERS_CRL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

struct CrlRecord {
  Known<std::string_view> sha1{};  // of the DER
  Known<std::string_view> issuer{};
  Known<std::string_view> authority_key_id{};
  Known<TimeInterval> this_update{};
  Known<TimeInterval> next_update{};   // absent: the list says none
  Known<TimeInterval> next_publish{};  // 1.3.6.1.4.1.311.21.4: when the CA means to renew it
  Known<std::string_view> number{};    // hex, no sign octet
  Known<std::string_view> base{};      // number of the list that a delta adds to; absent: no delta
  Known<std::string_view> signature_hash{};
  Known<TextList> cdp{};       // where the list itself is published, by its own word
  Known<TextList> freshest{};  // where its deltas are
  std::uint64_t revoked = 0;   // entries
  std::uint32_t unread_extensions = 0;
  Context context{};
  Provenance source{};
};

// Without context and source. An Error: the bytes are no list.
[[nodiscard]] Result<CrlRecord> ParseCrl(std::span<const std::byte> der,
                                         TextPool& pool,
                                         std::string_view where);

// The list at `place`, or a gap that says why there is none.
void AddCrl(std::span<const std::byte> der,
            std::uint64_t place,
            const EvidenceView& evidence,
            RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CRL_H_
