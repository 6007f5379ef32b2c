#pragma once

/// Listens on a port of 127.0.0.1, and forwards each connection to another port there, until the
/// program ends. Throws std::system_error when the port cannot be used.
void forward_port(int from, int to);
