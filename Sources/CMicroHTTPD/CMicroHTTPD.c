// For SOCK_CLOEXEC.
#define _GNU_SOURCE

#include "CMicroHTTPD.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Limits for a client: connections at a time, bytes of headers, seconds until it has sent its
// request, and seconds until it has received the response. libmicrohttpd itself drops silent
// clients; those that send or receive a byte now and then are dropped here.
enum {
  MOST_CONNECTIONS = 32,
  MOST_BYTES = 32 << 10,
  SECONDS_TO_ASK = 10,
  SECONDS_TO_TAKE = 600,
  SECONDS_SILENT = 30,
};

struct connection {
  int socket;  // -1 for none.
  bool has_asked;
  time_t deadline;
};

struct cmhd_server {
  struct MHD_Daemon *daemon;
  cmhd_answer answer;
  void *context;
  struct connection connections[MOST_CONNECTIONS];
};

static time_t seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

// MARK: Listening

static bool is_loopback_address(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    const struct sockaddr_in *four = (const void *)address;
    return ntohl(four->sin_addr.s_addr) >> 24 == 127;
  }
  const struct sockaddr_in6 *six = (const void *)address;
  return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static int listen_at(const struct addrinfo *place, uint16_t *bound_port, bool *is_loopback) {
  int descriptor = socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  // Otherwise a server that ended a moment ago would leave its port in use.
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_storage bound;
  socklen_t length = sizeof bound;
  if (bind(descriptor, place->ai_addr, place->ai_addrlen) || listen(descriptor, MOST_CONNECTIONS) ||
      getsockname(descriptor, (struct sockaddr *)&bound, &length)) {
    int problem = errno;
    close(descriptor);
    return -problem;
  }
  *bound_port = ntohs(bound.ss_family == AF_INET ? ((struct sockaddr_in *)&bound)->sin_port
                                                 : ((struct sockaddr_in6 *)&bound)->sin6_port);
  *is_loopback = is_loopback_address((struct sockaddr *)&bound);
  return descriptor;
}

int cmhd_listen(const char *host, uint16_t port, uint16_t *bound_port, bool *is_loopback) {
  char service[8];
  snprintf(service, sizeof service, "%u", port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *places = NULL;
  int problem = getaddrinfo(host, service, &hints, &places);
  if (problem) return CMHD_UNKNOWN_HOST - abs(problem);
  const struct addrinfo *place = places;
  for (const struct addrinfo *other = places; other; other = other->ai_next) {
    if (other->ai_family == AF_INET) {
      place = other;
      break;
    }
  }
  int descriptor = listen_at(place, bound_port, is_loopback);
  freeaddrinfo(places);
  return descriptor;
}

// MARK: Serving

static void note_connection(
    void *context, struct MHD_Connection *connection, void **slot,
    enum MHD_ConnectionNotificationCode code) {
  cmhd_server *server = context;
  if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
    if (*slot) ((struct connection *)*slot)->socket = -1;
    return;
  }
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  *slot = NULL;
  for (int index = 0; info && index < MOST_CONNECTIONS; index++) {
    struct connection *entry = &server->connections[index];
    if (entry->socket >= 0) continue;
    *entry = (struct connection){.socket = info->connect_fd, .deadline = seconds() + SECONDS_TO_ASK};
    *slot = entry;
    return;
  }
}

static enum MHD_Result answer(
    void *context, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **request) {
  (void)version, (void)upload, (void)upload_size, (void)request;
  cmhd_server *server = context;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  struct connection *entry = info ? info->socket_context : NULL;
  if (entry) entry->deadline = seconds() + SECONDS_TO_TAKE;
  unsigned status = 500;
  // Anything after the headers is not read: the response is sent before.
  struct MHD_Response *response = server->answer(
      server->context, method, path,
      MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST), &status);
  if (!response) return MHD_NO;
  // One request per connection, so that its time is limited.
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  // Making the response may have taken a while.
  if (entry) entry->deadline = seconds() + SECONDS_TO_TAKE;
  return result;
}

cmhd_server *cmhd_start(int socket, cmhd_answer answer_request, void *context) {
  cmhd_server *server = calloc(1, sizeof *server);
  if (!server) return NULL;
  server->answer = answer_request;
  server->context = context;
  for (int index = 0; index < MOST_CONNECTIONS; index++) server->connections[index].socket = -1;
  server->daemon = MHD_start_daemon(
      MHD_USE_EPOLL, 0, NULL, NULL, answer, server,
      MHD_OPTION_LISTEN_SOCKET, socket,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MOST_BYTES,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_SILENT,
      MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_NOTIFY_CONNECTION, note_connection, server, MHD_OPTION_END);
  if (server->daemon) return server;
  free(server);
  return NULL;
}

bool cmhd_run(cmhd_server *server, int descriptor) {
  const union MHD_DaemonInfo *info =
      MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  if (!info) return false;
  struct pollfd entries[] = {
      {.fd = info->epoll_fd, .events = POLLIN}, {.fd = descriptor, .events = POLLIN}};
  // Never for long: deadlines pass, and after it had as many connections as it may,
  // libmicrohttpd listens again only once it runs.
  int milliseconds = 1000;
  MHD_UNSIGNED_LONG_LONG wanted;
  if (MHD_get_timeout(server->daemon, &wanted) == MHD_YES && wanted < 1000) {
    milliseconds = (int)wanted;
  }
  if (poll(entries, 2, milliseconds) < 0 && errno != EINTR) return false;
  time_t now = seconds();
  for (int index = 0; index < MOST_CONNECTIONS; index++) {
    struct connection *entry = &server->connections[index];
    // libmicrohttpd sees that it has ended, and closes it.
    if (entry->socket >= 0 && now >= entry->deadline) shutdown(entry->socket, SHUT_RDWR);
  }
  return MHD_run(server->daemon) == MHD_YES;
}

void cmhd_stop(cmhd_server *server) {
  MHD_stop_daemon(server->daemon);
  free(server);
}

struct MHD_Response *cmhd_response(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

void cmhd_add_header(struct MHD_Response *response, const char *name, const char *value) {
  MHD_add_response_header(response, name, value);
}
