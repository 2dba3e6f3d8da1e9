const dayMs = 86_400_000

/** Midnight, ms since 1970 as if the calendar were UTC's, or NaN where no calendar has the day (2023-02-29). */
export function midnightMs(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return Number.NaN
  return dayNumber(year, month, day) * dayMs
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return 30 + ((month + (month >> 3)) & 1)
}

/** Days since 1970-01-01 (days_from_civil of https://howardhinnant.github.io/date_algorithms.html). */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + (yearOfEra >> 2) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}
