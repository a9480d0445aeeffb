// samples.hpp - a recording as a Python object.
#pragma once

#include "binding/profile/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/profile/recording.hpp"

namespace mainstay::binding::profile {

using mainstay::profile::Recording;

struct Samples {
  Recording recording;
};

}  // namespace mainstay::binding::profile
