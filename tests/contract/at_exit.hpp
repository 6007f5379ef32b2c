#pragma once

/// Makes a producer, delivers a record with it to a cluster of its own, and ends the program with
/// exit code 1 where that fails. `where` is printed then.
void deliver_one_record(const char* where);
