#!/usr/bin/env python3
"""Serves profiles on loopback, well and badly, for the tests of fetching.

    Fixtures/live/server.py [--tls CERT KEY] [--client-tls CERT KEY] [--unix PATH]

It says where it listens, a line each (`http PORT`, `https PORT`, `client-https PORT`), and goes on
until its standard input ends. What a path answers stands in the table at the end.
"""

import gzip
import http.server
import pathlib
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time

FIXTURES = pathlib.Path(__file__).resolve().parent.parent
RECORDED = (FIXTURES / "go1.27/orderlog.incident.pb.gz").read_bytes()
SIX = threading.Barrier(6)
TYPES = ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"]


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def growing(round_number, restarted=False):
    """A heap profile in the round_number-th moment of a program that leaks.

    main.(*cache).add at cache.go:10 holds 100 objects of 1,000 bytes more each
    time; main.work at work.go:20 holds 50 objects of 1,000 bytes throughout.
    """
    texts = ["", "count", "bytes", "main.(*cache).add", "/app/cache.go", "main.work",
             "/app/work.go", *TYPES]
    message = b""
    for name, unit in zip(TYPES, (1, 2, 1, 2)):
        message += block(1, number(1, texts.index(name)) + number(2, unit))
    kept = 100 * (1 if restarted else round_number)
    for location, (allocated, live) in enumerate(((kept, kept), (kept * 10, 50)), 1):
        values = (allocated, allocated * 1000, live, live * 1000)
        message += block(2, block(1, varint(location)) + block(2, b"".join(map(varint, values))))
    for location, (name, line) in enumerate(((3, 10), (5, 20)), 1):
        message += block(4, number(1, location) + block(4, number(1, location) + number(2, line)))
        message += block(5, number(1, location) + number(2, name) + number(4, name + 1))
    for text in texts:
        message += block(6, text.encode())
    return gzip.compress(message + number(9, time.time_ns()))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rounds = {}
    lock = threading.Lock()

    def address_string(self):
        return "client"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path, _, self.query = self.path.partition("?")
        # /NAME/rest: each test counts its own requests.
        with self.lock:
            self.round = self.rounds[path] = self.rounds.get(path, 0) + 1
        answer = ANSWERS.get(path.split("/")[-1])
        try:
            answer(self) if answer else self.answer(404, b"404 page not found\n", "text/plain")
        except (BrokenPipeError, ConnectionError, ssl.SSLError):
            self.close_connection = True

    def answer(self, status, body, kind="application/octet-stream", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, length=None):
        """Sends the head of an answer of so many bytes; without a length, in chunks."""
        self.send_response(200)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def chunk(self, body):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    def redirect(self, target):
        self.answer(302, b"", Location=target)

    def end(self, resets=False):
        """Closes the connection, politely or with a reset."""
        self.wfile.flush()
        if resets:
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    # What the paths answer.

    def heap(self):
        self.answer(200, RECORDED)

    def grow(self):
        self.answer(200, growing(self.round))

    def grow_flaky(self):
        if self.round == 2:
            return self.answer(503, b"overloaded\n", "text/plain")
        self.answer(200, growing(self.round))

    def grow_restart(self):
        self.answer(200, growing(self.round, restarted=self.round > 2))

    def delta(self):
        time.sleep(0.2)
        self.answer(200, growing(1))

    def together(self):
        """Answers six at a time, and none before all six are here."""
        try:
            SIX.wait(timeout=20)
        except threading.BrokenBarrierError:
            return self.answer(503, b"the others did not come\n", "text/plain")
        self.answer(200, growing(1))

    def secret(self):
        if self.headers.get("Authorization") not in ("Bearer hunter2", "Basic dTpodW50ZXIy"):
            return self.answer(401, b"who are you?\n", "text/plain")
        self.answer(200, RECORDED)

    def echo(self):
        text = f"{self.query} {self.headers.get('X-Test', '')}\n".encode()
        self.answer(400, text, "text/plain; charset=utf-8", X_Go_Pprof="1")

    def unknown(self):
        self.answer(404, b"Unknown profile\n", "text/plain; charset=utf-8", X_Go_Pprof="1")

    def page(self):
        self.answer(404, b"<html><body>" + b"nothing here " * 9999, "text/html")

    def login(self):
        self.answer(200, b"<!DOCTYPE html><html><body>log in</body></html>", "text/html")

    def busy(self):
        self.answer(503, b"", "text/plain")

    def empty(self):
        self.answer(200, b"")

    def damaged(self):
        self.answer(200, RECORDED[:1000])

    def hang(self):
        time.sleep(20)

    def stall(self):
        self.begin(len(RECORDED))
        self.wfile.write(RECORDED[:1000])
        self.wfile.flush()
        time.sleep(20)

    def drip(self):
        self.begin(len(RECORDED))
        for byte in RECORDED:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.1)

    def closed(self):
        self.end()

    def reset(self):
        self.end(resets=True)

    def half(self):
        self.begin(len(RECORDED))
        self.wfile.write(RECORDED[:1000])
        self.end()

    def half_chunked(self):
        self.begin()
        self.chunk(RECORDED[:1000])
        self.end()

    def reset_half(self):
        self.begin(len(RECORDED))
        self.wfile.write(RECORDED[:1000])
        self.wfile.flush()
        time.sleep(0.1)
        self.end(resets=True)

    def huge(self):
        self.begin(10 << 30)
        for _ in range(10 << 10):
            self.wfile.write(bytes(1 << 20))

    def endless(self):
        self.begin()
        for _ in range(10 << 10):
            self.chunk(bytes(1 << 20))

    def garbage(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        self.end()

    def loop(self):
        self.redirect(self.path)

    def moved(self):
        self.redirect("../debug/pprof/heap")

    def elsewhere(self):
        port = self.server.server_address[1]
        self.redirect(f"http://localhost:{port}/debug/pprof/heap?token=hunter2")

    def to_file(self):
        self.redirect("file:///etc/passwd")

    def to_ages(self):
        self.redirect("/hang?seconds=9223372036854775807")

    def to_ftp(self):
        self.redirect("ftp://localhost/heap")


ANSWERS = {
    name.replace("_", "-"): function
    for name, function in vars(Handler).items()
    if callable(function) and name.islower()
    and name not in ("address_string", "log_message", "answer", "begin", "chunk", "redirect", "end")
}


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        pass


class SecureServer(Server):
    def finish_request(self, request, address):
        # The handshake is the connection's own business, not the listener's.
        super().finish_request(self.context.wrap_socket(request, server_side=True), address)


class UnixServer(Server):
    address_family = socket.AF_UNIX

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 0


def start(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(arguments):
    print("http", start(Server(("127.0.0.1", 0), Handler)).server_address[1], flush=True)
    while arguments:
        option = arguments.pop(0)
        if option == "--tls":
            server = SecureServer(("127.0.0.1", 0), Handler)
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.context.load_cert_chain(arguments.pop(0), arguments.pop(0))
            print("https", start(server).server_address[1], flush=True)
        elif option == "--client-tls":
            # Its own certificate is the only one it takes from a client.
            server = SecureServer(("127.0.0.1", 0), Handler)
            server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate = arguments.pop(0)
            server.context.load_cert_chain(certificate, arguments.pop(0))
            server.context.load_verify_locations(certificate)
            server.context.verify_mode = ssl.CERT_REQUIRED
            print("client-https", start(server).server_address[1], flush=True)
        elif option == "--unix":
            start(UnixServer(arguments.pop(0), Handler))
        else:
            sys.exit(f"server.py: unknown option {option}")
    print("ready", flush=True)
    sys.stdin.read()


main(sys.argv[1:])
