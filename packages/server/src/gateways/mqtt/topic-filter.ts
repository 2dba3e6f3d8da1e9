/** Whether a topic is among those that a filter names (MQTT 3.1.1, 4.7): `+` stands for a level, `#` for all that follow. */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false
  }
  return wanted.length === levels.length
}

/** Whether a filter can name anything at all: what else there is in MQTT (`$SYS`, `$share`) is not here. */
export function namesTopics(filter: string): boolean {
  return /^(#|\+|apps|streams)(\/|$)/.test(filter)
}

/** Names one topic only. */
export function isTopic(filter: string): boolean {
  return !/[+#]/.test(filter)
}
