#pragma once

#include "delivery/run.hpp"

namespace obmen::delivery {

/// At the end of a run that has sent all it could: says in the receipts why operations wait.
void explain_waiting(Run& run);

}  // namespace obmen::delivery
