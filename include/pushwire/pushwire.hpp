#pragma once
// Everything: `#include <pushwire/pushwire.hpp>`.

#include <pushwire/client.hpp>
#include <pushwire/close_code.hpp>
#include <pushwire/error.hpp>
#include <pushwire/fd.hpp>
#include <pushwire/handshake.hpp>
#include <pushwire/limits.hpp>
#include <pushwire/message.hpp>
#include <pushwire/request.hpp>
#include <pushwire/server.hpp>
#include <pushwire/server_group.hpp>
