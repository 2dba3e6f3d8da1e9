import { alarmingValue } from './load-spec.ts'

/** Makes bodies of alarms as CSV, at little cost: all rows but the last are made once a second. */
export class Bodies {
  private readonly rows: number
  private madeAt = ''
  private plain = ''
  private station = 0

  constructor(rows: number) {
    this.rows = rows
  }

  /** Records of now; the last one is alarming where it has a number. */
  next(number: number | null): string {
    const at = new Date().toISOString().slice(0, 19).replace('T', ' ')
    if (at !== this.madeAt) this.make(at)
    this.station = (this.station + 1) % 126
    const value = number === null ? 40 : alarmingValue + number
    return `${this.plain}${1_161_114_000 + this.station},7,303,${at},${value},30,true\n`
  }

  private make(at: string): void {
    this.madeAt = at
    const row = (each: number): string => `${1_161_114_000 + ((each * 31) % 126)},${each % 10},303,${at},${(each % 80) + 0.5},30,${each % 2 === 0}\n`
    this.plain = Array.from({ length: this.rows - 1 }, (_, each) => row(each)).join('')
  }
}
