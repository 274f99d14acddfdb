// libmicrohttpd, in the one way that it is used: without threads and without TLS.
#ifndef HEAPSCOPE_CMICROHTTPD_H
#define HEAPSCOPE_CMICROHTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Response;

/// A server with the connections that it has.
typedef struct cmhd_server cmhd_server;

/// Returns the answer to a request, which goes to the server, and its status; the texts are gone
/// afterwards. `host` is NULL where the request names none.
typedef struct MHD_Response *(*cmhd_answer)(
    void *context, const char *method, const char *path, const char *host, unsigned *status);

/// Listens at an address; of several that a name has, at the first of version 4.
///
/// Returns the socket, or what is wrong as a negative number: of errno, or below
/// `CMHD_UNKNOWN_HOST` of getaddrinfo. Port 0 stands for any that is free.
int cmhd_listen(const char *host, uint16_t port, uint16_t *bound_port, bool *is_loopback);
enum { CMHD_UNKNOWN_HOST = -10000 };

/// Returns a server for a socket, which becomes its own, or NULL.
cmhd_server *cmhd_start(int socket, cmhd_answer answer, void *context);

/// Waits until something is to be done or the descriptor can be read, and does it. Returns false
/// where the server cannot go on.
bool cmhd_run(cmhd_server *server, int descriptor);

void cmhd_stop(cmhd_server *server);

/// Returns an answer with a copy of the bytes, or NULL.
struct MHD_Response *cmhd_response(const void *bytes, size_t count);
void cmhd_add_header(struct MHD_Response *response, const char *name, const char *value);

#endif
