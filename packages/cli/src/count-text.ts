/** `1,234,567`. Intl would do it as well, but takes 30 ms to load. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
