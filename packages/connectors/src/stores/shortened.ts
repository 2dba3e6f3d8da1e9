const most = 300

/** What a system said, as one line without a full stop. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`
}
