/*
 * The floor: what a relay costs that makes the same checks as the server's and has nothing else to do. One thread, recvmmsg
 * and sendmmsg, no segmentation offload. docs/protocol.md says what a packet is and which checks it has to pass.
 *
 * Usage: floor ADDRESS RECEIVE_BUFFER_BYTES. Reads sessions from its standard input, one a line: token (decimal), hop key (32
 * hex digits), room (decimal), bitrate (bit/s). At the end of its input it binds a free UDP port of the address and prints the number.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum {
  MAX_SESSIONS = 4096,
  MAX_ROOMS = 64,
  TABLE_SLOTS = 4 * MAX_SESSIONS,
  BATCH = 64,
  /* What the kernel takes in one sendmmsg (UIO_MAXIOV). */
  MAX_MESSAGES = 1024,

  HEADER_BYTES = 16,
  WHISPER_TARGET_BYTES = 4,
  CLOCK_BYTES = 8,
  TAG_BYTES = 16,
  HOP_TAG_BYTES = 8,
  PING_BYTES = HEADER_BYTES + CLOCK_BYTES + HOP_TAG_BYTES,
  PONG_BYTES = PING_BYTES + 8,
  MAX_PACKET_BYTES = HEADER_BYTES + WHISPER_TARGET_BYTES + 1275 + TAG_BYTES + HOP_TAG_BYTES,

  FLAG_CONTROL = 0x80,
  FLAG_WHISPER = 0x40,

  WINDOW = 1024,
};

static const double PACKETS_PER_SECOND = 60;
static const double BITRATE_HEADROOM = 1.5;

struct replay_window {
  int64_t newest;
  uint64_t seen[WINDOW / 64];
};

/* Holds one second's worth. */
struct token_bucket {
  double per_second;
  double level;
  double filled_at;
};

struct room;

struct session {
  uint32_t token;
  uint64_t hop_key[2];
  struct room *room;
  /* Its place among the bound ones of the room. */
  int place;
  bool bound;
  struct sockaddr_in address;
  struct replay_window voice, control;
  struct token_bucket packets, bits;
  uint32_t received, sent;
};

/* The headers stand twice in a row, so that "everyone but the one at i" is the window that begins behind i. All share one iovec. */
struct room {
  int id;
  int bound;
  struct iovec packet;
  struct mmsghdr headers[2 * MAX_SESSIONS];
  struct session *members[MAX_SESSIONS];
};

static struct session sessions[MAX_SESSIONS];
static int session_count;
static struct session *by_token[TABLE_SLOTS];
static struct room *rooms[MAX_ROOMS];
static int room_count;
static int udp;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* SipHash-2-4 with a 64-bit tag (Aumasson, Bernstein 2012). */
#define ROTATE(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define ROUND                                                                                       \
  do {                                                                                              \
    v0 += v1, v1 = ROTATE(v1, 13), v1 ^= v0, v0 = ROTATE(v0, 32);                                   \
    v2 += v3, v3 = ROTATE(v3, 16), v3 ^= v2;                                                        \
    v0 += v3, v3 = ROTATE(v3, 21), v3 ^= v0;                                                        \
    v2 += v1, v1 = ROTATE(v1, 17), v1 ^= v2, v2 = ROTATE(v2, 32);                                   \
  } while (0)

static uint64_t siphash(const uint64_t key[2], const uint8_t *bytes, size_t length) {
  uint64_t v0 = key[0] ^ 0x736f6d6570736575, v1 = key[1] ^ 0x646f72616e646f6d;
  uint64_t v2 = key[0] ^ 0x6c7967656e657261, v3 = key[1] ^ 0x7465646279746573;
  uint64_t word;
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    memcpy(&word, bytes + at, 8);
    word = le64toh(word);
    v3 ^= word;
    ROUND;
    ROUND;
    v0 ^= word;
  }
  word = (uint64_t)(length & 0xff) << 56;
  for (int i = 0; at < length; at++, i++) word |= (uint64_t)bytes[at] << (8 * i);
  v3 ^= word;
  ROUND;
  ROUND;
  v0 ^= word;
  v2 ^= 0xff;
  ROUND;
  ROUND;
  ROUND;
  ROUND;
  return v0 ^ v1 ^ v2 ^ v3;
}

static uint32_t read_u32(const uint8_t *bytes) {
  uint32_t value;
  memcpy(&value, bytes, 4);
  return be32toh(value);
}

static void write_u32(uint8_t *bytes, uint32_t value) {
  value = htobe32(value);
  memcpy(bytes, &value, 4);
}

static int64_t read_sequence(const uint8_t *bytes) {
  return (int64_t)bytes[6] << 40 | (int64_t)bytes[7] << 32 | read_u32(bytes + 8);
}

static bool accept_sequence(struct replay_window *window, int64_t sequence) {
  if (sequence > window->newest) {
    if (sequence - window->newest >= WINDOW) memset(window->seen, 0, sizeof window->seen);
    else
      for (int64_t skipped = window->newest + 1; skipped < sequence; skipped++)
        window->seen[skipped % WINDOW / 64] &= ~(1ull << (skipped % 64));
    window->newest = sequence;
  } else if (sequence <= window->newest - WINDOW || window->seen[sequence % WINDOW / 64] >> (sequence % 64) & 1) {
    return false;
  }
  window->seen[sequence % WINDOW / 64] |= 1ull << (sequence % 64);
  return true;
}

static bool take(struct token_bucket *bucket, double units, double now) {
  bucket->level += (now - bucket->filled_at) * bucket->per_second;
  if (bucket->level > bucket->per_second) bucket->level = bucket->per_second;
  bucket->filled_at = now;
  if (units > bucket->level) return false;
  bucket->level -= units;
  return true;
}

static uint32_t slot_of(uint32_t token) {
  return token * 2654435761u % TABLE_SLOTS;
}

static struct session *find(uint32_t token) {
  for (uint32_t slot = slot_of(token);; slot = (slot + 1) % TABLE_SLOTS) {
    struct session *session = by_token[slot];
    if (session == NULL || session->token == token) return session;
  }
}

static struct room *room_with(int id) {
  for (int i = 0; i < room_count; i++)
    if (rooms[i]->id == id) return rooms[i];
  if (room_count == MAX_ROOMS) exit(1);
  struct room *room = calloc(1, sizeof *room);
  if (room == NULL) fail("calloc");
  room->id = id;
  return rooms[room_count++] = room;
}

static void read_sessions(double now) {
  unsigned token, room, bitrate;
  char key[33];
  while (scanf("%u %32[0-9a-f] %u %u", &token, key, &room, &bitrate) == 4) {
    if (session_count == MAX_SESSIONS) exit(1);
    struct session *session = &sessions[session_count++];
    session->token = token;
    for (int i = 0; i < 16; i++) {
      unsigned byte;
      sscanf(key + 2 * i, "%2x", &byte);
      session->hop_key[i / 8] |= (uint64_t)byte << (8 * (i % 8));
    }
    session->room = room_with((int)room);
    session->voice.newest = session->control.newest = -1;
    session->packets = (struct token_bucket){PACKETS_PER_SECOND, PACKETS_PER_SECOND, now};
    session->bits = (struct token_bucket){bitrate * BITRATE_HEADROOM, bitrate * BITRATE_HEADROOM, now};
    uint32_t slot = slot_of(token);
    while (by_token[slot] != NULL) slot = (slot + 1) % TABLE_SLOTS;
    by_token[slot] = session;
  }
}

static void lay_out(struct room *room) {
  for (int i = 0; i < 2 * room->bound; i++) {
    struct session *member = room->members[i % room->bound];
    room->headers[i].msg_hdr = (struct msghdr){
        .msg_name = &member->address,
        .msg_namelen = sizeof member->address,
        .msg_iov = &room->packet,
        .msg_iovlen = 1,
    };
  }
}

static bool same_address(const struct sockaddr_in *one, const struct sockaddr_in *other) {
  return one->sin_addr.s_addr == other->sin_addr.s_addr && one->sin_port == other->sin_port;
}

static void take_ping(struct session *session, const uint8_t *ping, const struct sockaddr_in *from, double now) {
  int64_t sequence = read_sequence(ping);
  bool newest = sequence > session->control.newest;
  if (!accept_sequence(&session->control, sequence) || !take(&session->packets, 1, now)) return;
  if (newest) {
    session->address = *from;
    if (!session->bound) {
      session->bound = true;
      session->place = session->room->bound;
      session->room->members[session->room->bound++] = session;
      lay_out(session->room);
    }
  }
  uint8_t pong[PONG_BYTES];
  memcpy(pong, ping, HEADER_BYTES + CLOCK_BYTES);
  write_u32(pong + HEADER_BYTES + CLOCK_BYTES, session->received);
  write_u32(pong + HEADER_BYTES + CLOCK_BYTES + 4, session->sent);
  uint64_t tag = htole64(siphash(session->hop_key, pong, PONG_BYTES - HOP_TAG_BYTES));
  memcpy(pong + PONG_BYTES - HOP_TAG_BYTES, &tag, HOP_TAG_BYTES);
  sendto(udp, pong, sizeof pong, MSG_DONTWAIT, (const struct sockaddr *)from, sizeof *from);
}

static void forward(struct session *speaker, uint8_t *packet, size_t length) {
  struct room *room = speaker->room;
  room->packet = (struct iovec){packet, length};
  int others = room->bound - 1;
  int first = speaker->place + 1;
  for (int sent = 0; sent < others;) {
    int count = others - sent < MAX_MESSAGES ? others - sent : MAX_MESSAGES;
    int taken = sendmmsg(udp, room->headers + first + sent, (unsigned)count, MSG_DONTWAIT);
    /* The first one was refused: the next has another listener. */
    sent += taken > 0 ? taken : 1;
  }
  for (int i = 0; i < others; i++) room->members[(first + i) % room->bound]->sent++;
}

static void take_voice(struct session *session, uint8_t *packet, size_t length, const struct sockaddr_in *from, double now) {
  if (!session->bound || !same_address(&session->address, from)) return;
  if (!accept_sequence(&session->voice, read_sequence(packet))) return;
  session->received++;
  double bits = (double)(length - HEADER_BYTES - TAG_BYTES - HOP_TAG_BYTES) * 8;
  if (!take(&session->packets, 1, now) || !take(&session->bits, bits, now)) return;
  forward(session, packet, length - HOP_TAG_BYTES);
}

static void take_datagram(uint8_t *packet, size_t length, const struct sockaddr_in *from, double now) {
  if (length < PING_BYTES || length > MAX_PACKET_BYTES) return;
  bool control = packet[4] & FLAG_CONTROL;
  if (control ? length != PING_BYTES : length < HEADER_BYTES + 1 + TAG_BYTES + HOP_TAG_BYTES) return;
  struct session *session = find(read_u32(packet));
  if (session == NULL) return;
  uint64_t tag;
  memcpy(&tag, packet + length - HOP_TAG_BYTES, HOP_TAG_BYTES);
  if (siphash(session->hop_key, packet, length - HOP_TAG_BYTES) != le64toh(tag)) return;
  if (control) take_ping(session, packet, from, now);
  else if (!(packet[4] & FLAG_WHISPER)) take_voice(session, packet, length, from, now);
}

static double now_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void open_socket(const char *host, int receive_buffer_bytes) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) exit(2);
  udp = socket(AF_INET, SOCK_DGRAM, 0);
  if (udp < 0) fail("socket");
  /* The kernel doubles what it is asked for. */
  int half = receive_buffer_bytes / 2;
  if (setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &half, sizeof half) < 0) fail("setsockopt");
  if (bind(udp, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  socklen_t length = sizeof address;
  if (getsockname(udp, (struct sockaddr *)&address, &length) < 0) fail("getsockname");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  read_sessions(now_seconds());
  open_socket(argv[1], atoi(argv[2]));

  static uint8_t packets[BATCH][MAX_PACKET_BYTES + 1];
  struct sockaddr_in from[BATCH];
  struct iovec pieces[BATCH];
  struct mmsghdr headers[BATCH];
  for (int i = 0; i < BATCH; i++) {
    pieces[i] = (struct iovec){packets[i], sizeof packets[i]};
    headers[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  for (;;) {
    int count = recvmmsg(udp, headers, BATCH, MSG_WAITFORONE, NULL);
    if (count < 0 && errno != EINTR && errno != ECONNREFUSED) fail("recvmmsg");
    double now = now_seconds();
    for (int i = 0; i < count; i++) {
      take_datagram(packets[i], headers[i].msg_len, &from[i], now);
      headers[i].msg_hdr.msg_namelen = sizeof from[i];
    }
  }
}
