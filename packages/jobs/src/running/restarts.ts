/** How often a run may end during its own turn without any progress before the job is given up. */
const maxTries = 5

/** How often runs of a job ended without getting anywhere, and the pauses before it is tried again. */
export class Restarts {
  private tries = 0
  private positionAtTry = -1
  private readonly firstPauseMs: number
  private endPause: (() => void) | null = null

  /** `firstPauseMs`: before a run that ended a second time goes on; twice as long each further time. */
  constructor(firstPauseMs: number) {
    this.firstPauseMs = firstPauseMs
  }

  /** A run ended, the job having come to `position`; `blamed`: during its own turn. Answers whether another is worth it. */
  again(position: number, blamed: boolean): boolean {
    if (position > this.positionAtTry) this.tries = 0
    this.positionAtTry = position
    return !blamed || ++this.tries < maxTries
  }

  /** Resolves when the next run may begin. */
  async pause(blamed: boolean): Promise<void> {
    if (!blamed || this.tries <= 1) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.firstPauseMs * 2 ** (this.tries - 2))
      this.endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** The pause ends now. */
  cut(): void {
    this.endPause?.()
  }
}
