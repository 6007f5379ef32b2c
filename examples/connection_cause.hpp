#pragma once

#include <kafka/error.hpp>
#include <string>

/// The cause in an error about a connection, such as "Connection refused".
std::string connection_cause(const kafka::Error& error);
