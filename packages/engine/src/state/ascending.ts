let numbers: Int32Array = new Int32Array(0)

/** 0, 1, 2, ... at least up to `count` (exclusive): one array for all who select every row. Never written to. */
export function ascending(count: number): Int32Array {
  if (numbers.length < count) {
    numbers = new Int32Array(Math.max(4096, count * 2))
    for (let at = 0; at < numbers.length; at++) numbers[at] = at
  }
  return numbers
}
