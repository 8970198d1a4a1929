;; What lies between a plugin and its host in one call: Extism's ABI over a memory that neither the plugin nor its host's JavaScript owns.
;;
;; A handle is (number of a block << 48) + (offset in it), as in Extism's SDK for JavaScript. Block 0 is no block, block 1 the input; the others
;; are numbered as they come and never again in the same call, so that a handle that was freed, or freed twice, hits nothing else. A new call
;; begins with an empty table. Memory: 8 KiB of table (address and size of each block; address 0: none), up to 2 MiB of input, 4 MiB of blocks.
;;
;; What is too much, or outside of its block, sets $fault and traps: a trap cannot be caught by the plugin, and $fault tells the host why.
(module
  ;; 8 KiB + 2 MiB + 4 MiB, in pages; never grown, so that views of it stay valid. Untouched pages cost nothing.
  (memory (export "memory") 97 97)

  ;; 1: one block too large, 2: all together too large, 3: too many blocks, 4: outside of a block, 5: output that is no block.
  (global $fault (export "fault") (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))
  (global $next (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))
  (global $output (mut i32) (i32.const 0))
  (global $outputOffset (mut i32) (i32.const 0))
  (global $outputLength (export "output_length") (mut i32) (i32.const 0))
  (global $error (mut i32) (i32.const 0))
  (global $speaker (export "speaker_number") (mut i32) (i32.const 0))
  ;; Of Extism's: 1 is debug; 0x7fffffff is for who may not log.
  (global $logLevel (export "log_level") (mut i32) (i32.const 0x7fffffff))

  (func $fail (param $why i32)
    (global.set $fault (local.get $why))
    unreachable)

  ;; ---- for the host ----

  ;; A new call, with an input that the host has written, or is about to write, at 8192.
  (func (export "begin") (param $inputLength i32)
    (global.set $fault (i32.const 0))
    (global.set $output (i32.const 0))
    (global.set $outputLength (i32.const 0))
    (global.set $error (i32.const 0))
    (i32.store offset=8 (i32.const 0) (i32.const 8192))
    (i32.store offset=12 (i32.const 0) (local.get $inputLength))
    (global.set $count (i32.const 2))
    (global.set $next (i32.and (i32.add (local.get $inputLength) (i32.const 8199)) (i32.const -8)))
    (global.set $end (i32.add (global.get $next) (i32.const 0x400000))))

  ;; Where the output begins; 0 for none, or one that was freed again, or stands behind an error.
  (func (export "output_at") (result i32)
    (local $at i32)
    (if (global.get $error) (then (return (i32.const 0))))
    (local.set $at (call $at (global.get $output)))
    (select (i32.add (local.get $at) (global.get $outputOffset)) (i32.const 0) (local.get $at)))

  ;; The block that holds the error; 0 for none.
  (func (export "error_block") (result i32) (global.get $error))

  ;; Ends the call from within a host function.
  (func (export "stop") unreachable)

  ;; Where a block begins; 0 for none.
  (func $at (export "block_at") (param $block i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $block) (global.get $count))
      (then (i32.load (i32.shl (local.get $block) (i32.const 3))))
      (else (i32.const 0))))

  (func $size (export "block_size") (param $block i32) (result i32)
    (if (result i32) (call $at (local.get $block))
      (then (i32.load offset=4 (i32.shl (local.get $block) (i32.const 3))))
      (else (i32.const 0))))

  (func (export "block_free") (param $block i32)
    (call $drop (local.get $block)))

  (func $drop (param $block i32)
    (if (i32.lt_u (local.get $block) (global.get $count))
      (then (i32.store (i32.shl (local.get $block) (i32.const 3)) (i32.const 0)))))

  ;; A new block of zeroes; its number.
  (func $take (export "block_new") (param $size i32) (result i32)
    (local $block i32)
    (local $at i32)
    (local $after i32)
    (if (i32.gt_u (local.get $size) (i32.const 0x100000)) (then (call $fail (i32.const 1))))
    (local.set $at (global.get $next))
    (local.set $after
      (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (if (i32.gt_u (local.get $after) (global.get $end)) (then (call $fail (i32.const 2))))
    (local.set $block (global.get $count))
    (if (i32.ge_u (local.get $block) (i32.const 514)) (then (call $fail (i32.const 3))))
    (global.set $count (i32.add (local.get $block) (i32.const 1)))
    (global.set $next (local.get $after))
    (i32.store (i32.shl (local.get $block) (i32.const 3)) (local.get $at))
    (i32.store offset=4 (i32.shl (local.get $block) (i32.const 3)) (local.get $size))
    (memory.fill (local.get $at) (i32.const 0) (local.get $size))
    (local.get $block))

  ;; ---- for the plugin: extism:host/env ----

  (func $blockOf (param $handle i64) (result i32)
    (i32.wrap_i64 (i64.shr_u (local.get $handle) (i64.const 48))))

  (func $handleOf (param $block i32) (result i64)
    (i64.shl (i64.extend_i32_u (local.get $block)) (i64.const 48)))

  ;; The address of $length bytes at a handle; 0 where there is no such block.
  (func $locate (param $handle i64) (param $length i64) (result i32)
    (local $block i32)
    (local $at i32)
    (local $offset i64)
    (local.set $block (call $blockOf (local.get $handle)))
    (local.set $at (call $at (local.get $block)))
    (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))
    (local.set $offset (i64.and (local.get $handle) (i64.const 0xffffffffffff)))
    (if (i64.gt_u
          (i64.add (local.get $offset) (local.get $length))
          (i64.load32_u offset=4 (i32.shl (local.get $block) (i32.const 3))))
      (then (call $fail (i32.const 4))))
    (i32.add (local.get $at) (i32.wrap_i64 (local.get $offset))))

  (func (export "alloc") (param $size i64) (result i64)
    (if (i64.gt_u (local.get $size) (i64.const 0x100000)) (then (call $fail (i32.const 1))))
    (call $handleOf (call $take (i32.wrap_i64 (local.get $size)))))

  (func (export "free") (param $handle i64)
    (call $drop (call $blockOf (local.get $handle))))

  (func $length (export "length") (param $handle i64) (result i64)
    (i64.extend_i32_u (call $size (call $blockOf (local.get $handle)))))

  (func (export "length_unsafe") (param $handle i64) (result i64)
    (call $length (local.get $handle)))

  (func $load8 (export "load_u8") (param $handle i64) (result i32)
    (local $at i32)
    (local.set $at (call $locate (local.get $handle) (i64.const 1)))
    (if (result i32) (local.get $at)
      (then (i32.load8_u (local.get $at)))
      (else (i32.const 0))))

  (func $load64 (export "load_u64") (param $handle i64) (result i64)
    (local $at i32)
    (local.set $at (call $locate (local.get $handle) (i64.const 8)))
    (if (i32.eqz (local.get $at)) (then (call $fail (i32.const 4))))
    (i64.load align=1 (local.get $at)))

  (func (export "store_u8") (param $handle i64) (param $value i32)
    (local $at i32)
    (local.set $at (call $locate (local.get $handle) (i64.const 1)))
    (if (local.get $at) (then (i32.store8 (local.get $at) (local.get $value)))))

  (func (export "store_u64") (param $handle i64) (param $value i64)
    (local $at i32)
    (local.set $at (call $locate (local.get $handle) (i64.const 8)))
    (if (local.get $at) (then (i64.store align=1 (local.get $at) (local.get $value)))))

  (func (export "input_offset") (result i64) (i64.const 0x1000000000000))

  (func (export "input_length") (result i64)
    (call $length (i64.const 0x1000000000000)))

  (func (export "input_load_u8") (param $offset i64) (result i32)
    (call $load8 (call $inInput (local.get $offset))))

  (func (export "input_load_u64") (param $offset i64) (result i64)
    (call $load64 (call $inInput (local.get $offset))))

  (func $inInput (param $offset i64) (result i64)
    (i64.or (i64.and (local.get $offset) (i64.const 0xffffffffffff)) (i64.const 0x1000000000000)))

  (func (export "output_set") (param $handle i64) (param $length i64)
    (local $at i32)
    (local $block i32)
    (local.set $block (call $blockOf (local.get $handle)))
    (if (i64.gt_u (local.get $length) (i64.const 0xffffffff)) (then (call $fail (i32.const 5))))
    (local.set $at (call $locate (local.get $handle) (local.get $length)))
    (if (i32.eqz (local.get $at)) (then (call $fail (i32.const 5))))
    (global.set $output (local.get $block))
    (global.set $outputOffset (i32.sub (local.get $at) (call $at (local.get $block))))
    (global.set $outputLength (i32.wrap_i64 (local.get $length))))

  (func (export "error_set") (param $handle i64)
    (local $block i32)
    (local.set $block (call $blockOf (local.get $handle)))
    (if (i64.ne (local.get $handle) (i64.const 0))
      (then (if (i32.eqz (call $at (local.get $block))) (then (call $fail (i32.const 5))))))
    (global.set $error (local.get $block)))

  (func (export "error_get") (result i64) (call $handleOf (global.get $error)))

  (func (export "get_log_level") (result i32) (global.get $logLevel))

  ;; ---- extism:host/user, what needs nothing of the host ----

  (func (export "speaker") (result i64) (i64.extend_i32_u (global.get $speaker))))
