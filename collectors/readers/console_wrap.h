// Output of certutil that was copied out of a console window: a console breaks a line at its width,
// and what is pasted into a ticket keeps the break. Half a name or half a key container is another
// name, so the parts are put together; where that is not sure, the line is damaged.

#ifndef WHFB_COLLECTORS_READERS_CONSOLE_WRAP_H_
#define WHFB_COLLECTORS_READERS_CONSOLE_WRAP_H_

#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

// A line that fills a console (80 or 120 columns, where nobody chose another number; else as many as
// the widest line has) and is followed by what only the rest of a line can be takes it up, in `pool`.
// Followed by what may be a sentence of certutil as well, the widest line of 80 or 120 is damaged.
void JoinWrappedLines(std::vector<TextLine>& lines, TextPool& pool);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CONSOLE_WRAP_H_
