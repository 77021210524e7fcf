// libyaml for Swift: texts into nodes with their places.
#pragma once
#include <yaml.h>
