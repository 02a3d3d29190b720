;; Looks at the bytes of a JSON string sixteen at a time. `npm run wasm` writes text-end-wasm.ts from this file.
(module
  (import "memory" "texts" (memory 1))
  ;; Where the first byte from $at on stands that does not simply belong to a string: a quote, a backslash or a control
  ;; character; $end or a little more when there is none before $end. `\n`, by far the most frequent escape, is passed over.
  (func (export "textEnd") (param $at i32) (param $end i32) (result i32)
    (local $bytes v128)
    (local $special i32)
    (block $none
      (loop $next
        (br_if $none (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $special
          (i8x16.bitmask
            (v128.or
              (i8x16.lt_u (local.get $bytes) (i8x16.splat (i32.const 0x20)))
              (v128.or
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
                (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c)))))))
        (if (i32.eqz (local.get $special))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br $next)))
        (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $special))))
        (if
          (i32.and
            (i32.lt_u (i32.add (local.get $at) (i32.const 1)) (local.get $end))
            (i32.eq (i32.load16_u (local.get $at)) (i32.const 0x6e5c)))
          (then
            (local.set $at (i32.add (local.get $at) (i32.const 2)))
            (br $next)))
        (return (local.get $at))))
    (local.get $at)))
