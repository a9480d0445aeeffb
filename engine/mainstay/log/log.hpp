// log.hpp - structured logging: the whole library by one include.
//
// Logger (logger.hpp) is what programs use. Below it: lines as JSON (json.hpp) or logfmt
// (logfmt.hpp), times as text (timestamp.hpp), and one write per line (output.hpp).
#pragma once

#include "mainstay/log/json.hpp"
#include "mainstay/log/line.hpp"
#include "mainstay/log/logfmt.hpp"
#include "mainstay/log/logger.hpp"
#include "mainstay/log/output.hpp"
#include "mainstay/log/timestamp.hpp"
