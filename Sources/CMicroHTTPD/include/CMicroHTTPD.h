// libmicrohttpd, used without threads and without TLS.
#ifndef HEAPSCOPE_CMICROHTTPD_H
#define HEAPSCOPE_CMICROHTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MHD_Response;

/// A server with its connections.
typedef struct cmhd_server cmhd_server;

/// Returns the response to a request, which the server then owns, and its status. The texts are
/// valid only during the call. `host` is NULL when the request names none.
typedef struct MHD_Response *(*cmhd_answer)(
    void *context, const char *method, const char *path, const char *host, unsigned *status);

/// Listens on an address; if a name has several, on the first IPv4 address.
///
/// Returns the socket, or an error as a negative number: of errno, or below
/// `CMHD_UNKNOWN_HOST` of getaddrinfo. Port 0 means any free one.
int cmhd_listen(const char *host, uint16_t port, uint16_t *bound_port, bool *is_loopback);
enum { CMHD_UNKNOWN_HOST = -10000 };

/// Returns a server for a socket, which the server then owns, or NULL.
cmhd_server *cmhd_start(int socket, cmhd_answer answer, void *context);

/// Waits until there is something to do or the descriptor is readable, and does it. Returns false
/// when the server cannot continue.
bool cmhd_run(cmhd_server *server, int descriptor);

void cmhd_stop(cmhd_server *server);

/// Returns a response with a copy of the bytes, or NULL.
struct MHD_Response *cmhd_response(const void *bytes, size_t count);
void cmhd_add_header(struct MHD_Response *response, const char *name, const char *value);

#endif
