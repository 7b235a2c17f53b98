#include "guard.h"
#include "stop.h"
