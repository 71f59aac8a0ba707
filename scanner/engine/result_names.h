// A device that only results of Group Policy (gpresult) name: whose they are.

#ifndef WHFB_SCANNER_ENGINE_RESULT_NAMES_H_
#define WHFB_SCANNER_ENGINE_RESULT_NAMES_H_

#include <span>
#include <string_view>

#include "scanner/core/facts.h"
#include "scanner/core/finding.h"

namespace whfb::engine {

// `called`: what the bundle is called; empty: nothing that would be the name of a device. A result
// counts because it was made on the device. Where it alone says how that is called, and the bundle
// is called otherwise, nobody knows whose the result and the rest of the bundle are: it names
// nothing, what it says is unknown (ambiguous), and the coverage says why.
void DoubtResultNames(std::string_view called,
                      FactSpace& facts,
                      std::span<CoverageRecord> coverage);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_RESULT_NAMES_H_
