const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))
const minuteMs = 60_000

/**
 * Writes instants as `2017-02-18 18:28:05`, in UTC. `separator` stands between day and hour, `suffix` at the
 * end. The text of the last minutes is kept, so that a record costs no date arithmetic.
 */
export function timeText(separator: ' ' | 'T', suffix: string): (ms: number) => string {
  const minutes = new Map<number, string>()
  return (ms) => {
    const minute = Math.floor(ms / minuteMs)
    let text = minutes.get(minute)
    if (text === undefined) {
      if (minutes.size > 10_000) minutes.clear()
      text = new Date(minute * minuteMs).toISOString().slice(0, 17).replace('T', separator)
      minutes.set(minute, text)
    }
    return text + twoDigits[Math.floor((ms - minute * minuteMs) / 1000)] + suffix
  }
}
