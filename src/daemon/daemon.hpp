#pragma once

/// `obmen watch`: every exchange of some settings files side by side (README.md of this room).
namespace obmen::daemon {}
