// A fleet as an organisation has it: devices that work, that are blocked for different reasons,
// and that nobody could look at. The texts are those of real rules.

#ifndef WHFB_TESTS_REPORT_SAMPLE_FLEET_H_
#define WHFB_TESTS_REPORT_SAMPLE_FLEET_H_

#include <memory>

#include "tests/report/memory_source.h"

namespace whfb::report {

// `devices` devices with one user each, one environment and two domain controllers.
[[nodiscard]] std::unique_ptr<MemorySource> SampleFleet(int devices);

// One of everything that tries to get out of its place: markup, script ends, terminal escapes,
// invalid UTF-8, bidirectional controls, NUL.
[[nodiscard]] std::unique_ptr<MemorySource> HostileResults();

}  // namespace whfb::report

#endif  // WHFB_TESTS_REPORT_SAMPLE_FLEET_H_
